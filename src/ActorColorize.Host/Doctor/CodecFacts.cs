using ActorColorize.Actors.CodecProcess;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Host.Isolation;
using NetVips;

namespace ActorColorize.Host.Doctor;

/// <summary>Whether one picture format can be read and written.</summary>
/// <param name="Format">Its name.</param>
/// <param name="Reads">Whether it is read.</param>
/// <param name="Writes">Whether it is written.</param>
internal sealed record Codec(string Format, bool Reads, bool Writes);

/// <summary>The picture library and its formats.</summary>
/// <param name="Library">Its version, or why it cannot be loaded.</param>
/// <param name="IsLoaded">Whether it is loaded.</param>
/// <param name="Codecs">The formats that archives may hold.</param>
internal sealed record CodecFacts(string Library, bool IsLoaded, IReadOnlyList<Codec> Codecs)
{
    private static readonly string[] Formats = ["jpeg", "png", "webp", "tiff"];
    private static readonly string[] Managed = ["bmp", "tga", "pnm", "gif"];

    /// <summary>Asks libvips; what ImageSharp reads beside it is part of the program.</summary>
    public static CodecFacts Find()
    {
        if (!ModuleInitializer.VipsInitialized)
            return new CodecFacts(
                $"libvips cannot be loaded: {ModuleInitializer.Exception?.Message}",
                false,
                [.. Formats.Select(format => new Codec(format, false, false))]
            );
        var version = string.Join('.', Enumerable.Range(0, 3).Select(part => NetVips.NetVips.Version(part)));
        return new CodecFacts(
            $"libvips {version}, ImageSharp {typeof(SixLabors.ImageSharp.Image).Assembly.GetName().Version?.ToString(3)}{Isolation()}",
            true,
            [
                .. Formats.Select(format => new Codec(format, Has($"{format}load"), Has($"{format}save"))),
                .. Managed.Select(format => new Codec(format, true, true)),
            ]
        );
    }

    private static string Isolation()
    {
        if (!CodecProcesses.IsSupported)
            return ", cannot be isolated on this system";
        try
        {
            return $", isolated with {CodecProcesses.Probe(OwnProgram.Command)}";
        }
        catch (DeviceProcessException fault)
        {
            return $", cannot be isolated: {fault.Message}";
        }
    }

    private static bool Has(string operation) => NetVips.NetVips.TypeFind("VipsOperation", operation) != 0;
}

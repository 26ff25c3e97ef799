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

    /// <summary>Asks libvips.</summary>
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
            $"libvips {version}",
            true,
            [.. Formats.Select(format => new Codec(format, Has($"{format}load"), Has($"{format}save")))]
        );
    }

    private static bool Has(string operation) => NetVips.NetVips.TypeFind("VipsOperation", operation) != 0;
}

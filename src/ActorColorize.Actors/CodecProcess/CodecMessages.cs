using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;

namespace ActorColorize.Actors.CodecProcess;

/// <summary>What a codec process reads from standard input before anything else.</summary>
/// <param name="ParentProcess">The parent's process id.</param>
/// <param name="Socket">The parent's socket, in the abstract namespace.</param>
/// <param name="Token">Proves to the parent that the process is its own.</param>
/// <param name="Limits">Limits.</param>
internal sealed record CodecBootstrap(int ParentProcess, string Socket, string Token, CodecLimits Limits)
{
    public string ToLine() => JsonSerializer.Serialize(this, CodecJson.Default.CodecBootstrap);

    /// <exception cref="DeviceProcessException">The line is not a bootstrap message.</exception>
    public static CodecBootstrap Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, CodecJson.Default.CodecBootstrap)
                ?? throw new DeviceProcessException("the bootstrap message is empty");
        }
        catch (JsonException e)
        {
            throw new DeviceProcessException($"the bootstrap message cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>A codec process's first message.</summary>
/// <param name="Token">The bootstrap message's token.</param>
/// <param name="Protection">What the system protects the process with, in words.</param>
internal sealed record CodecHello(string Token, string Protection);

/// <summary>
/// Work on one picture. Its file comes as a descriptor, for <see cref="Recompose"/> the file of the result as a second one; thumbnail and
/// colours of each page come as bytes behind this message.
/// </summary>
internal sealed record CodecRequest
{
    /// <summary>The file's name, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>How to read it for the network.</summary>
    public PictureReadOptions? Read { get; init; }

    /// <summary>The longer side of a small JPEG to make of it.</summary>
    public int? PreviewSide { get; init; }

    /// <summary>How to write its coloured version.</summary>
    public RecomposeOptions? Recompose { get; init; }

    /// <summary>For <see cref="Recompose"/>: the pages.</summary>
    public IReadOnlyList<CodecPage> Pages { get; init; } = [];
}

/// <summary>A page to colour, without its thumbnail and its colours.</summary>
/// <param name="Header">The header as it was read.</param>
/// <param name="ThumbnailWidth">Width of the thumbnail.</param>
/// <param name="ThumbnailHeight">Height of the thumbnail.</param>
/// <param name="AbWidth">Cells of a row of colours.</param>
/// <param name="AbHeight">Rows of colours.</param>
/// <param name="KeepsColors">Whether the page stays as it is.</param>
internal sealed record CodecPage(
    PictureHeader Header,
    int ThumbnailWidth,
    int ThumbnailHeight,
    int AbWidth,
    int AbHeight,
    bool KeepsColors
);

/// <summary>The result of a request. The pixels of a thumbnail, or a small JPEG, come as bytes behind it.</summary>
internal sealed record CodecReply
{
    /// <summary>The header of a picture that was read.</summary>
    public PictureHeader? Header { get; init; }

    /// <summary>The mean chroma of a picture that was written.</summary>
    public double MeanChroma { get; init; }

    /// <summary>What is wrong with the picture; null if nothing is.</summary>
    public PictureProblem? Problem { get; init; }

    /// <summary>Whether the process ran out of memory or threads; it is not used again.</summary>
    public bool IsExhausted { get; init; }

    /// <summary>The system's code of a failure to write the result; null if there was none.</summary>
    public int? WriteFault { get; init; }

    /// <summary>One line about the failure; with neither of the codes above it is an unforeseen one.</summary>
    public string? Message { get; init; }
}

[JsonSerializable(typeof(CodecBootstrap))]
[JsonSerializable(typeof(CodecHello))]
[JsonSerializable(typeof(CodecRequest))]
[JsonSerializable(typeof(CodecReply))]
internal sealed partial class CodecJson : JsonSerializerContext;

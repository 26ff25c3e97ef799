using ActorColorize.Protocol;

namespace ActorColorize.Host.Serving;

/// <summary>Settings of a daemon's REST server and dashboard.</summary>
internal sealed record RestServeSettings
{
    /// <summary>
    /// TCP port; 0 picks a free one, which is written to <c>rest.json</c>; null: a port of this machine for the dashboard, where that needs
    /// no further settings (<see cref="RestService.OpensByItself"/>), otherwise no REST server.
    /// </summary>
    public int? Port { get; init; }

    /// <summary>Address to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Name or address under which clients reach it.</summary>
    public string PublicHost { get; init; } = "127.0.0.1";

    /// <summary>
    /// PEM file with the certificate and private key for HTTPS; null if the gateway has none either: plain HTTP on this machine, with a
    /// token.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>
    /// PEM file with the certificate of the authority that issues clients' certificates; null if <see cref="Certificate"/> is null.
    /// </summary>
    public string? Authority { get; init; }

    /// <summary>The token of clients without certificates; null: one is generated at each start.</summary>
    public string? Token { get; init; }

    /// <summary>The size limit of a picture, bytes.</summary>
    public long LargestPicture { get; init; } = 64L << 20;

    /// <summary>The number of pictures coloured concurrently.</summary>
    public int PicturesAtOnce { get; init; } = 16;

    /// <summary>What reads posted pictures, which come from strangers.</summary>
    public CodecChoice Codec { get; init; } = CodecChoice.Imagesharp;

    /// <summary>Whether the server has the dashboard.</summary>
    public bool HasDashboard { get; init; } = true;

    /// <summary>Folders of this machine that clients may look into, to choose an archive; absolute. Null: none.</summary>
    public IReadOnlyList<string>? BrowseRoots { get; init; }

    /// <summary>Folder of pictures while they are coloured; every device must have access. Null: in the data folder.</summary>
    public string? Scratch { get; init; }
}

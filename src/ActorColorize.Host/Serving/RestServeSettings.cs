namespace ActorColorize.Host.Serving;

/// <summary>The REST server of a daemon: whether there is one, and where. Nobody who did not ask for it has one.</summary>
internal sealed record RestServeSettings
{
    /// <summary>TCP port; 0 takes a free one, which stands in <c>rest.json</c>; null: no REST.</summary>
    public int? Port { get; init; }

    /// <summary>Address to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Name or address under which clients reach it.</summary>
    public string PublicHost { get; init; } = "127.0.0.1";

    /// <summary>
    /// PEM file with the certificate and private key for HTTPS; null where the gateway has none either: plain HTTP on this machine, with a
    /// token.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>
    /// PEM file with the certificate of the authority that issues clients' certificates; null where <see cref="Certificate"/> is.
    /// </summary>
    public string? Authority { get; init; }

    /// <summary>The largest picture that is taken, bytes.</summary>
    public long LargestPicture { get; init; } = 64L << 20;

    /// <summary>Pictures that are coloured at a time.</summary>
    public int PicturesAtOnce { get; init; } = 16;

    /// <summary>Folder in which pictures lie while they are coloured; every device must see it. Null: in the data folder.</summary>
    public string? Scratch { get; init; }
}

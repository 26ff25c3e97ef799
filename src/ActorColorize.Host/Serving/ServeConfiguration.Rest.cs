using System.Net;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Serving;

/// <summary>The part about REST.</summary>
internal sealed partial class ServeConfiguration
{
    private RestServeSettings Rest(bool coordinates, string? gatewayCertificate, string? gatewayAuthority)
    {
        var usual = new RestServeSettings();
        var host = Text("rest.host", usual.Host);
        var port = (int)Number("rest.port", -1, 0, 65535);
        var certificate = coordinates ? OptionalFile("rest.certificate") : OfOthers<string>("rest.certificate");
        var authority = coordinates ? OptionalFile("rest.authority") : OfOthers<string>("rest.authority");
        return new RestServeSettings
        {
            Port = coordinates && port >= 0 ? port : null,
            Host = host,
            PublicHost = Text(
                "rest.public_host",
                IPAddress.TryParse(host, out var address) && (IPAddress.Any.Equals(address) || IPAddress.IPv6Any.Equals(address))
                    ? Dns.GetHostName()
                    : host
            ),
            Certificate = certificate ?? (authority is null ? gatewayCertificate : null),
            Authority = authority ?? (certificate is null ? gatewayAuthority : null),
            LargestPicture = (long)(Number("rest.max_picture_megabytes", usual.LargestPicture >> 20, 1, 2048) * (1L << 20)),
            PicturesAtOnce = (int)Number("rest.pictures_at_once", usual.PicturesAtOnce, 1, 1024),
            Scratch = _given.ContainsKey("rest.scratch") ? Path.GetFullPath(Text("rest.scratch", "")) : OfOthers<string>("rest.scratch"),
        };
    }

    private static void RequireSense(RestServeSettings rest)
    {
        if (rest.Certificate is null != rest.Authority is null)
            throw new UsageException("'rest.certificate' and 'rest.authority' belong together: name both, or none");
        if (rest.Host != "localhost" && !IPAddress.TryParse(rest.Host, out _))
            throw new UsageException(
                $"'rest.host' is an address (127.0.0.1, 0.0.0.0, ::1 …), not '{rest.Host}'; its name goes into 'rest.public_host'"
            );
        if (
            rest.Port is not null
            && rest.Certificate is null
            && !(rest.Host == "localhost" || IPAddress.IsLoopback(IPAddress.Parse(rest.Host)))
        )
            throw new UsageException(
                $"'rest.host' is {rest.Host}, which others can reach: name 'rest.certificate' and 'rest.authority' (scripts/make-certs makes them), or leave it 127.0.0.1"
            );
    }
}

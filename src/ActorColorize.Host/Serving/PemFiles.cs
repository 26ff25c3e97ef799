using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Serving;

/// <summary>Reads the certificates that a configuration names.</summary>
internal static class PemFiles
{
    /// <summary>A certificate with its private key.</summary>
    /// <exception cref="UsageException">It cannot be used; the message names its key.</exception>
    public static X509Certificate2 WithKey(string key, string file) => Read(key, file, path => X509Certificate2.CreateFromPemFile(path));

    /// <summary>An authority's certificate.</summary>
    /// <exception cref="UsageException">It cannot be used; the message names its key.</exception>
    public static X509Certificate2 Authority(string key, string file) => Read(key, file, X509CertificateLoader.LoadCertificateFromFile);

    private static X509Certificate2 Read(string key, string file, Func<string, X509Certificate2> load)
    {
        try
        {
            return load(file);
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{key}': {file} cannot be used: {FailureMapping.OneLine(unusable.Message)}", unusable);
        }
    }
}

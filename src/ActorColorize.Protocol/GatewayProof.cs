using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ActorColorize.Protocol;

/// <summary>
/// How the two ends of a greeting prove to each other what they know, without saying it: over both nonces, so that nothing that was overheard can be used again, and with the
/// speaker's part in it, so that a proof cannot be sent back as the other's.
/// </summary>
public static class GatewayProof
{
    private const int NonceBytes = 32;

    /// <summary>A nonce for one greeting: 32 random bytes in hexadecimal.</summary>
    public static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));

    /// <summary>The client's proof that it has the token.</summary>
    /// <param name="token">The token of the daemon's data folder.</param>
    /// <param name="clientNonce">The client's nonce.</param>
    /// <param name="gatewayNonce">The gateway's nonce.</param>
    /// <returns>HMAC-SHA256 in base64.</returns>
    public static string OfClient(string token, string clientNonce, string gatewayNonce) => Hmac(token, "client", clientNonce, gatewayNonce);

    /// <summary>The gateway's proof that it has the token, so that a client is not fooled by another program on the port.</summary>
    /// <param name="token">The token.</param>
    /// <param name="clientNonce">The client's nonce.</param>
    /// <param name="gatewayNonce">The gateway's nonce.</param>
    /// <returns>HMAC-SHA256 in base64.</returns>
    public static string OfGateway(string token, string clientNonce, string gatewayNonce) => Hmac(token, "gateway", clientNonce, gatewayNonce);

    /// <summary>The client's proof that it holds the certificate's private key.</summary>
    /// <param name="certificate">With its private key, ECDSA or RSA.</param>
    /// <param name="clientNonce">The client's nonce.</param>
    /// <param name="gatewayNonce">The gateway's nonce.</param>
    /// <returns>A signature over SHA-256, in base64.</returns>
    /// <exception cref="CryptographicException">The key is of another kind, or absent.</exception>
    public static string Signed(X509Certificate2 certificate, string clientNonce, string gatewayNonce)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var said = Said("client", clientNonce, gatewayNonce);
        using var ecdsa = certificate.GetECDsaPrivateKey();
        if (ecdsa is not null) return Convert.ToBase64String(ecdsa.SignData(said, HashAlgorithmName.SHA256));
        using var rsa = certificate.GetRSAPrivateKey() ?? throw new CryptographicException($"{certificate.Subject} has no ECDSA or RSA private key");
        return Convert.ToBase64String(rsa.SignData(said, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    /// <summary>Whether two proofs are the same, in time that does not depend on where they differ.</summary>
    public static bool AreEqual(string proof, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(proof ?? string.Empty), Encoding.UTF8.GetBytes(expected ?? string.Empty));

    /// <summary>Whether a signature was made with the certificate's private key.</summary>
    /// <param name="certificate">The client's certificate; whom it comes from is another question.</param>
    /// <param name="proof">From <see cref="Signed"/>.</param>
    /// <param name="clientNonce">The client's nonce.</param>
    /// <param name="gatewayNonce">The gateway's nonce.</param>
    public static bool IsSignedBy(X509Certificate2 certificate, string proof, string clientNonce, string gatewayNonce)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var signature = new byte[1024];
        if (!Convert.TryFromBase64String(proof, signature, out var length)) return false;
        var said = Said("client", clientNonce, gatewayNonce);
        using var ecdsa = certificate.GetECDsaPublicKey();
        if (ecdsa is not null) return ecdsa.VerifyData(said, signature.AsSpan(0, length), HashAlgorithmName.SHA256);
        using var rsa = certificate.GetRSAPublicKey();
        return rsa is not null && rsa.VerifyData(said, signature.AsSpan(0, length), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }

    private static string Hmac(string token, string speaker, string clientNonce, string gatewayNonce) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), Said(speaker, clientNonce, gatewayNonce)));

    private static byte[] Said(string speaker, string clientNonce, string gatewayNonce) =>
        Encoding.UTF8.GetBytes($"actorcolorize gateway 1\n{speaker}\n{clientNonce}\n{gatewayNonce}");
}

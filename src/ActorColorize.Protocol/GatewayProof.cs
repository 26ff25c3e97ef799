using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ActorColorize.Protocol;

/// <summary>
/// Proof of a client's identity in a handshake. TLS verifies that both sides hold acceptable certificates, but does not tell the actors
/// which one the peer used. So the client signs both nonces with its certificate's key; a proof that was intercepted or sent to another
/// gateway cannot be reused.
/// </summary>
public static class GatewayProof
{
    private const int NonceBytes = 32;
    private const int LongestSignature = 1024; // RSA with 8,192 bits

    /// <summary>A nonce for one handshake: 32 random bytes in hexadecimal.</summary>
    public static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));

    /// <summary>The client's proof that it holds the certificate's private key.</summary>
    /// <param name="certificate">With its private key, ECDSA or RSA.</param>
    /// <param name="clientNonce">The client's nonce.</param>
    /// <param name="gatewayNonce">The gateway's nonce.</param>
    /// <returns>A signature over SHA-256, in base64.</returns>
    /// <exception cref="CryptographicException">The private key is missing or of another type.</exception>
    public static string Sign(X509Certificate2 certificate, string clientNonce, string gatewayNonce)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var text = SignedText(clientNonce, gatewayNonce);
        using var ecdsa = certificate.GetECDsaPrivateKey();
        if (ecdsa is not null)
            return Convert.ToBase64String(ecdsa.SignData(text, HashAlgorithmName.SHA256));
        using var rsa = certificate.GetRSAPrivateKey()
            ?? throw new CryptographicException($"{certificate.Subject} has no ECDSA or RSA private key");
        return Convert.ToBase64String(rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    /// <summary>
    /// Whether a proof was signed with the certificate's private key. Whether the certificate is trusted is decided by
    /// <see cref="PeerTrust"/>.
    /// </summary>
    /// <param name="certificate">The client's certificate.</param>
    /// <param name="proof">From <see cref="Sign"/>.</param>
    /// <param name="clientNonce">The client's nonce.</param>
    /// <param name="gatewayNonce">The gateway's nonce.</param>
    public static bool IsSigned(X509Certificate2 certificate, string proof, string clientNonce, string gatewayNonce)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var signature = new byte[LongestSignature];
        if (!Convert.TryFromBase64String(proof, signature, out var length))
            return false;
        var text = SignedText(clientNonce, gatewayNonce);
        using var ecdsa = certificate.GetECDsaPublicKey();
        if (ecdsa is not null)
            return ecdsa.VerifyData(text, signature.AsSpan(0, length), HashAlgorithmName.SHA256);
        using var rsa = certificate.GetRSAPublicKey();
        return rsa is not null && rsa.VerifyData(text, signature.AsSpan(0, length), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }

    private static byte[] SignedText(string clientNonce, string gatewayNonce) =>
        Encoding.UTF8.GetBytes($"actorcolorize client greets\n{clientNonce}\n{gatewayNonce}");
}

using System.Security.Cryptography;

namespace ActorColorize.Data.Storage;

/// <summary>Hashes of whole files.</summary>
public static class FileHash
{
    /// <summary>
    /// The SHA-256 of a file's bytes, as 64 lower-case hexadecimal digits. Reads in small pieces, whatever the file's size.
    /// </summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to read it.</exception>
    public static string Sha256Hex(string path)
    {
        using var stream = Files.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

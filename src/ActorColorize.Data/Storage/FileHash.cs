using System.Buffers;
using System.Security.Cryptography;

namespace ActorColorize.Data.Storage;

/// <summary>Hashes of whole files.</summary>
public static class FileHash
{
    private const int PieceBytes = 128 << 10;

    /// <summary>
    /// The SHA-256 of a file's bytes, as 64 lower-case hexadecimal digits. Reads in small pieces, whatever the file's size.
    /// </summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to read it.</exception>
    public static string Sha256Hex(string path) => Sha256Hex(path, static () => { });

    /// <summary>The same, for one who watches the file being read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onPiece">Called after each piece of at most 128 KiB.</param>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to read it.</exception>
    public static string Sha256Hex(string path, Action onPiece)
    {
        ArgumentNullException.ThrowIfNull(onPiece);
        using var stream = Files.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (int read; (read = stream.Read(piece)) > 0; onPiece())
                hash.AppendData(piece, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ActorColorize.Model.Checkpoints;

/// <summary>
/// The manifest as a file: JSON whose last member is the SHA-256 of all bytes before it. Any change of a manifest is therefore detected,
/// including one that leaves it valid JSON. Later formats keep this ending, which distinguishes a newer manifest from a damaged one.
/// </summary>
internal static class ManifestFile
{
    private const int LongestBytes = 1024 * 1024;
    internal const string ChecksumBegin = ",\n  \"checksum\": \"";
    internal const string ChecksumEnd = "\"\n}\n";
    private const int HashDigits = 64;

    private static readonly string[] FilesOfFormat1 = [CheckpointManifest.ModelFile, CheckpointManifest.OptimizerFile];
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    public static JsonSerializerOptions Json { get; } =
        new(JsonSerializerOptions.Strict)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = true,
            NewLine = "\n",
        };

    public static byte[] Encode(CheckpointManifest manifest)
    {
        var text = JsonSerializer.Serialize(manifest, Json);
        var body = Encoding.UTF8.GetBytes(text[..text.LastIndexOf('\n')]);
        var checksum = Convert.ToHexStringLower(SHA256.HashData(body));
        return [.. body, .. Encoding.UTF8.GetBytes(ChecksumBegin + checksum + ChecksumEnd)];
    }

    /// <exception cref="CheckpointException">Missing, unreadable, damaged, or of a newer format.</exception>
    public static CheckpointManifest Read(string folder)
    {
        var path = Path.Join(folder, CheckpointManifest.FileName);
        using var stream = CheckpointReading.Open(path);
        var bytes = CheckpointReading.From(path, () =>
        {
            if (stream.Length > LongestBytes)
                throw Damaged(path, $"it has {stream.Length} bytes, more than the {LongestBytes} that a manifest may have");
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        });
        return Decode(bytes, path);
    }

    public static CheckpointManifest Decode(ReadOnlySpan<byte> bytes, string path)
    {
        var tail = ChecksumBegin.Length + HashDigits + ChecksumEnd.Length;
        if (bytes.Length < tail)
            throw Damaged(path, $"it has only {bytes.Length} bytes");
        var body = bytes[..^tail];
        var expected = Encoding.UTF8.GetBytes(ChecksumBegin + Convert.ToHexStringLower(SHA256.HashData(body)) + ChecksumEnd);
        if (!bytes[^tail..].SequenceEqual(expected))
            throw Damaged(path, "its checksum does not match its content");
        return DecodeBody([.. body, .. "\n}"u8], path);
    }

    private static CheckpointManifest DecodeBody(byte[] json, string path)
    {
        try
        {
            using (var document = JsonDocument.Parse(json))
            {
                if (
                    document.RootElement.TryGetProperty("format_version", out var version)
                    && version.GetInt32() > CheckpointManifest.CurrentFormat
                )
                {
                    throw new CheckpointException(
                        CheckpointProblem.NewerFormat,
                        $"{path} has format {version.GetInt32()}, and this version of the program reads up to format "
                            + $"{CheckpointManifest.CurrentFormat}: use the version that wrote it, or a later one"
                    );
                }
            }

            var manifest = JsonSerializer.Deserialize<CheckpointManifest>(json, Json) ?? throw Damaged(path, "it is empty");
            if (Fault(manifest) is { } fault)
                throw Damaged(path, fault);
            return manifest;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            // ArgumentException: thrown by the constructor of the network's shape.
            throw new CheckpointException(CheckpointProblem.Damaged, $"{path} is not a valid manifest: {fault.Message}", fault);
        }
    }

    private static string? Fault(CheckpointManifest manifest)
    {
        if (manifest.FormatVersion != CheckpointManifest.CurrentFormat)
            return $"format_version is {manifest.FormatVersion}";
        if (manifest.Step < 0)
            return $"step is {manifest.Step}";
        if (manifest.Files.Count != FilesOfFormat1.Length || !FilesOfFormat1.All(manifest.Files.ContainsKey))
            return $"files are {string.Join(", ", manifest.Files.Keys)} instead of {string.Join(", ", FilesOfFormat1)}";
        foreach (var (name, file) in manifest.Files)
        {
            if (file is null || file.Bytes < 0 || file.Sha256.Length != HashDigits || file.Sha256.AsSpan().ContainsAnyExcept(LowerHex))
                return $"the entry of {name} is not a hash and a length";
        }

        return null;
    }

    private static CheckpointException Damaged(string path, string reason) =>
        new(CheckpointProblem.Damaged, $"{path} is not a complete manifest: {reason}");
}

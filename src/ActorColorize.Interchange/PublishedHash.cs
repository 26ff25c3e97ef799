using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Interchange;

/// <summary>
/// The hash in the name of a published file: <c>colorization_release_v2-9b330a0b.pth</c> says that the SHA-256 of its bytes begins with
/// 9b330a0b. Source: torch.hub.load_state_dict_from_url, check_hash.
/// </summary>
public static partial class PublishedHash
{
    /// <summary>The number of hash digits in a name.</summary>
    public const int Digits = 8;

    /// <summary>
    /// The digits in a file's name, lower case, or null when it has none: 8 to 64 hexadecimal digits between the last hyphen and
    /// <c>.pth</c> or <c>.pt</c>, at least one of them a letter. Decimal digits alone are the step of an export
    /// (<c>first-step-00000400.pth</c>) or a date.
    /// </summary>
    public static string? Of(string path) =>
        Name().Match(Path.GetFileName(path)) is { Success: true } match ? match.Groups["hash"].Value.ToLowerInvariant() : null;

    /// <summary>The name for a rewritten file: without extension and without the hash, which would be that of the old content.</summary>
    public static string NameForNewContent(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return Of($"{name}.pth") is { } hash && name.Length > hash.Length + 1 ? name[..^(hash.Length + 1)] : name;
    }

    /// <summary>Verifies the hash in the file's name; does nothing if the name has none.</summary>
    /// <param name="stream">The whole file; its position is set back to the start.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The hash differs.</exception>
    internal static void Verify(Stream stream, string path)
    {
        if (Of(path) is not { } expected)
            return;
        stream.Position = 0;
        var actual = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Position = 0;
        if (actual.StartsWith(expected, StringComparison.Ordinal))
            return;
        throw new CheckpointException(
            CheckpointProblem.Damaged,
            $"{path} is not the published file: its name ends in the hash {expected}, but its SHA-256 begins with "
                + $"{actual[..expected.Length]}; download it again, or rename it if these digits are not a hash"
        );
    }

    [GeneratedRegex(
        @"-(?![0-9]+\.)(?<hash>[0-9a-fA-F]{8,64})\.pth?\z",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Name();
}

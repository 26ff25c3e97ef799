using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Interchange;

/// <summary>
/// The hash in the name of a published file: <c>colorization_release_v2-9b330a0b.pth</c> says that the SHA-256 of its bytes begins with
/// 9b330a0b. Source: torch.hub.load_state_dict_from_url, check_hash.
/// </summary>
public static partial class PublishedHash
{
    /// <summary>Digits that a name carries.</summary>
    public const int Digits = 8;

    /// <summary>
    /// The digits in a file's name, lower case, or null when it has none: 8 to 64 hexadecimal digits between the last hyphen and
    /// <c>.pth</c> or <c>.pt</c>.
    /// </summary>
    public static string? Of(string path) =>
        Name().Match(Path.GetFileName(path)) is { Success: true } match ? match.Groups["hash"].Value.ToLowerInvariant() : null;

    /// <summary>Compares the file with its name; does nothing where the name has no hash.</summary>
    /// <param name="stream">The whole file; its position is set back to the start.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">It has another hash.</exception>
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
                + $"{actual[..expected.Length]}; download it again, or rename it if these digits are no hash"
        );
    }

    [GeneratedRegex(
        @"-(?<hash>[0-9a-fA-F]{8,64})\.pth?\z",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Name();
}

using System.Text;

namespace ActorColorize.Data.Archives;

/// <summary>
/// The order in which <see cref="ArchiveScan.Enumerate"/> finds pictures: in each folder first its files, then its folders, each by the
/// bytes of their names. An interrupted walk resumes by it.
/// </summary>
public sealed class ArchiveOrder : IComparer<string>
{
    /// <summary>The order.</summary>
    public static ArchiveOrder Instance { get; } = new();

    private ArchiveOrder() { }

    /// <summary>Compares two relative paths with "/" between folders; a closing "/" marks a folder.</summary>
    public int Compare(string? x, string? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var left = x.AsSpan();
        var right = y.AsSpan();
        while (true)
        {
            var (leftEnd, rightEnd) = (left.IndexOf('/'), right.IndexOf('/'));
            if (leftEnd < 0 || rightEnd < 0)
            {
                // Files come before sibling folders.
                return (leftEnd < 0, rightEnd < 0) switch
                {
                    (true, false) => -1,
                    (false, true) => 1,
                    _ => CompareNames(left, right),
                };
            }

            var folders = CompareNames(left[..leftEnd], right[..rightEnd]);
            if (folders != 0)
                return folders;
            left = left[(leftEnd + 1)..];
            right = right[(rightEnd + 1)..];
        }
    }

    private static int CompareNames(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length - right.Length;
        if (common > 0 && char.IsHighSurrogate(left[common - 1]))
            common--;

        // Ordered as UTF-8, by code points; UTF-16 order differs where there are surrogates.
        return ScalarAt(left[common..]).CompareTo(ScalarAt(right[common..]));
    }

    private static int ScalarAt(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done ? rune.Value : text[0];
}

using System.Text;

namespace ActorColorize.Protocol;

/// <summary>
/// Limits the size of a unit, so that its grant is a small message: a specification of three paths of at most 4,096 bytes takes less than
/// 13 kB (one of a single picture has a fourth, and one item), the items that are added while <see cref="Budget"/> is not used up 12 kB and
/// at most one item more of less than 5 kB: under 32 kB, whatever the archive's names.
/// </summary>
public static class WorkUnitSize
{
    /// <summary>
    /// Items are added to a unit while they take fewer bytes than this: 32 pictures with paths of about a hundred bytes, recorded results
    /// included.
    /// </summary>
    public const int Budget = 12 * 1024;

    private const int NumbersAndFraming = 40;

    /// <summary>Upper estimate of the bytes that an item adds to its unit's message.</summary>
    public static int Of(WorkItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var recorded = item.Recorded is { } result ? Encoding.UTF8.GetByteCount(result.SourceSha256) : 0;
        return NumbersAndFraming + Encoding.UTF8.GetByteCount(item.RelativePath) + recorded;
    }
}

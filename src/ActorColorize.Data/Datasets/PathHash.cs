using ActorColorize.Data.Sampling;

namespace ActorColorize.Data.Datasets;

/// <summary>A hash of a path that is the same on every machine and in every run (.NET's own is not).</summary>
internal static class PathHash
{
    /// <summary>
    /// FNV-1a (Fowler, Noll, Vo) over the UTF-8 bytes, then SplitMix64's mixing function, since FNV's upper bits alone are poor.
    /// </summary>
    public static ulong Of(ReadOnlySpan<byte> path)
    {
        unchecked
        {
            var hash = 0xCBF29CE484222325;
            foreach (var value in path)
                hash = (hash ^ value) * 0x100000001B3;
            return StatelessRandom.Mix(hash);
        }
    }
}

using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Keeps the reasons of failures apart. libvips has one buffer of error messages for the whole process: of pictures that fail side by side,
/// one would be given the other's reason.
/// </summary>
internal static class VipsErrors
{
    private static readonly ReaderWriterLockSlim Gate = new(LockRecursionPolicy.SupportsRecursion);

    /// <summary>
    /// Decodes beside other pictures. A picture that fails is decoded once more while no other one is at work, so that the reason is its
    /// own.
    /// </summary>
    /// <exception cref="VipsException">It cannot be decoded.</exception>
    public static T Decode<T>(Func<T> decode)
    {
        Gate.EnterReadLock();
        try
        {
            return decode();
        }
        catch (VipsException) when (Gate is { RecursiveReadCount: 1, IsWriteLockHeld: false })
        {
            // Once more, alone
        }
        finally
        {
            Gate.ExitReadLock();
        }

        Gate.EnterWriteLock();
        try
        {
            Clear();
            return decode();
        }
        finally
        {
            Gate.ExitWriteLock();
        }
    }

    /// <summary>Does other work with libvips, but not while a picture is decoded for its reason.</summary>
    public static T Beside<T>(Func<T> work)
    {
        Gate.EnterReadLock();
        try
        {
            return work();
        }
        finally
        {
            Gate.ExitReadLock();
        }
    }

    /// <summary>libvips' last line about a failure. NetVips prepends its own sentence.</summary>
    public static string OneLine(VipsException fault) =>
        fault.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
        ?? "no reason given";

    // The exception takes the messages along when it is made.
    private static void Clear() => _ = new VipsException("");
}

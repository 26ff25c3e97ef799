using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// The native library that reads and writes archive pictures (libvips), set up once for a service that opens files of unknown origin:
/// loaders that were not hardened against such files are blocked, and results of finished operations are not cached.
/// </summary>
public static class ArchiveImaging
{
    static ArchiveImaging()
    {
        if (!ModuleInitializer.VipsInitialized)
            throw new InvalidOperationException("libvips cannot be loaded.", ModuleInitializer.Exception);
        NetVips.NetVips.BlockUntrusted = true;
        Cache.Max = 0;
        // Its warnings would be mixed into the console output on stderr; errors are reported as exceptions.
        _ = Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, static (_, _, _) => { });
    }

    /// <summary>The version of libvips: "8.18.7".</summary>
    /// <exception cref="TypeInitializationException">libvips cannot be loaded; the inner exception says why.</exception>
    public static string Version => $"{NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)}";

    /// <summary>
    /// How many threads libvips uses for one picture; the number of processors unless set. Several pictures at a time, with one thread
    /// each, give the most pictures per second.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public static int ThreadsPerPicture
    {
        get => NetVips.NetVips.Concurrency;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            NetVips.NetVips.Concurrency = value;
        }
    }

    /// <summary>Sets the library up before its first use; does nothing afterwards.</summary>
    /// <exception cref="TypeInitializationException">libvips cannot be loaded; the inner exception says why.</exception>
    public static void EnsureReady() =>
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(ArchiveImaging).TypeHandle);
}

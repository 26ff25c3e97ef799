namespace ActorColorize.Data.Storage;

/// <summary>What an exception of the file system means for the work in progress.</summary>
public static class StorageFault
{
    /// <summary>What people are told about a full disk.</summary>
    public const string NoSpace = "no space left on the disk";

    private const int NoSpaceUnix = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>
    /// Whether the exception, or one that it wraps, says that there is no room left: a full disk or a used-up quota. Such work can go on
    /// when room is made.
    /// </summary>
    public static bool IsDiskFull(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is IOException && IsDiskFull(exception.HResult))
                return true;
        }

        return false;
    }

    /// <summary>The exception of a full disk, for one that was found to be too full before anything was written to it.</summary>
    /// <param name="message">One line: what is needed, what is there, and where.</param>
    public static IOException DiskFull(string message) =>
        new(message) { HResult = OperatingSystem.IsWindows() ? DiskFullWindows : NoSpaceUnix };

    /// <summary>What went wrong, in a few words and without the path, for a line that names the path itself.</summary>
    public static string Reason(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault switch
        {
            _ when IsDiskFull(fault) => NoSpace,
            UnauthorizedAccessException => "no permission",
            DirectoryNotFoundException => "its folder is not there",
            FileNotFoundException => "not there",
            _ => fault.Message,
        };
    }

    private static bool IsDiskFull(int code) =>
        OperatingSystem.IsWindows()
            ? code is DiskFullWindows or HandleDiskFullWindows
            : code == NoSpaceUnix || code == (OperatingSystem.IsMacOS() ? QuotaMac : QuotaLinux);

    /// <summary>
    /// The same fault with the name of the file that it hit, in one line. The original is kept inside, its error code on the outside too.
    /// </summary>
    internal static Exception With(string deed, string path, Exception fault) =>
        fault switch
        {
            IOException => new IOException($"Cannot {deed} {path}: {Reason(fault)}", fault) { HResult = fault.HResult },
            UnauthorizedAccessException => new UnauthorizedAccessException($"Cannot {deed} {path}: {Reason(fault)}", fault),
            _ => fault,
        };
}

namespace ActorColorize.Data.Storage;

/// <summary>Interprets exceptions of the file system.</summary>
public static class StorageFault
{
    /// <summary>Message for a full disk.</summary>
    public const string NoSpace = "no space left on the disk";

    private const int NoSpaceUnix = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>
    /// Whether the exception, or one that it wraps, reports that there is no space left: a full disk or an exhausted quota. The work can
    /// continue once there is space.
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

    /// <summary>Creates the exception of a full disk, for a lack of space that was detected before writing.</summary>
    /// <param name="message">One line: the space needed and available, and the location.</param>
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
            DirectoryNotFoundException => "its folder does not exist",
            FileNotFoundException => "does not exist",
            _ => fault.Message,
        };
    }

    private static bool IsDiskFull(int code) =>
        OperatingSystem.IsWindows()
            ? code is DiskFullWindows or HandleDiskFullWindows
            : code == NoSpaceUnix || code == (OperatingSystem.IsMacOS() ? QuotaMac : QuotaLinux);

    /// <summary>The same error with the path of the file, in one line, with the original as inner exception and its error code.</summary>
    internal static Exception With(string deed, string path, Exception fault) =>
        fault switch
        {
            IOException => new IOException($"Cannot {deed} {path}: {Reason(fault)}", fault) { HResult = fault.HResult },
            UnauthorizedAccessException => new UnauthorizedAccessException($"Cannot {deed} {path}: {Reason(fault)}", fault),
            _ => fault,
        };
}

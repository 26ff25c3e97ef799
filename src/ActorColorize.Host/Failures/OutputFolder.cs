using ActorColorize.Data.Storage;

namespace ActorColorize.Host.Failures;

/// <summary>Creates the folders that commands write to, with the same message and exit code for the same mistake.</summary>
internal static class OutputFolder
{
    /// <summary>Creates a folder unless it exists.</summary>
    /// <param name="option">The option or setting that names it.</param>
    /// <param name="path">The folder; absolute.</param>
    /// <exception cref="OutputException">It cannot be created.</exception>
    public static void Create(string option, string path) => Create(option, path, () => Directory.CreateDirectory(path));

    /// <summary>Creates a folder that only its owner can enter, unless it exists.</summary>
    /// <param name="option">The option or setting that names it.</param>
    /// <param name="path">The folder; absolute.</param>
    /// <exception cref="OutputException">It cannot be created.</exception>
    public static void CreatePrivate(string option, string path) => Create(option, path, () =>
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        });

    /// <summary>Creates a folder unless it exists, and proves that files can be written to it.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">The folder; absolute.</param>
    /// <exception cref="OutputException">It cannot be created or written to.</exception>
    public static void MakeWritable(string option, string path)
    {
        Create(option, path);
        var probe = Path.Combine(path, $".{Environment.ProcessId}.probe");
        try
        {
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{option} {path} is not writable: {StorageFault.Reason(fault)}", fault);
        }
    }

    /// <summary>Fails for a folder that can never be created, without creating anything: it, or a part of its path, is a file.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">The folder; absolute.</param>
    /// <exception cref="OutputException">It, or a part of its path, is a file.</exception>
    public static void RequireNoFile(string option, string path)
    {
        if (File.Exists(path))
            throw new OutputException($"{option} {path} is a file; give a folder");
        if (FileAbove(path) is { } file)
            throw new OutputException($"{option} {path} cannot be created: {file} is a file");
    }

    private static void Create(string option, string path, Action create)
    {
        RequireNoFile(option, path);
        try
        {
            create();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{option} {path} cannot be created: {StorageFault.Reason(fault)}", fault);
        }
    }

    private static string? FileAbove(string path)
    {
        for (var above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
        {
            if (Path.Exists(above))
                return Directory.Exists(above) ? null : above;
        }

        return null;
    }
}

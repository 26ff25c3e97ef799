namespace ActorColorize.Imaging;

/// <summary>Turns file system errors at opening a picture into one clear line.</summary>
internal static class PictureFault
{
    /// <summary>The exception to throw in place of one from opening or reading a file.</summary>
    public static PictureException Opening(string path, Exception fault) =>
        fault switch
        {
            FileNotFoundException or DirectoryNotFoundException => new(PictureProblem.Missing, $"{path}: the file does not exist.", fault),
            // On Unix, opening a folder is refused like a file without permission.
            UnauthorizedAccessException when Directory.Exists(path) => new(
                PictureProblem.Unreadable,
                $"{path}: is a folder, not a picture.",
                fault
            ),
            UnauthorizedAccessException => new(PictureProblem.Unreadable, $"{path}: no permission to read it.", fault),
            _ => new(PictureProblem.Unreadable, $"{path}: cannot be read: {fault.Message}", fault),
        };

    /// <summary>A message about a file without the file's name at its beginning.</summary>
    public static string WithoutPath(string path, string message)
    {
        var prefix = path + ": ";
        return message.StartsWith(prefix, StringComparison.Ordinal) ? message[prefix.Length..] : message;
    }
}

using System.Security;

namespace ActorColorize.Model.Checkpoints;

/// <summary>Opens files of checkpoints, and maps file system exceptions to one line.</summary>
internal static class CheckpointReading
{
    /// <summary>Opens an ordinary file for reading from front to back.</summary>
    /// <exception cref="CheckpointException">It is missing, a folder, or permission is denied.</exception>
    public static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return From(path, () =>
        {
            if (Directory.Exists(path))
                throw new CheckpointException($"{path} is a folder, not a file of tensors");
            if (!File.Exists(path))
                throw new CheckpointException(CheckpointProblem.Missing, $"{path} does not exist");
            return new FileStream(
                path,
                new FileStreamOptions
                {
                    BufferSize = 0,
                    Share = FileShare.ReadWrite | FileShare.Delete,
                    Options = FileOptions.SequentialScan,
                }
            );
        });
    }

    /// <summary>Runs a function that reads <paramref name="path"/>.</summary>
    /// <exception cref="CheckpointException">The function threw it, or threw a file system exception, which is mapped to it.</exception>
    public static T From<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException fault)
        {
            throw new CheckpointException(CheckpointProblem.Damaged, $"{path} was truncated while it was read", fault);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException(CheckpointProblem.Missing, $"{path} does not exist", fault);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or SecurityException)
        {
            throw new CheckpointException(CheckpointProblem.Forbidden, $"no permission to read {path}: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new CheckpointException(CheckpointProblem.Damaged, $"{path} cannot be read: {fault.Message}", fault);
        }
    }
}

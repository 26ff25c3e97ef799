using System.Security;

namespace ActorColorize.Model.Checkpoints;

/// <summary>Opening files of checkpoints, and turning what the file system throws into one line.</summary>
internal static class CheckpointReading
{
    /// <summary>Opens an ordinary file for reading from front to back.</summary>
    /// <exception cref="CheckpointException">It is missing, a folder, or may not be read.</exception>
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

    /// <summary>Runs something that reads <paramref name="path"/>.</summary>
    /// <exception cref="CheckpointException">It threw one, or an exception of the file system, which becomes one.</exception>
    public static T From<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException fault)
        {
            throw new CheckpointException(CheckpointProblem.Damaged, $"{path} became shorter while it was read", fault);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException(CheckpointProblem.Missing, $"{path} does not exist", fault);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or SecurityException)
        {
            throw new CheckpointException(CheckpointProblem.Forbidden, $"{path} may not be read: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new CheckpointException(CheckpointProblem.Damaged, $"{path} cannot be read: {fault.Message}", fault);
        }
    }
}

using System.Text;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Archive;

/// <summary>
/// Finalizes a manifest: the existing lines, replaced by those of the pictures that the job settled, without results that no longer exist.
/// </summary>
public static class ManifestFinalForm
{
    /// <summary>Writes the final manifest atomically.</summary>
    /// <param name="files">Access to the results.</param>
    /// <param name="job">The job.</param>
    /// <param name="settled">The job's pictures in terminal states.</param>
    /// <param name="scratchFolder">Folder for a temporary file.</param>
    /// <returns>Paths of recorded results that no longer exist, at most a hundred.</returns>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static IReadOnlyList<string> Write(
        IArchiveFiles files,
        JobSpecification job,
        IEnumerable<SettledPicture> settled,
        string scratchFolder
    )
    {
        const int told = 100;
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(settled);
        var manifest = files.ResultFile(job, JobManifest.FileName);
        var gone = new List<string>();
        using var scratch = new ManifestScratch(scratchFolder);
        foreach (var (line, text) in JobManifest.ReadTexts(manifest))
            scratch.Put(line, text);
        foreach (var picture in settled)
        {
            if (JobManifest.LineOf(picture, job.ResultKey) is { } line)
                scratch.Put(line, JobManifest.ToText(line));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(manifest)!);
        AtomicFile.Write(manifest, stream =>
        {
            using var writer = new StreamWriter(
                stream,
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                bufferSize: 1 << 16,
                leaveOpen: true
            )
            {
                NewLine = "\n",
            };
            foreach (var (path, bytes, text) in scratch.Lines())
            {
                if (bytes is not null && files.ResultBytes(job, path) != bytes)
                {
                    if (gone.Count < told)
                        gone.Add(path);
                    continue;
                }

                writer.WriteLine(text);
            }
        });
        return gone;
    }
}

using System.Formats.Tar;
using System.Text.Json;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.Backups;

/// <summary>
/// Restores a backup into folders that are missing or empty. Everything is unpacked beside the data folder and checked against the hashes
/// first; a backup that is damaged leaves nothing behind.
/// </summary>
internal static class BackupReader
{
    private const int LargestContent = 64 << 20;

    /// <summary>Restores a backup.</summary>
    /// <param name="file">The backup; absolute.</param>
    /// <param name="dataFolder">The data folder; absolute.</param>
    /// <param name="modelsFolder">The folder for the named models; absolute. Null: in the data folder.</param>
    /// <param name="stop">Cancels it; nothing is left then.</param>
    /// <exception cref="InputException">The file is not a backup, is damaged, or was written by a later version of the program.</exception>
    /// <exception cref="OutputException">A folder is not empty or cannot be written.</exception>
    public static BackupContent Restore(string file, string dataFolder, string? modelsFolder, CancellationToken stop)
    {
        if (!File.Exists(file))
            throw new InputException($"{file}: no such file");
        RequireEmpty("the data folder", dataFolder);
        if (modelsFolder is not null)
            RequireEmpty("the models folder", modelsFolder);
        var staging = $"{Path.TrimEndingDirectorySeparator(dataFolder)}.{Environment.ProcessId}.partial";
        OutputFolder.CreatePrivate("the folder", staging);
        try
        {
            var content = Unpack(file, staging, stop);
            foreach (var entry in content.Files)
                Check(file, entry, Path.Combine(staging, entry.Name), stop);
            MovePaths(file, content, staging, dataFolder, modelsFolder);
            Publish(content, staging, dataFolder, modelsFolder);
            return content;
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    private static void RequireEmpty(string what, string folder)
    {
        OutputFolder.RequireNoFile(what, folder);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new OutputException($"{what} {folder} is not empty: choose another folder, or move its content away");
    }

    private static BackupContent Unpack(string file, string staging, CancellationToken stop)
    {
        try
        {
            using var stream = File.OpenRead(file);
            using var tar = new TarReader(stream);
            var content = Content(file, tar.GetNextEntry());
            var expected = content.Files.ToDictionary(static entry => entry.Name, StringComparer.Ordinal);
            while (tar.GetNextEntry() is { } entry)
            {
                stop.ThrowIfCancellationRequested();
                if (!expected.Remove(entry.Name) || entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                    throw new InputException($"{file}: its entry '{entry.Name}' is not in its list: it is damaged or was altered");
                var path = Path.Combine(staging, entry.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                entry.DataStream?.CopyTo(target);
                target.Flush(flushToDisk: true);
            }

            return expected.Count == 0 ? content : throw new InputException($"{file} is incomplete: it lacks {expected.Keys.First()}");
        }
        catch (Exception damaged)
            when (damaged is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or JsonException)
        {
            throw new InputException(
                $"{file} is not a backup of this program, or is damaged: {FailureMapping.OneLine(damaged.Message)}",
                damaged
            );
        }
    }

    private static BackupContent Content(string file, TarEntry? first)
    {
        if (first is not { Name: BackupContent.EntryName, DataStream: { } data, Length: <= LargestContent })
            throw new InputException($"{file} is not a backup of this program");
        using var document = JsonDocument.Parse(data);
        var format = document.RootElement.TryGetProperty("format", out var number) && number.TryGetInt32(out var given) ? given : 0;
        if (format is < 1 or > BackupContent.CurrentFormat)
            throw new InputException(
                $"{file} has format {format}, and this program reads formats up to {BackupContent.CurrentFormat}: use the version that "
                    + "wrote it, or a later one"
            );
        var content = document.RootElement.Deserialize<BackupContent>(BackupContent.Style);
        if (content?.Files is null || content.Files.Any(static entry => !IsSafe(entry.Name)))
            throw new InputException($"{file} is not a backup of this program, or is damaged: its list of files is not valid");
        if (content.DataFormat > DataFormat.Current || content.JobTables > JobDatabase.TablesVersion)
            throw new InputException(
                $"{file} was written by {content.Program} with data format {content.DataFormat} and job tables {content.JobTables}; this "
                    + $"program knows up to {DataFormat.Current} and {JobDatabase.TablesVersion}: use that version or a later one"
            );
        return content;
    }

    /// <summary>Whether an entry stays below the folder that it is unpacked in.</summary>
    private static bool IsSafe(string name) =>
        name == BackupContent.Dump
        || (
            (
                name.StartsWith(BackupContent.Data, StringComparison.Ordinal)
                || name.StartsWith(BackupContent.Models, StringComparison.Ordinal)
                || name.StartsWith(BackupContent.Settings, StringComparison.Ordinal)
            )
            && name.Split('/').All(static part => part.Length > 0 && part is not ("." or ".."))
            && !name.Contains('\0', StringComparison.Ordinal)
            && !name.Contains('\\', StringComparison.Ordinal)
        );

    private static void Check(string file, BackupEntry entry, string path, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (new FileInfo(path).Length != entry.Bytes || FileHash.Sha256Hex(path) != entry.Sha256)
            throw new InputException($"{file} is damaged: the content of {entry.Name} is not what was written");
        if (entry.Name.StartsWith(BackupContent.Data, StringComparison.Ordinal) && !SqliteBackup.IsSound(path))
            throw new InputException($"{file} is damaged: {entry.Name} is not a sound database");
    }

    /// <summary>What was in the data folder, or in the folder of the named models, is expected at the same place in the new one.</summary>
    private static void MovePaths(string file, BackupContent content, string staging, string dataFolder, string? modelsFolder)
    {
        try
        {
            new SqlitePaths([
                (content.ModelsFolder, modelsFolder ?? Path.Combine(dataFolder, "models")),
                (content.DataFolder, dataFolder),
            ]).Change(Path.Combine(staging, BackupContent.Data));
        }
        catch (JobStoreException fault)
        {
            throw new InputException($"{file} is damaged: {FailureMapping.OneLine(fault.InnerException?.Message ?? fault.Message)}", fault);
        }
    }

    /// <summary>Moves what was unpacked to its place: models first, the journal last, which makes it a daemon's data folder.</summary>
    private static void Publish(BackupContent content, string staging, string dataFolder, string? modelsFolder)
    {
        try
        {
            OutputFolder.CreatePrivate("the data folder", dataFolder);
            Move(Path.Combine(staging, BackupContent.Models), modelsFolder ?? Path.Combine(dataFolder, "models"));
            Move(Path.Combine(staging, BackupContent.Settings), Path.Combine(dataFolder, "restored-settings"));
            if (File.Exists(Path.Combine(staging, BackupContent.Dump)))
                File.Move(Path.Combine(staging, BackupContent.Dump), Path.Combine(dataFolder, BackupContent.Dump));
            foreach (
                var path in content
                    .Files.Where(static entry => entry.Name.StartsWith(BackupContent.Data, StringComparison.Ordinal))
                    .Select(entry => Path.Combine(staging, entry.Name))
                    .OrderBy(static path => Path.GetFileName(path) == "journal.db")
            )
                File.Move(path, Path.Combine(dataFolder, Path.GetFileName(path)));
            DataFormat.Record(dataFolder, content.DataFormat, content.Program);
            AtomicFile.SyncDirectory(dataFolder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{dataFolder} cannot be written: {StorageFault.Reason(fault)}", fault);
        }
    }

    /// <summary>Moves the files of a folder; the target may be on another disk.</summary>
    private static void Move(string source, string target)
    {
        if (!Directory.Exists(source))
            return;
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var place = Path.Combine(target, Path.GetRelativePath(source, path));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Move(path, place);
        }
    }
}

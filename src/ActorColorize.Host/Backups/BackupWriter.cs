using System.Diagnostics;
using System.Formats.Tar;
using System.Text.Json;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;
using ActorColorize.Host.Training;
using Npgsql;

namespace ActorColorize.Host.Backups;

/// <summary>
/// Writes a daemon's data to one tar file, also while the daemon works. Databases are copied first, each at one instant; named models never
/// change once they are written. Secrets stay out of it: passwords, private keys and tokens have to be kept elsewhere.
/// </summary>
internal static class BackupWriter
{
    private static readonly TimeSpan LongestDump = TimeSpan.FromHours(6);

    /// <summary>Writes a backup.</summary>
    /// <param name="file">The file; absolute. Its content is complete when it gets its name.</param>
    /// <param name="settings">The daemon's settings.</param>
    /// <param name="settingsFiles">The settings files, the including one first; may be empty.</param>
    /// <param name="now">The time.</param>
    /// <param name="stop">Cancels it; nothing is left then.</param>
    /// <exception cref="InputException">There is no data of a daemon, or a part of it cannot be read.</exception>
    public static async Task<BackupContent> WriteAsync(
        string file,
        ServeSettings settings,
        IReadOnlyList<string> settingsFiles,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var models = settings.ModelsFolder ?? Path.Combine(settings.DataFolder, "models");
        var format = DataFormat.Of(settings.DataFolder);
        if (settings.Postgres is null && !SqliteBackup.IsIn(settings.DataFolder))
            throw new InputException($"no daemon has stored jobs in the data folder {settings.DataFolder}: nothing to back up");
        var staging = Directory.CreateDirectory($"{file}.{Environment.ProcessId}.partial").FullName;
        try
        {
            var sources = new List<(string Name, string Path)>();
            if (settings.Postgres is { } postgres)
                sources.Add((BackupContent.Dump, await DumpAsync(postgres, staging, stop)));
            else
                sources.AddRange(
                    Copied(settings.DataFolder, staging).Select(name => (BackupContent.Data + name, Path.Combine(staging, name)))
                );
            if (Directory.Exists(models))
                sources.AddRange(Models(models));
            sources.AddRange(settingsFiles.Select((path, i) => ($"{BackupContent.Settings}{i}-{Path.GetFileName(path)}", path)));

            var content = new BackupContent(
                BackupContent.CurrentFormat,
                $"actorcolorize {RunPreparation.ProgramVersion}",
                now,
                format ?? DataFormat.Current,
                TablesOf(settings),
                settings.DataFolder,
                models,
                settings.Postgres?.Place,
                [.. sources.Select(source => Entry(source.Name, source.Path, stop))]
            );
            AtomicFile.Write(file, stream => Write(stream, content, sources, stop));
            return content;
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    private static IReadOnlyList<string> Copied(string dataFolder, string staging)
    {
        try
        {
            return SqliteBackup.Copy(dataFolder, staging);
        }
        catch (JobStoreException fault)
        {
            throw new InputException(fault.Message, fault);
        }
    }

    private static long? TablesOf(ServeSettings settings)
    {
        try
        {
            return DaemonStore.Database(settings).Examine().TablesVersion;
        }
        catch (JobStoreException fault)
        {
            throw new InputException(fault.Message, fault);
        }
    }

    private static IEnumerable<(string Name, string Path)> Models(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(static path => !Path.GetFileName(path).StartsWith('.')) // of a promotion that is in progress
            .Order(StringComparer.Ordinal)
            .Select(path => (BackupContent.Models + Path.GetRelativePath(folder, path).Replace('\\', '/'), path));

    private static BackupEntry Entry(string name, string path, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return new BackupEntry(name, new FileInfo(path).Length, FileHash.Sha256Hex(path));
    }

    private static void Write(
        Stream stream,
        BackupContent content,
        IReadOnlyList<(string Name, string Path)> sources,
        CancellationToken stop
    )
    {
        if (!OperatingSystem.IsWindows() && stream is FileStream { SafeFileHandle: var handle })
            File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        using var first = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(content, BackupContent.Style));
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, BackupContent.EntryName) { DataStream = first });
        foreach (var (name, path) in sources)
        {
            stop.ThrowIfCancellationRequested();
            using var source = File.OpenRead(path);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = source });
        }
    }

    /// <summary>Dumps a PostgreSQL database as of one instant with pg_dump, which must be as new as the server.</summary>
    private static async Task<string> DumpAsync(PostgresConnection database, string staging, CancellationToken stop)
    {
        var dump = Path.Combine(staging, BackupContent.Dump);
        var given = new NpgsqlConnectionStringBuilder(database.WithPassword);
        var start = new ProcessStartInfo(
            "pg_dump",
            [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                $"--host={given.Host}",
                $"--port={given.Port}",
                $"--username={database.User}",
                $"--file={dump}",
                "--no-password",
                given.Database!,
            ]
        )
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (given.Password is { } password)
            start.Environment["PGPASSWORD"] = password; // other accounts cannot read it there
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InputException(
                "'pg_dump' not found, which copies the PostgreSQL database: install PostgreSQL's client programs of the server's version "
                    + "(Debian: postgresql-client), or run this command where they are",
                missing
            );
        }

        using (process)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(LongestDump);
            var said = process.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }

            if (process.ExitCode != 0)
                throw new InputException($"pg_dump of {database.Place} failed: {FailureMapping.OneLine((await said).TrimStart())}");
        }

        return dump;
    }
}

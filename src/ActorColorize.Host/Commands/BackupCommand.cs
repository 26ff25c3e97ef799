using System.CommandLine;
using ActorColorize.Host.Backups;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.Commands;

/// <summary>The options of <c>backup</c>.</summary>
/// <param name="File">The file to write.</param>
/// <param name="Config">The daemon's settings file; null: the defaults.</param>
/// <param name="DataFolder">The daemon's data folder; null: that of the settings.</param>
/// <param name="Force">Replace an existing file.</param>
internal sealed record BackupOptions(string File, string? Config, string? DataFolder, bool Force);

/// <summary><c>backup</c>: copies a daemon's data into one file, also while the daemon works.</summary>
internal sealed class BackupCommand(CommandContext context)
    : BoundCommand<BackupOptions>(
        "backup",
        "Copy a daemon's jobs, journal, named models and settings into one file, also while it works. Not in it: pictures, run "
            + "folders, passwords, private keys, tokens.",
        new("backup actorcolorize.tar", "the daemon of this account"),
        new("backup actorcolorize.tar --config /etc/actorcolorize/daemon.json", "the daemon with these settings")
    )
{
    public readonly Argument<string> File = new("FILE") { Description = "The file to write (a tar file)" };
    public readonly Option<string> Config = OptionValues.Path("--config", "FILE", "The daemon's settings file [default: no file]");
    public readonly Option<string> Data = DaemonOptions.Data("The daemon's data folder");
    public readonly Option<bool> Force = OptionValues.Switch("--force", "Replace the file if it exists");
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override BackupOptions Bind(ParseResult parsed) =>
        new(parsed.GetRequiredValue(File), parsed.GetValue(Config), parsed.GetValue(Data), parsed.GetValue(Force));

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(BackupOptions options)
    {
        var settings = ServeConfiguration.Load(options.Config, options.DataFolder, Environment.GetEnvironmentVariables(), out var files);
        var file = Path.GetFullPath(options.File);
        if (Directory.Exists(file))
            throw new OutputException($"{options.File} is a folder; give a file name");
        if (System.IO.File.Exists(file) && !options.Force)
            throw new OutputException($"{options.File} already exists; choose another file, or replace it with --force");
        OutputFolder.MakeWritable("the folder", Path.GetDirectoryName(file)!);
        var content = await BackupWriter.WriteAsync(file, settings, files, context.Time.GetUtcNow(), context.Stop.Token);
        var bytes = new FileInfo(file).Length;
        var models = content.Files.Count(static entry => entry.Name.EndsWith("/current.json", StringComparison.Ordinal));
        context.Screen.Line(
            $"{file}: {Quantities.Bytes(bytes)}, "
                + (content.Database is null ? "jobs and journal" : $"a dump of {content.Database}")
                + $", {Quantities.Count(models, "model")}, {Quantities.Count(files.Count, "settings file")}"
        );
        context.Screen.Line("  not in it: pictures, run folders, passwords, private keys and tokens");
        context.Screen.Json(
            new
            {
                File = file,
                Bytes = bytes,
                content.DataFormat,
                content.JobTables,
                content.Database,
                Models = models,
                Files = content.Files.Select(static entry => entry.Name),
            }
        );
        return ExitCode.Success;
    }
}

using System.CommandLine;
using ActorColorize.Host.Backups;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.Commands;

/// <summary>The options of <c>restore</c>.</summary>
/// <param name="File">The backup.</param>
/// <param name="Config">The settings file of the daemon that is to use it; null: the defaults.</param>
/// <param name="DataFolder">The data folder to restore into; null: that of the settings.</param>
internal sealed record RestoreOptions(string File, string? Config, string? DataFolder);

/// <summary><c>restore</c>: unpacks a backup into an empty data folder.</summary>
internal sealed class RestoreCommand(CommandContext context)
    : BoundCommand<RestoreOptions>(
        "restore",
        "Restore a backup into a data folder that is missing or empty; 'serve' then goes on with its jobs. A backup that is "
            + "damaged leaves nothing behind.",
        new("restore actorcolorize.tar", "into the data folder of this account"),
        new("restore actorcolorize.tar --data-folder /srv/actorcolorize", "into another one")
    )
{
    public readonly Argument<string> File = new("FILE") { Description = "A file that 'backup' wrote" };
    public readonly Option<string> Config = OptionValues.Path(
        "--config",
        "FILE",
        "Settings file of the daemon that will use the data [default: no file]"
    );
    public readonly Option<string> Data = DaemonOptions.Data("The data folder to restore into");
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override RestoreOptions Bind(ParseResult parsed) =>
        new(parsed.GetRequiredValue(File), parsed.GetValue(Config), parsed.GetValue(Data));

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(RestoreOptions options)
    {
        var settings = ServeConfiguration.Load(options.Config, options.DataFolder, Environment.GetEnvironmentVariables(), out _);
        var content = BackupReader.Restore(Path.GetFullPath(options.File), settings.DataFolder, settings.ModelsFolder, context.Stop.Token);
        var models = settings.ModelsFolder ?? Path.Combine(settings.DataFolder, "models");
        context.Screen.Line(
            $"{settings.DataFolder}: restored from {content.CreatedAt.ToLocalTime():yyyy-MM-dd HH:mm:ss}, "
                + $"{Quantities.Count(content.Files.Count, "file")}, written by {content.Program}"
        );
        if (content.Database is not null)
            context.Screen.Line(
                $"  next: create an empty database, then 'pg_restore --no-owner --exit-on-error --dbname=DATABASE "
                    + $"{Path.Combine(settings.DataFolder, BackupContent.Dump)}', then 'actorcolorize serve'"
            );
        if (
            content.Database is not null
            && models != content.ModelsFolder
            && content.Files.Any(static entry => entry.Name.StartsWith(BackupContent.Models, StringComparison.Ordinal))
        )
            context.Screen.Warn(
                $"the named models were in {content.ModelsFolder}, and unfinished jobs look for theirs there: make that path a link to "
                    + $"{models} (ln -s {models} {content.ModelsFolder})"
            );
        var isMoved = content.Database is null && settings.DataFolder != content.DataFolder;
        context.Screen.Line(
            "  archives, output folders and run folders are not part of a backup: jobs and runs expect them at their old paths"
                + (isMoved ? $", and what was in {content.DataFolder} at the same place in {settings.DataFolder}" : string.Empty)
        );
        context.Screen.Json(
            new
            {
                Data = settings.DataFolder,
                Models = models,
                content.CreatedAt,
                content.Program,
                content.DataFormat,
                content.JobTables,
                content.Database,
                Files = content.Files.Select(static entry => entry.Name),
            }
        );
        return Task.FromResult(ExitCode.Success);
    }
}

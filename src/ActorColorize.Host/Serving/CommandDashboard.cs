using ActorColorize.Actors.Runs;
using ActorColorize.Gateway;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Serving;

/// <summary>
/// The dashboard of one command (<c>train --ui</c>, <c>colorize --ui</c>): the daemon's HTTP server on this machine's own address, for the
/// command's run or job alone. Other work is refused. It ends with the command.
/// </summary>
internal static class CommandDashboard
{
    /// <summary>Name of its folder, in which it keeps what a daemon keeps in its data folder: token, port, key.</summary>
    public const string FolderName = "dashboard";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Opens it and prints a link.</summary>
    /// <param name="context">The command's screen and clock.</param>
    /// <param name="choice">The value of <c>--ui</c>.</param>
    /// <param name="folder">Its folder; created if it is missing.</param>
    /// <param name="system">The command's actor system.</param>
    /// <param name="own">The command and what it works on.</param>
    /// <param name="device">Description of the device.</param>
    /// <param name="jobs">The job coordinator; <see cref="ActorRefs.Nobody"/> if the command trains.</param>
    /// <param name="training">The run coordinator; <see cref="ActorRefs.Nobody"/> if the command colours.</param>
    /// <param name="logging">Its loggers.</param>
    /// <exception cref="UsageException">The port cannot be listened on.</exception>
    /// <exception cref="OutputException">The folder cannot be written.</exception>
    public static async Task<IAsyncDisposable> OpenAsync(
        CommandContext context,
        UiChoice choice,
        string folder,
        ActorSystem system,
        OwnCommand own,
        string device,
        IActorRef jobs,
        IActorRef training,
        ILoggerFactory logging
    )
    {
        OutputFolder.CreatePrivate("the dashboard's folder", folder);
        var settings = new ServeSettings
        {
            DataFolder = folder,
            Rest = new RestServeSettings { Port = choice.Port },
        };
        var facts = new DaemonFacts($"actorcolorize {RunPreparation.ProgramVersion}", device, context.Time.GetUtcNow()) { Command = own };
        var backends = new GatewayBackends(jobs, new NoOtherWork(own), facts) { Training = training };
        RestService? rest;
        try
        {
            rest = await RestService.OpenAsync(settings, new LocalSessions(system, backends), backends, logging);
        }
        catch (GatewayException taken)
        {
            throw new UsageException($"--ui: {taken.Message}: choose another port, or leave it out", taken);
        }

        var url = rest!.NewDashboardLink()!.Url;
        context.Screen.Line(
            $"dashboard: {url} (works once, within an hour; 'actorcolorize dashboard --data-folder {folder}' prints another)"
        );
        context.Screen.Json(new { Dashboard = url });
        return rest;
    }

    /// <summary>Has a coordinator train a prepared run; returns when the run is with the supervisor, so that it can be stopped.</summary>
    /// <param name="coordinator">The run coordinator.</param>
    /// <param name="own">The command.</param>
    /// <param name="data">Folder of training pictures.</param>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="RunFailedException">The coordinator refuses.</exception>
    public static async Task SubmitAsync(IActorRef coordinator, OwnCommand own, string data, string folder)
    {
        var run = new RunId(own.Subject);
        var submit = new TrainingCommands.Submit(CommandId.New(), new ClientId(own.Name), own.Subject, new(data, folder));
        if (await coordinator.Ask<object>(submit, Patience) is TrainingAnswers.Refused refused)
            throw new RunFailedException(refused.Reason);
        TrainingReports.RunUpdates updates;
        long seen = 0;
        do
        {
            updates = await coordinator.Ask<TrainingReports.RunUpdates>(
                new TrainingQueries.UpdatesAfter(run, seen, TimeSpan.FromSeconds(1)),
                Patience
            );
            seen = updates.Sequence;
        } while (updates is { Status.TotalSteps: null, IsOver: false });
    }

    private static string Refusal(OwnCommand own) =>
        $"this dashboard is that of one '{own.Name}' command and takes no other work: start 'actorcolorize serve' for that";

    /// <summary>No job but the command's own.</summary>
    private sealed class NoOtherWork(OwnCommand own) : IJobRequests
    {
        public Task<JobSpecification> CompleteAsync(JobRequest request) =>
            Task.FromException<JobSpecification>(new JobRequestException(Refusal(own)));
    }

    /// <summary>The run that a command has prepared; no other.</summary>
    internal sealed class PreparedRunOnly(RunId run, string folder, long steps, OwnCommand own) : IRunPreparation
    {
        public Task<RunId> IdentifyAsync(TrainingRequest request) =>
            request.RunFolder == folder ? Task.FromResult(run) : Task.FromException<RunId>(new RunPreparationException(Refusal(own)));

        public Task<long> PrepareAsync(
            RunId run,
            TrainingRequest request,
            TrainingDevice device,
            Action<string> onProgress,
            CancellationToken cancellation
        ) => Task.FromResult(steps);
    }
}

/// <summary>The value of <c>--ui</c>.</summary>
/// <param name="Port">The port; null: the one used last, the usual one, or a free one.</param>
internal sealed record UiChoice(int? Port);

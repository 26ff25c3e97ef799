using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs.Archive;

/// <summary>
/// Writes the manifests in the output folders, on its own thread. The lines that are added while a job runs are for readers in the
/// meantime; the final manifest is made from the job store when the job has ended. So nothing has to be repaired after a crash.
/// </summary>
internal sealed class ManifestWriter : ReceiveActor
{
    private readonly IArchiveFiles _files;
    private readonly Func<IJobStore> _openStore;
    private readonly string _scratchFolder;
    private readonly Dictionary<string, AppendLog> _logs = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public ManifestWriter(IArchiveFiles files, Func<IJobStore> openStore, string scratchFolder)
    {
        _files = files;
        _openStore = openStore;
        _scratchFolder = scratchFolder;
        Receive<ManifestCommands.Add>(Add);
        Receive<ManifestCommands.Finalize>(Finalize);
        Receive<ManifestCommands.Review>(Review);
    }

    /// <summary>After an unexpected exception the job must not wait for an answer that will not come.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        if (message is ManifestCommands.Finalize command)
            Sender.Tell(new ManifestEvents.NotFinalized(command.Job, reason.Message));
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        foreach (var log in _logs.Values)
            Close(log);
    }

    private void Add(ManifestCommands.Add command)
    {
        try
        {
            var log = LogOf(command.Specification);
            foreach (var settled in command.Settled)
            {
                if (JobManifest.LineOf(settled, command.Specification.ResultKey) is { } line)
                    log.Append(JobManifest.ToText(line));
            }

            log.Flush();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Sender.Tell(new ManifestEvents.NotWritten(command.Job, fault.Message)); // the lines are in the store
        }
    }

    private void Finalize(ManifestCommands.Finalize command)
    {
        var manifest = _files.ResultFile(command.Specification, JobManifest.FileName);
        if (_logs.Remove(manifest, out var log))
            Close(log);
        try
        {
            using var store = _openStore();
            foreach (var path in ManifestFinalForm.Write(_files, command.Specification, store.Settled(command.Job), _scratchFolder))
                _log.Warning(
                    "job {0}: the result {1} was removed or changed by somebody else; it is not in the manifest",
                    command.Job,
                    path
                );
            _files.ClearLeftovers(command.Specification);
            Sender.Tell(new ManifestEvents.Finalized(command.Job));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JobStoreException)
        {
            Sender.Tell(new ManifestEvents.NotFinalized(command.Job, fault.Message));
        }
    }

    /// <summary>
    /// Adds the lines of reviewed results, then answers the client. A result that was replaced since, by another job in the same folder,
    /// has the line of that job, which stays.
    /// </summary>
    private void Review(ManifestCommands.Review review)
    {
        var (command, job) = (review.Command, review.Specification);
        var manifest = _files.ResultFile(job, JobManifest.FileName);
        var isOpen = _logs.ContainsKey(manifest);
        try
        {
            using var store = _openStore();
            var done = store.Settled(command.Job, command.Items).Where(picture => picture.Outcome is ItemOutcome.Done).ToList();
            var log = LogOf(job);
            foreach (
                var picture in done.Where(picture =>
                    _files.ResultBytes(job, picture.RelativePath) == ((ItemOutcome.Done)picture.Outcome).OutputBytes
                )
            )
                log.Append(JobManifest.ToText(JobManifest.LineOf(picture, job.ResultKey)!));
            log.Flush();
            review.Client.Tell(new JobAnswers.Reviewed(command.Command, command.Job, done.Count, command.Items.Count - done.Count));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JobStoreException)
        {
            var reason = $"the decisions are kept, but {manifest} cannot be written: {fault.Message}";
            review.Client.Tell(new JobAnswers.Refused(command.Command, JobRefusal.Unavailable, reason));
        }

        if (!isOpen && _logs.Remove(manifest, out var opened))
            Close(opened);
    }

    private AppendLog LogOf(JobSpecification job)
    {
        var manifest = _files.ResultFile(job, JobManifest.FileName);
        if (_logs.TryGetValue(manifest, out var open))
            return open;
        Directory.CreateDirectory(Path.GetDirectoryName(manifest)!);
        var log = new AppendLog(manifest);
        _logs.Add(manifest, log);
        return log;
    }

    private void Close(AppendLog log)
    {
        try
        {
            log.Dispose();
        }
        catch (IOException fault)
        {
            _log.Info("the last lines of {0} were not written: {1}", log.FilePath, fault.Message); // the final manifest has them
        }
    }
}

/// <summary>Commands to the manifest writer.</summary>
internal static class ManifestCommands
{
    /// <summary>Add lines.</summary>
    internal sealed record Add(JobId Job, JobSpecification Specification, IReadOnlyList<SettledPicture> Settled);

    /// <summary>Add the lines of results whose review is in the store.</summary>
    /// <param name="Command">The command that gave the review.</param>
    /// <param name="Specification">The job's work.</param>
    /// <param name="Client">Gets the answer.</param>
    internal sealed record Review(JobCommands.Review Command, JobSpecification Specification, IActorRef Client);

    /// <summary>Finalize the manifest.</summary>
    internal sealed record Finalize(JobId Job, JobSpecification Specification);
}

/// <summary>Answers of the manifest writer.</summary>
internal static class ManifestEvents
{
    /// <summary>Lines could not be added.</summary>
    internal sealed record NotWritten(JobId Job, string Reason);

    /// <summary>The manifest is finalized.</summary>
    internal sealed record Finalized(JobId Job);

    /// <summary>The manifest could not be finalized.</summary>
    internal sealed record NotFinalized(JobId Job, string Reason);
}

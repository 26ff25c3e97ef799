using System.Diagnostics;
using ActorColorize.Model.Checkpoints;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Checkpoints;

/// <summary>
/// Writes snapshots to disk on a thread of its own, beside further training. A failed write is answered, never thrown: the older checkpoints are
/// untouched and the run goes on.
/// </summary>
public sealed class CheckpointActor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>An idle writer.</summary>
    public CheckpointActor()
    {
        Receive<Write>(command =>
        {
            var clock = Stopwatch.StartNew();
            var (folder, failure) = Save(command);
            Sender.Tell(new Written(command.Content.State.Step, folder, failure, clock.Elapsed.TotalSeconds));
        });
    }

    private (string? Folder, string? Failure) Save(Write command)
    {
        try
        {
            var store = new CheckpointStore(command.RunFolder, command.Content.RunId, command.Disk);
            var entry = store.Save(command.Content);
            store.Retain(command.KeepLast, reason => _log.Warning("an old checkpoint stays: {0}", reason));
            return (entry.Folder, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CheckpointException)
        {
            return (null, e.Message);
        }
    }

    /// <summary>Write this snapshot, then delete what is over the limit.</summary>
    /// <param name="RunFolder">The run's folder.</param>
    /// <param name="Content">The snapshot; given away, the sender does not touch it again.</param>
    /// <param name="KeepLast">How many of the newest stay, beside the best.</param>
    /// <param name="Disk">The disk to write to; null: this machine's.</param>
    public sealed record Write(string RunFolder, CheckpointContent Content, int KeepLast, ICheckpointDisk? Disk = null);

    /// <summary>The answer to <see cref="Write"/>.</summary>
    /// <param name="Step">Of the snapshot.</param>
    /// <param name="Folder">Where it is; null where it failed.</param>
    /// <param name="Failure">One line; null where it is on disk.</param>
    /// <param name="Seconds">How long the write took.</param>
    public sealed record Written(long Step, string? Folder, string? Failure, double Seconds);
}

using System.Diagnostics;
using ActorColorize.Model.Checkpoints;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Checkpoints;

/// <summary>
/// Writes snapshots to disk on its own thread while training continues. Disk errors are returned in the answer, not thrown: older
/// checkpoints are untouched and the run continues. Any other exception is a bug: the sender is notified, and this actor crashes.
/// </summary>
public sealed class CheckpointActor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>Creates an idle writer.</summary>
    public CheckpointActor()
    {
        Receive<Write>(command =>
        {
            try
            {
                Sender.Tell(Save(command));
            }
            catch (Exception fault)
            {
                Sender.Tell(new Crashed(command.Content, $"{fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")}"));
                throw;
            }
        });
    }

    private Written Save(Write command)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var store = new CheckpointStore(command.RunFolder, command.Content.RunId, command.Disk);
            var entry = store.Save(command.Content);
            store.Retain(command.KeepLast, reason => _log.Warning("an old checkpoint was not deleted: {0}", reason));
            return new Written(command.Content, entry.Folder, null, clock.Elapsed.TotalSeconds);
        }
        catch (CheckpointException refusal)
        {
            return new Written(command.Content, null, refusal.Message, clock.Elapsed.TotalSeconds);
        }
    }

    /// <summary>Write this snapshot, then delete checkpoints beyond the limit.</summary>
    /// <param name="RunFolder">The run's folder.</param>
    /// <param name="Content">The snapshot; the sender must not touch it until the answer.</param>
    /// <param name="KeepLast">How many of the newest checkpoints are kept, in addition to the best.</param>
    /// <param name="Disk">The disk to write to; null for the local disk.</param>
    public sealed record Write(string RunFolder, CheckpointContent Content, int KeepLast, ICheckpointDisk? Disk = null);

    /// <summary>The answer to <see cref="Write"/>.</summary>
    /// <param name="Content">The snapshot, returned.</param>
    /// <param name="Folder">Its folder; null if it could not be written.</param>
    /// <param name="Failure">One line; null if it was written.</param>
    /// <param name="Seconds">How long the write took.</param>
    public sealed record Written(CheckpointContent Content, string? Folder, string? Failure, double Seconds);

    /// <summary>The other answer to <see cref="Write"/>: the writer failed with an unexpected exception.</summary>
    /// <param name="Content">The snapshot, returned.</param>
    /// <param name="Cause">One line.</param>
    public sealed record Crashed(CheckpointContent Content, string Cause);
}

using System.Diagnostics;
using ActorColorize.Model.Checkpoints;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Checkpoints;

/// <summary>
/// Writes snapshots to disk on a thread of its own, beside further training. A disk that refuses is answered, never thrown: the older
/// checkpoints are untouched and the run goes on. Whatever else goes wrong is a fault of the program: the sender is told, and this actor
/// crashes.
/// </summary>
public sealed class CheckpointActor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>An idle writer.</summary>
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
            store.Retain(command.KeepLast, reason => _log.Warning("an old checkpoint stays: {0}", reason));
            return new Written(command.Content, entry.Folder, null, clock.Elapsed.TotalSeconds);
        }
        catch (CheckpointException refusal)
        {
            return new Written(command.Content, null, refusal.Message, clock.Elapsed.TotalSeconds);
        }
    }

    /// <summary>Write this snapshot, then delete what is over the limit.</summary>
    /// <param name="RunFolder">The run's folder.</param>
    /// <param name="Content">The snapshot; leased until the answer, the sender does not touch it before.</param>
    /// <param name="KeepLast">How many of the newest stay, beside the best.</param>
    /// <param name="Disk">The disk to write to; null: this machine's.</param>
    public sealed record Write(string RunFolder, CheckpointContent Content, int KeepLast, ICheckpointDisk? Disk = null);

    /// <summary>The answer to <see cref="Write"/>.</summary>
    /// <param name="Content">The snapshot, handed back.</param>
    /// <param name="Folder">Where it is; null where the disk refused it.</param>
    /// <param name="Failure">One line; null where it is on disk.</param>
    /// <param name="Seconds">How long the write took.</param>
    public sealed record Written(CheckpointContent Content, string? Folder, string? Failure, double Seconds);

    /// <summary>The other answer to <see cref="Write"/>: the writer failed in a way that no disk explains.</summary>
    /// <param name="Content">The snapshot, handed back.</param>
    /// <param name="Cause">One line.</param>
    public sealed record Crashed(CheckpointContent Content, string Cause);
}

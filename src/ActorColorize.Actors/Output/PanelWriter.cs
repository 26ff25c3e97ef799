using ActorColorize.Data.Storage;
using ActorColorize.Imaging.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Output;

/// <summary>
/// Draws and writes panels of validation pictures on its own thread, so that neither drawing nor a slow disk delays the pictures of a job.
/// </summary>
internal sealed class PanelWriter : ReceiveActor
{
    private static readonly string[] Columns = ["grey", "ours", "truth"];

    private readonly IActorRef _metrics;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _isReported;

    /// <summary>Creates an idle writer.</summary>
    /// <param name="metrics">Receives events about finished panels.</param>
    public PanelWriter(IActorRef metrics)
    {
        _metrics = metrics;
        Receive<OutputCommands.WritePanel>(Write);
    }

    private void Write(OutputCommands.WritePanel command)
    {
        try
        {
            var png = ContactSheet.EncodePng(command.Side, command.Rows, Columns);
            Directory.CreateDirectory(Path.GetDirectoryName(command.Path)!);
            AtomicFile.Write(command.Path, stream => stream.Write(png));
            _isReported = false;
            _metrics.Tell(new RunEvents.PanelWritten(command.Run, command.Step, command.Path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Reported once: a disk that is full stays full for many panels.
            if (!_isReported)
                _log.Warning(e, "panel of run {0} at step {1} was not written: {2}", command.Run, command.Step, e.Message);
            _isReported = true;
        }
    }
}

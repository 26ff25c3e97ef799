using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <content>What a supervisor of several runs says about them, the folders that it holds for them, and how it comes to rest.</content>
public sealed partial class TrainingSupervisor
{
    private readonly HashSet<IActorRef> _standingWatchers = [];
    private IActorRef? _restAsker;
    private FolderLock? _held;

    private void ReceiveAboutStandings()
    {
        Command<SupervisorMessages.WatchStandings>(watch =>
        {
            if (_standingWatchers.Add(watch.Watcher)) Context.Watch(watch.Watcher);
            watch.Watcher.Tell(new SupervisorMessages.Standings([.. _journalled.Keys.Union(_waiting.Select(waiting => waiting.Command.Run)).Select(StandingOf)]));
        });
        Command<Terminated>(gone => _standingWatchers.Remove(gone.ActorRef));
        Command<SupervisorMessages.Rest>(_ => Rest());
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        LetGoOfFolder();
        base.PostStop();
    }

    private RunStanding StandingOf(RunId run)
    {
        var facts = _journalled.GetValueOrDefault(run, []);
        var isUnfinished = facts is [.., not RunHistoryEvents.Ended] || _waiting.Exists(waiting => waiting.Command.Run == run); // it is about to be taken up, where it is not in the queue
        return new(run, run == _onDevice ? RunStage.OnDevice : isUnfinished ? RunStage.Waiting : RunStage.Ended, facts.OfType<RunHistoryEvents.Ended>().LastOrDefault());
    }

    private void TellStanding(RunId run)
    {
        if (_standingWatchers.Count == 0) return;
        var standing = StandingOf(run);
        foreach (var watcher in _standingWatchers) watcher.Tell(standing);
    }

    /// <summary>One process at a time trains in a folder.</summary>
    /// <exception cref="RunFolderException">Another does, or the folder cannot be held.</exception>
    private void HoldFolder(string folder)
    {
        if (!_settings.HoldsRunFolders) return;
        try
        {
            _held = FolderLock.TryTake(folder) ?? throw new RunFolderException($"another process is training in {folder}: wait for it, or choose another run folder");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunFolderException($"{folder} cannot be written to: {e.Message}", e);
        }
    }

    private void LetGoOfFolder()
    {
        _held?.Dispose();
        _held = null;
    }

    /// <summary>A run whose folder is of no use ends before it has begun, and the next one has its turn.</summary>
    private void EndUnbegun(RunId run, string reason) => Persist(new RunHistoryEvents.Ended(run, RunOutcome.Failed, default, reason, Now), ended =>
    {
        Remember(ended);
        _metrics.Tell(new RunEvents.Ended(run, RunOutcome.Failed, default, reason));
        TellStanding(run);
        if (_onDevice is null) Next();
    });

    private void Rest()
    {
        _restAsker = Sender;
        foreach (var (command, _) in _waiting.Where(waiting => _journalled.ContainsKey(waiting.Command.Run)))
        {
            Persist(new RunHistoryEvents.Ended(command.Run, RunOutcome.Stopped, default, "its turn had not come when the program was stopped", Now), ended =>
            {
                Remember(ended);
                TellStanding(ended.Run);
            });
        }

        _waiting.Clear();
        DecideOnDevice(run => run.RequestStop(Now));
        DeferAsync(this, _ => TellRested());
    }

    private void TellRested()
    {
        if (_onDevice is null) _restAsker?.Tell(new SupervisorMessages.Rested());
    }
}

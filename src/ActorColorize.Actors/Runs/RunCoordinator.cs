using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorColorize.Actors.Runs;

/// <summary>
/// Where clients' requests about runs arrive, and where it is known what came of them. Every decision is <see cref="RunEntry"/>'s: this actor
/// journals the desired, answers when it is on disk, and
/// then does what brings the run to where it is wanted. The supervisor keeps the runs' lives; what it says counts, and is asked for again
/// from time to time.
/// <code>
///  client ──desired──▶ journal ──▶ MoveFor ──Prepare──▶ preparation (beside the actors) ──Prepared──▶ journal ─┐
///    ▲                             ▲                                                                        │
///    └── updates ◀── RunView ◀────────┴──── placements ◀── TrainingSupervisor ◀──────────── Start, Stop ────────┘
///                    ▲──── figures ◀── MetricsActor
/// </code>
/// </summary>
public sealed partial class RunCoordinator : ReceivePersistentActor, IWithTimers
{
    private readonly RunCoordinatorSettings _settings;
    private readonly IRunPreparation _preparation;
    private readonly IActorRef _supervisor;
    private readonly IActorRef _metrics;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<RunId, RunEntry> _entries = [];
    private readonly Dictionary<RunId, RunView> _views = [];
    private readonly Dictionary<(ClientId Client, string Key), RunId> _keys = [];
    private readonly Dictionary<(ClientId Client, string Key), List<(CommandId Command, IActorRef Asker)>> _identifying = [];
    private readonly Dictionary<RunId, CancellationTokenSource> _preparing = [];
    private readonly Dictionary<CommandId, List<IActorRef>> _promoting = [];
    private readonly HashSet<RunId> _recording = [];
    private IReadOnlyList<TrainingDevice> _devices = [];
    private bool _hearsOfSupervisor;
    private bool _rests;

    /// <summary>A coordinator that takes up what its journal says.</summary>
    /// <param name="settings">How it works.</param>
    /// <param name="preparation">Makes run folders ready.</param>
    /// <param name="supervisor">Trains: a <see cref="TrainingSupervisor"/> that takes up by itself what was on the device; what was waiting
    /// is asked for again.</param>
    /// <param name="metrics">Knows the figures.</param>
    public RunCoordinator(RunCoordinatorSettings settings, IRunPreparation preparation, IActorRef supervisor, IActorRef metrics)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _preparation = preparation;
        _supervisor = supervisor;
        _metrics = metrics;
        _sequence = settings.Clock.GetUtcNow().UtcTicks; // so that numbers go on rising over the daemon's starts

        Recover<TrainingEvents.IFact>(Apply);
        Command<LookAgain>(_ => LookAtOthers());
        Command<SupervisorMessages.Placements>(Take);
        Command<RunPlacement>(placement => Take([placement]));
        Command<SupervisorMessages.Devices>(devices =>
        {
            _devices = devices.All;
            foreach (var run in _entries.Keys.ToArray())
                Move(run);
        });
        Command<TrainingCommands.Submit>(Submit);
        Command<Identified>(Register);
        Command<TrainingCommands.Pause>(command => DesiredState(command, command.Run, DesiredRunState.Pause));
        Command<TrainingCommands.Resume>(command => DesiredState(command, command.Run, DesiredRunState.Train));
        Command<TrainingCommands.Stop>(command => DesiredState(command, command.Run, DesiredRunState.Stop));
        Command<TrainingCommands.Promote>(Promote);
        Command<PromotionEnded>(EndPromotion);
        Command<PreparationMoved>(moved => Show(moved.Run, view => view.Doing = moved.Text));
        Command<PreparationEnded>(EndPreparation);
        Command<SupervisorMessages.Drain>(rest =>
        {
            _rests = true;
            foreach (var run in _preparing.Keys.ToArray())
                CancelPreparation(run);
            _supervisor.Forward(rest);
        });
        ReceiveQueries();
        Command<IWithRunId>(Hear);
        Command<DeviceEvents.KernelAvoided>(_ => { }); // the log has it
    }

    /// <inheritdoc/>
    public override string PersistenceId => "run-coordinator";

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private DateTimeOffset Now => _settings.Clock.GetUtcNow();

    /// <inheritdoc/>
    protected override void PreStart()
    {
        base.PreStart();
        Timers.StartPeriodicTimer(nameof(LookAgain), LookAgain.Instance, TimeSpan.Zero, _settings.LookAgainEvery);
        Timers.StartPeriodicTimer(nameof(WaitersLate), WaitersLate.Instance, TimeSpan.FromSeconds(1));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var run in _preparing.Keys.ToArray())
            CancelPreparation(run);
        base.PostStop();
    }

    // ---- how things are

    private void Apply(TrainingEvents.IFact fact)
    {
        var entry = RunEntry.Apply(_entries.GetValueOrDefault(fact.Run), fact);
        _entries[fact.Run] = entry;
        _views.TryAdd(fact.Run, new RunView());
        if (fact is TrainingEvents.Submitted submitted)
            _keys[(submitted.Client, submitted.Key)] = submitted.Run;
    }

    /// <summary>Supervisor and metrics forget their watchers when they are started anew; asking again costs nothing.</summary>
    private void LookAtOthers()
    {
        _supervisor.Tell(new SupervisorMessages.WatchPlacements(Self));
        _metrics.Tell(new MetricsCommands.Watch(Self));
    }

    private void Take(SupervisorMessages.Placements placements)
    {
        _hearsOfSupervisor = true;
        foreach (
            var gone in _views
                .Where(view =>
                    view.Value.Placement is { Stage: not RunStage.Ended } && placements.Runs.All(placement => placement.Run != view.Key)
                )
                .ToArray()
        )
            gone.Value.Placement = null;
        Take(placements.Runs);
        foreach (var run in _entries.Keys.ToArray())
            Move(run);
    }

    private void Take(IReadOnlyList<RunPlacement> placements)
    {
        foreach (var placement in placements)
        {
            if (!_views.TryGetValue(placement.Run, out var view) || placement == view.Placement)
                continue;
            view.Placement = placement;
            if (placement.Stage != RunStage.OnDevice)
                view.Doing = null;
            Show(placement.Run, _ => { });
            Move(placement.Run);
        }
    }

    // ---- what is to be done about it

    /// <summary>
    /// Brings a run nearer to where it is wanted. Level-triggered: may be called at any time, and does nothing where all is well.
    /// </summary>
    private void Move(RunId run)
    {
        if (!_hearsOfSupervisor || _rests)
            return;
        switch (_entries[run].MoveFor(_views[run].Placement, Now))
        {
            case RunMove.Prepare:
                Prepare(run);
                break;
            case RunMove.Start:
                _supervisor.Tell(new RunCommands.Start(run, _entries[run].Origin.Request.RunFolder));
                break;
            case RunMove.Stop:
                _supervisor.Tell(new RunCommands.Stop(run));
                break;
            case RunMove.Record record when _recording.Add(run): // not again while it is on its way to the disk
                Write(record.End, _ =>
                {
                    _recording.Remove(run);
                    Notice(run, $"{Word(record.End.Outcome)} at step {record.End.Step}: {record.End.Detail}");
                });
                break;
            default:
                break;
        }
    }

    /// <summary>Journals a fact; what follows happens when it is on disk.</summary>
    private void Write<T>(T fact, Action<T> then)
        where T : TrainingEvents.IFact => Persist(fact, written =>
        {
            Apply(written);
            then(written);
            Move(written.Run);
        });

    // ---- submitting

    private void Submit(TrainingCommands.Submit submit)
    {
        var key = (submit.Client, submit.Key);
        if (_keys.TryGetValue(key, out var known))
        {
            Sender.Tell(
                _entries[known].Origin.Request == submit.Request || _entries[known].Origin.Key != submit.Key
                    ? new TrainingAnswers.Submitted(submit.Command, known, IsNew: false)
                    : new TrainingAnswers.Refused(
                        submit.Command,
                        TrainingRefusal.KeyInUse,
                        $"'{submit.Key}' is run {known}, which does something else: use another key, or leave it out"
                    )
            );
            return;
        }

        if (_identifying.TryGetValue(key, out var askers))
        {
            askers.Add((submit.Command, Sender)); // sent again before the first was answered
            return;
        }

        _identifying.Add(key, [(submit.Command, Sender)]);
        _preparation
            .IdentifyAsync(submit.Request)
            .PipeTo(
                Self,
                success: run => new Identified(submit, run, null),
                failure: e => new Identified(
                    submit,
                    null,
                    e is RunPreparationException ? e.Message : $"it cannot be looked at: {e.Message}"
                )
            );
    }

    private void Register(Identified identified)
    {
        var submit = identified.Submit;
        var (refusal, reason) = ObjectionTo(identified);
        if (reason is not null)
        {
            Answer(submit, command => new TrainingAnswers.Refused(command, refusal, reason));
            return;
        }

        Write(new TrainingEvents.Submitted(identified.Run!.Value, submit.Client, submit.Key, submit.Request, Now), submitted =>
        {
            Answer(submit, command => new TrainingAnswers.Submitted(command, submitted.Run, IsNew: true));
            _log.Info(
                "run {0} is accepted from {1}: {2} in {3}",
                submitted.Run,
                submitted.Client,
                submitted.Request.Data,
                submitted.Request.RunFolder
            );
            Show(submitted.Run, _ => { });
        });
    }

    private (TrainingRefusal Kind, string? Reason) ObjectionTo(Identified identified)
    {
        if (identified.Objection is { } objection)
            return (TrainingRefusal.Invalid, objection);
        var folder = identified.Submit.Request.RunFolder;
        var open = _entries.Values.Where(entry => !entry.IsOver).ToList();
        if (open.Find(entry => entry.Run == identified.Run || entry.Origin.Request.RunFolder == folder) is { } other)
            return (
                TrainingRefusal.NotInThisPhase,
                $"run {other.Run} is not over and has the folder {folder}: 'actorcolorize run show {other.Run}' says where it stands"
            );
        return open.Count < _settings.MostOpenRuns
            ? (default, null)
            : (TrainingRefusal.TooManyRuns, $"{open.Count} runs are not over, which is this daemon's limit: stop some, or wait for them");
    }

    private void Answer(TrainingCommands.Submit submit, Func<CommandId, object> answer)
    {
        if (!_identifying.Remove((submit.Client, submit.Key), out var askers))
            return;
        foreach (var (command, asker) in askers)
            asker.Tell(answer(command));
    }

    // ---- preparing

    private void Prepare(RunId run)
    {
        if (_preparing.ContainsKey(run) || _devices.Count == 0)
            return;
        var (self, ending) = (Self, new CancellationTokenSource());
        _preparing.Add(run, ending);
        _preparation
            .PrepareAsync(run, _entries[run].Origin.Request, _devices[0], text => self.Tell(new PreparationMoved(run, text)), ending.Token)
            .PipeTo(
                self,
                success: steps => new PreparationEnded(run, ending, steps, null),
                failure: e => new PreparationEnded(
                    run,
                    ending,
                    0,
                    e is RunPreparationException ? e.Message : $"it cannot be prepared: {e.GetType().Name}: {e.Message}"
                )
            );
    }

    private void EndPreparation(PreparationEnded ended)
    {
        ended.Ending.Dispose();
        if (_preparing.TryGetValue(ended.Run, out var current) && current == ended.Ending)
            _preparing.Remove(ended.Run);
        else
            return; // cancelled since
        Show(ended.Run, view => view.Doing = null);
        if (ended.Problem is { } problem)
            Write(new TrainingEvents.Ended(ended.Run, RunOutcome.Failed, default, problem, Now), _ =>
                Notice(ended.Run, $"it cannot begin: {problem}")
            );
        else
            Write(new TrainingEvents.Prepared(ended.Run, ended.TotalSteps), prepared =>
                Notice(prepared.Run, $"prepared: {prepared.TotalSteps} steps in all")
            );
    }

    private void CancelPreparation(RunId run)
    {
        if (_preparing.Remove(run, out var ending))
            ending.Cancel();
    }

    // ---- other requests

    private void DesiredState(TrainingCommands.ITrainingCommand command, RunId run, DesiredRunState desired)
    {
        var asker = Sender;
        if (!_entries.TryGetValue(run, out var entry))
        {
            asker.Tell(new TrainingAnswers.Refused(command.Command, TrainingRefusal.UnknownRun, $"there is no run {run}"));
            return;
        }

        if (entry.Objection(desired) is { } objection)
        {
            asker.Tell(new TrainingAnswers.Refused(command.Command, TrainingRefusal.NotInThisPhase, objection));
            return;
        }

        if (entry.DesiredState == desired && (desired != DesiredRunState.Train || entry.End is null))
        {
            asker.Tell(new TrainingAnswers.Acknowledged(command.Command, run, PhaseOf(run)));
            return;
        }

        if (desired != DesiredRunState.Train)
            CancelPreparation(run);
        Write(new TrainingEvents.DesiredStateChanged(run, command.Client, desired, Now), changed =>
        {
            asker.Tell(new TrainingAnswers.Acknowledged(command.Command, run, PhaseOf(run)));
            Notice(
                run,
                desired switch
                {
                    DesiredRunState.Pause => $"{changed.Client} pauses it",
                    DesiredRunState.Stop => $"{changed.Client} stops it",
                    _ => $"{changed.Client} lets it go on",
                }
            );
        });
    }

    private void Promote(TrainingCommands.Promote command)
    {
        if (!_entries.TryGetValue(command.Run, out var entry))
        {
            Sender.Tell(new TrainingAnswers.Refused(command.Command, TrainingRefusal.UnknownRun, $"there is no run {command.Run}"));
            return;
        }

        if (_settings.PromotionObjection is { } objection)
        {
            Sender.Tell(new TrainingAnswers.Refused(command.Command, TrainingRefusal.ModelNotUsable, objection));
            return;
        }

        if (_promoting.TryGetValue(command.Command, out var askers))
        {
            askers.Add(Sender);
            return;
        }

        _promoting.Add(command.Command, [Sender]);
        Task.Run(() => _settings.Models.Promote(command.Model, new RunFolder(entry.Origin.Request.RunFolder), command.Checkpoint))
            .PipeTo(
                Self,
                success: model => new PromotionEnded(command, model, null),
                failure: e => new PromotionEnded(command, null, e.Message)
            );
    }

    private void EndPromotion(PromotionEnded ended)
    {
        if (!_promoting.Remove(ended.Command.Command, out var askers))
            return;
        if (ended.Model is not { } model)
        {
            var refused = new TrainingAnswers.Refused(ended.Command.Command, TrainingRefusal.ModelNotUsable, ended.Problem!);
            foreach (var asker in askers)
                asker.Tell(refused);
            return;
        }

        Write(new TrainingEvents.Promoted(ended.Command.Run, ended.Command.Client, model), promoted =>
        {
            foreach (var asker in askers)
                asker.Tell(new TrainingAnswers.Promoted(ended.Command.Command, promoted.Model));
            Notice(promoted.Run, $"step {model.Step} is the model '{model.Name}' from now on, says {promoted.Client}");
        });
    }

    private static string Word(RunOutcome outcome) =>
        outcome switch
        {
            RunOutcome.Unsaved => "not saved",
            _ => outcome.ToString().ToLowerInvariant(),
        };

    private sealed record Identified(TrainingCommands.Submit Submit, RunId? Run, string? Objection);

    private sealed record PreparationMoved(RunId Run, string Text);

    private sealed record PreparationEnded(RunId Run, CancellationTokenSource Ending, long TotalSteps, string? Problem);

    private sealed record PromotionEnded(TrainingCommands.Promote Command, NamedModel? Model, string? Problem);

    private sealed class LookAgain
    {
        internal static readonly LookAgain Instance = new();
    }
}

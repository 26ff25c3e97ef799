using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorColorize.Actors.Runs;

/// <summary>
/// Handles clients' requests about runs and reports the runs' status. Every decision is made by <see cref="RunEntry"/>: this actor journals
/// the desired state, answers when it is on disk, and then reconciles the run with it. The supervisor owns the actual state of runs; its
/// reports are authoritative and are requested again periodically.
/// <code>
///  client ──desired state──▶ journal ──▶ NextAction ──Prepare──▶ RunPreparations (thread pool) ──▶ journal ──┐
///    ▲                                   ▲                                                                   │
///    └───── RunReports ◀── RunView ◀─────┴── placements ◀── TrainingSupervisor ◀──────── Start, Stop ────────┘
///                             ▲── metrics ◀── MetricsActor
/// </code>
/// </summary>
public sealed class RunCoordinator : ReceivePersistentActor, IWithTimers
{
    private readonly RunCoordinatorSettings _settings;
    private readonly IActorRef _supervisor;
    private readonly IActorRef _metrics;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly RunRegistry _registry;
    private readonly RunReports _reports;
    private readonly RunPreparations _preparing;
    private readonly RunQuestions _questions;
    private readonly RunSubmissions _submissions;
    private readonly RunPromotions _promotions;
    private readonly HashSet<RunId> _recording = [];
    private long _sequence;
    private long _compactedAt;
    private bool _updateIsDue;
    private bool _isConnected;
    private bool _isDraining;

    /// <summary>Creates a coordinator that recovers from its journal.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="preparation">Prepares run folders.</param>
    /// <param name="supervisor">The <see cref="TrainingSupervisor"/>. It resumes active runs by itself; waiting runs are requested
    /// again.</param>
    /// <param name="metrics">The metrics actor.</param>
    public RunCoordinator(RunCoordinatorSettings settings, IRunPreparation preparation, IActorRef supervisor, IActorRef metrics)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        if (settings.JournalPlugin is { } plugin)
            JournalPluginId = plugin;
        _supervisor = supervisor;
        _metrics = metrics;
        _registry = new RunRegistry(settings.EndedRunsKept);
        _reports = new RunReports(_registry);
        _preparing = new RunPreparations(preparation, Self);
        _questions = new RunQuestions(_registry, _reports, settings.Models, Self, _log);
        _promotions = new RunPromotions(settings.Models, Self);
        _submissions = new RunSubmissions(_registry, preparation, Self, settings.MostOpenRuns);
        _sequence = settings.Clock.GetUtcNow().UtcTicks; // so that numbers keep increasing over restarts of the daemon

        Recover<TrainingEvents.IFact>(_registry.Apply);
        Recover<TrainingEvents.TrainingCompacted>(compacted =>
        {
            _registry.Replace(compacted);
            _compactedAt = LastSequenceNr;
        });
        Recover<RecoveryCompleted>(_ =>
        {
            _registry.Prune();
            Self.Tell(CompactJournal.Instance);
        });

        // Messages of supervisor and metrics
        Command<WatchDue>(_ => WatchSources());
        Command<SupervisorMessages.Placements>(Take);
        Command<RunPlacement>(placement => Take([placement]));
        Command<SupervisorMessages.Devices>(devices =>
        {
            _reports.Devices = devices.All;
            ReconcileAll();
        });

        // Requests of clients
        Command<TrainingCommands.Submit>(submit => _submissions.Take(submit, Sender));
        Command<TrainingCommands.Pause>(command => Request(command, command.Run, DesiredRunState.Pause));
        Command<TrainingCommands.Resume>(command => Request(command, command.Run, DesiredRunState.Train));
        Command<TrainingCommands.Stop>(command => Request(command, command.Run, DesiredRunState.Stop));
        Command<TrainingCommands.Promote>(Promote);
        Command<TrainingCommands.DeleteModel>(DeleteModel);
        Command<TrainingQueries.ITrainingQuery>(query => _questions.Answer(query, Sender, Now));
        Command<SupervisorMessages.Drain>(drain =>
        {
            _isDraining = true;
            _preparing.CancelAll();
            _supervisor.Forward(drain);
        });

        // Results of its own work
        Command<RunSubmissions.Identified>(Register);
        Command<RunPreparations.PreparationMoved>(moved => Update(moved.Run, view => view.Doing = moved.Text));
        Command<RunPreparations.PreparationEnded>(EndPreparation);
        Command<RunPromotions.PromotionEnded>(EndPromotion);
        Command<RunQuestions.FolderRead>(_questions.Take);
        Command<UpdateDue>(_ =>
        {
            _updateIsDue = false;
            _questions.AnswerUpdated();
        });
        Command<WaitersDue>(_ => _questions.AnswerLate(Now));
        Command<CompactJournal>(_ => Compact());
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failure =>
            _log.Warning(failure.Cause, "the journal before fact {0} was not deleted; it will be tried again", failure.ToSequenceNr)
        );
        Command<IWithRunId>(Apply);
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
        Timers.StartPeriodicTimer(nameof(WatchDue), WatchDue.Instance, TimeSpan.Zero, _settings.ReconcileEvery);
        Timers.StartPeriodicTimer(nameof(WaitersDue), WaitersDue.Instance, TimeSpan.FromSeconds(1));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _preparing.CancelAll();
        base.PostStop();
    }

    // ---- status of runs

    /// <summary>Supervisor and metrics forget their watchers when they are restarted; watching again is idempotent.</summary>
    private void WatchSources()
    {
        _supervisor.Tell(new SupervisorMessages.WatchPlacements(Self));
        _metrics.Tell(new MetricsCommands.Watch(Self));
    }

    private void Take(SupervisorMessages.Placements placements)
    {
        _isConnected = true;
        var known = placements.Runs.Select(placement => placement.Run).ToHashSet();
        foreach (var (run, view) in _registry.Views)
        {
            if (view.Placement is { Stage: not RunStage.Ended } && !known.Contains(run))
                view.Placement = null;
        }

        Take(placements.Runs);
        ReconcileAll();
    }

    private void Take(IReadOnlyList<RunPlacement> placements)
    {
        foreach (var placement in placements)
        {
            if (_registry.ViewOf(placement.Run) is not { } view || placement == view.Placement)
                continue;
            view.Placement = placement;
            if (placement.Stage != RunStage.OnDevice)
                view.Doing = null;
            Update(placement.Run);
            Reconcile(placement.Run);
        }
    }

    private void Apply(IWithRunId fact)
    {
        if (_registry.ViewOf(fact.Run)?.Apply(fact, out var notice) == true)
            Update(fact.Run, notice: notice);
    }

    private void Update(RunId run, Action<RunView>? change = null, string? notice = null)
    {
        if (_registry.ViewOf(run) is not { } view)
            return;
        change?.Invoke(view);
        view.Changed(++_sequence, Now, notice);
        if (_updateIsDue || !_questions.IsAwaited)
            return;
        _updateIsDue = true;
        Timers.StartSingleTimer(nameof(UpdateDue), UpdateDue.Instance, _settings.GatherUpdatesFor);
    }

    // ---- reconciling

    private void ReconcileAll()
    {
        foreach (var entry in _registry.Entries)
            Reconcile(entry.Run);
    }

    /// <summary>
    /// Reconciles a run with its desired state. Level-triggered: may be called at any time, and does nothing if the state is as desired.
    /// </summary>
    private void Reconcile(RunId run)
    {
        if (!_isConnected || _isDraining || _registry.Find(run) is not { } entry)
            return;
        switch (entry.NextAction(_registry.ViewOf(run)?.Placement, Now))
        {
            case RunAction.Prepare when _reports.Devices is [var device, ..]:
                _preparing.Begin(run, entry.Origin.Request, device);
                break;
            case RunAction.Start:
                _supervisor.Tell(new RunCommands.Start(run, entry.Origin.Request.RunFolder));
                break;
            case RunAction.Stop:
                _supervisor.Tell(new RunCommands.Stop(run));
                break;
            case RunAction.Record record when _recording.Add(run): // not again while the fact is being written
                Write(record.End, _ =>
                {
                    _recording.Remove(run);
                    Update(run, notice: $"{Word(record.End.Outcome)} at step {record.End.Step}: {record.End.Detail}");
                });
                break;
            default:
                break;
        }
    }

    /// <summary>Journals a fact; the continuation runs when it is on disk.</summary>
    private void Write<T>(T fact, Action<T> then)
        where T : TrainingEvents.IFact => Persist(fact, written =>
        {
            _registry.Apply(written);
            _registry.Prune();
            if (LastSequenceNr - _compactedAt == _settings.CompactJournalEvery)
                Self.Tell(CompactJournal.Instance); // through the mailbox: when no fact is being written
            then(written);
            Reconcile(written.Run);
        });

    private void Compact()
    {
        if (LastSequenceNr - _compactedAt < _settings.CompactJournalEvery)
            return;
        Persist(_registry.Compact(), compacted =>
        {
            _compactedAt = LastSequenceNr;
            _log.Info("the journal is compacted: {0} facts of {1} runs", compacted.Facts.Count, _registry.Entries.Count);
            DeleteMessages(LastSequenceNr - 1);
        });
    }

    // ---- submitting and preparing

    private void Register(RunSubmissions.Identified identified)
    {
        var submit = identified.Submit;
        if (identified.Problem is { } problem)
            LogUnlessForClient(problem, $"run folder {submit.Request.RunFolder}, submitted by {submit.Client}, cannot be examined");
        if (_submissions.ObjectionTo(identified) is var (refusal, reason, cause))
        {
            _submissions.Answer(submit, command => new TrainingAnswers.Refused(command, refusal, reason, cause));
            return;
        }

        Write(new TrainingEvents.Submitted(identified.Run!.Value, submit.Client, submit.Key, submit.Request, Now), submitted =>
        {
            _submissions.Answer(submit, command => new TrainingAnswers.Submitted(command, submitted.Run, IsNew: true));
            _log.Info(
                "run {0} is accepted from {1}: {2} in {3}",
                submitted.Run,
                submitted.Client,
                submitted.Request.Data,
                submitted.Request.RunFolder
            );
            Update(submitted.Run);
        });
    }

    private void EndPreparation(RunPreparations.PreparationEnded ended)
    {
        if (!_preparing.End(ended))
            return; // cancelled in the meantime
        Update(ended.Run, view => view.Doing = null);
        if (ended.Problem is not { } problem)
        {
            Write(new TrainingEvents.Prepared(ended.Run, ended.TotalSteps), prepared =>
                Update(prepared.Run, notice: $"prepared: {prepared.TotalSteps} steps in total")
            );
            return;
        }

        LogUnlessForClient(problem, $"run {ended.Run} cannot be prepared");
        var detail =
            problem is RunPreparationException ? problem.Message : $"it cannot be prepared: {problem.GetType().Name}: {problem.Message}";
        var cause = (problem as RunPreparationException)?.Cause;
        Write(new TrainingEvents.TrainingEnded(ended.Run, RunOutcome.Failed, default, detail, Now, cause), _ =>
            Update(ended.Run, notice: $"it cannot start: {detail}")
        );
    }

    /// <summary>Logs a failure, unless the client's answer explains it completely.</summary>
    private void LogUnlessForClient(Exception problem, string what)
    {
        if (problem is not RunPreparationException { InnerException: null })
            _log.Error(problem, "{0}", what);
    }

    // ---- other requests

    private void Request(TrainingCommands.ITrainingCommand command, RunId run, DesiredRunState desired)
    {
        var asker = Sender;
        if (_registry.Find(run) is not { } entry)
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
            asker.Tell(new TrainingAnswers.Acknowledged(command.Command, run, _reports.PhaseOf(entry)));
            return;
        }

        if (desired != DesiredRunState.Train)
            _preparing.Cancel(run);
        Write(new TrainingEvents.DesiredStateChanged(run, command.Client, desired, Now), changed =>
        {
            if (_registry.Find(run) is { } current)
                asker.Tell(new TrainingAnswers.Acknowledged(command.Command, run, _reports.PhaseOf(current)));
            Update(
                run,
                notice: desired switch
                {
                    DesiredRunState.Pause => $"{changed.Client} pauses it",
                    DesiredRunState.Stop => $"{changed.Client} stops it",
                    _ => $"{changed.Client} resumes it",
                }
            );
        });
    }

    private void Promote(TrainingCommands.Promote command)
    {
        if (_registry.Find(command.Run) is not { } entry)
            Sender.Tell(new TrainingAnswers.Refused(command.Command, TrainingRefusal.UnknownRun, $"there is no run {command.Run}"));
        else if (_settings.PromotionObjection is { } objection)
            Sender.Tell(new TrainingAnswers.Refused(command.Command, TrainingRefusal.ModelNotUsable, objection));
        else
            _promotions.Begin(command, entry.Origin.Request.RunFolder, Sender);
    }

    /// <summary>Deletes a named model, unless an unfinished run starts from it. Jobs have been checked by the sender.</summary>
    private void DeleteModel(TrainingCommands.DeleteModel command)
    {
        var models = _settings.Models;
        var folder = models.FolderOf(command.Model) + Path.DirectorySeparatorChar;
        if (
            _registry.Open.FirstOrDefault(entry =>
                entry.Origin.Request.InitialWeights?.StartsWith(folder, StringComparison.Ordinal) == true && entry.End is null
            ) is
            { } user
        )
        {
            Sender.Tell(
                new TrainingAnswers.Refused(
                    command.Command,
                    TrainingRefusal.ModelInUse,
                    $"the model '{command.Model}' is needed by run {user.Run}: stop the run, or wait until it has ended"
                )
            );
            return;
        }

        Task.Run(() => models.Delete(command.Model))
            .PipeTo(
                Sender,
                Self,
                success: existed =>
                    existed
                        ? new TrainingAnswers.ModelDeleted(command.Command, command.Model)
                        : new TrainingAnswers.Refused(
                            command.Command,
                            TrainingRefusal.UnknownModel,
                            $"no model is named '{command.Model}': 'actorcolorize model list' lists the models",
                            RefusalCause.Input
                        ),
                failure: e => new TrainingAnswers.Refused(
                    command.Command,
                    TrainingRefusal.ModelNotUsable,
                    $"the model '{command.Model}' cannot be deleted: {e.Message}",
                    RefusalCause.Output
                )
            );
    }

    private void EndPromotion(RunPromotions.PromotionEnded ended)
    {
        var command = ended.Command;
        if (ended.Model is not { } model)
        {
            var problem = ended.Problem!;
            _log.Warning(problem, "run {0} was not promoted to '{1}': {2}", command.Run, command.Model, problem.Message);
            var cause = problem switch
            {
                IOException or UnauthorizedAccessException => RefusalCause.Output,
                CheckpointException { Problem: not CheckpointProblem.Unwritable } or RunFolderException => RefusalCause.Input,
                _ => RefusalCause.Request,
            };
            _promotions.Answer(
                command,
                new TrainingAnswers.Refused(command.Command, TrainingRefusal.ModelNotUsable, problem.Message, cause)
            );
        }
        else if (_registry.Find(command.Run) is null)
        {
            _promotions.Answer(command, new TrainingAnswers.Promoted(command.Command, model)); // the run was forgotten in the meantime
        }
        else
        {
            Write(new TrainingEvents.Promoted(command.Run, command.Client, model), promoted =>
            {
                _promotions.Answer(command, new TrainingAnswers.Promoted(command.Command, promoted.Model));
                Update(promoted.Run, notice: $"step {model.Step} is now the model '{model.Name}', promoted by {promoted.Client}");
            });
        }
    }

    private static string Word(RunOutcome outcome) =>
        outcome switch
        {
            RunOutcome.Unsaved => "not saved",
            _ => outcome.ToString().ToLowerInvariant(),
        };

    private sealed class WatchDue
    {
        internal static readonly WatchDue Instance = new();
    }

    private sealed class UpdateDue
    {
        internal static readonly UpdateDue Instance = new();
    }

    private sealed class WaitersDue
    {
        internal static readonly WaitersDue Instance = new();
    }

    private sealed class CompactJournal
    {
        internal static readonly CompactJournal Instance = new();
    }
}

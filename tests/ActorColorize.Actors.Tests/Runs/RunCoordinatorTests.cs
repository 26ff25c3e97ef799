using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Runs;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.TestKit;
using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>The coordinator with its journal in SQLite; supervisor, metrics and preparation are controlled by the test.</summary>
public sealed class RunCoordinatorTests : JournalledTestKit
{
    private static readonly ClientId Painter = new("painter");
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly TestProbe _supervisor;
    private readonly TestProbe _metrics;
    private readonly ScriptedPreparation _preparation = new();

    public RunCoordinatorTests()
    {
        _supervisor = CreateTestProbe();
        _metrics = CreateTestProbe();
    }

    [Fact]
    public void A_submission_is_accepted_once_then_prepared_and_started()
    {
        var coordinator = Coordinator();

        var run = Submit(coordinator, "spring");
        var again = Ask<TrainingAnswers.Submitted>(
            coordinator,
            new TrainingCommands.Submit(CommandId.New(), Painter, "spring", Request("spring"))
        );
        var preparation = _preparation.Next();
        preparation.OnProgress("listing the pictures");
        preparation.Done.SetResult(400);

        Assert.Equal((run, false), (again.Run, again.IsNew));
        Assert.Equal(1, _preparation.Identifications);
        Assert.Equal((run, "/runs/spring"), (preparation.Run, preparation.Request.RunFolder));
        Assert.Equal(new RunCommands.Start(run, "/runs/spring"), _supervisor.FishForMessage<RunCommands.Start>(_ => true, Long));
        _supervisor.Send(coordinator, new RunPlacement(run, RunStage.OnDevice, null));
        Assert.Equal((TrainingPhase.Running, 400), (Show(coordinator, run).Phase, Show(coordinator, run).TotalSteps));
    }

    [Fact]
    public void A_key_belongs_to_one_piece_of_work_also_after_a_restart()
    {
        var first = Coordinator();
        var run = Submit(first, "spring");
        Kill(first);
        var coordinator = Coordinator();

        Assert.Equal(
            run,
            Ask<TrainingAnswers.Submitted>(
                coordinator,
                new TrainingCommands.Submit(CommandId.New(), Painter, "spring", Request("spring"))
            ).Run
        );
        var other = Ask<TrainingAnswers.Refused>(
            coordinator,
            new TrainingCommands.Submit(CommandId.New(), Painter, "spring", Request("spring") with { Steps = 7 })
        );
        var occupied = Ask<TrainingAnswers.Refused>(
            coordinator,
            new TrainingCommands.Submit(CommandId.New(), Painter, "summer", Request("spring"))
        );
        var nowhere = Ask<TrainingAnswers.Refused>(
            coordinator,
            new TrainingCommands.Submit(CommandId.New(), Painter, "autumn", Request("autumn") with { Data = "/nowhere" })
        );

        Assert.Equal(TrainingRefusal.KeyInUse, other.Kind);
        Assert.Equal(TrainingRefusal.NotInThisPhase, occupied.Kind);
        Assert.Equal((TrainingRefusal.Invalid, "data folder not found: /nowhere"), (nowhere.Kind, nowhere.Reason));
    }

    [Fact]
    public void Work_that_a_crash_interrupted_is_resumed()
    {
        var first = Coordinator();
        var (unprepared, unstarted, training, stopped) = (
            Submit(first, "unprepared"),
            Submit(first, "unstarted"),
            Submit(first, "training"),
            Submit(first, "stopped")
        );
        _preparation.Next();
        _preparation.Next().Done.SetResult(10);
        _preparation.Next().Done.SetResult(20);
        _preparation.Next().Done.SetResult(30);
        for (var i = 0; i < 3; i++)
            _supervisor.FishForMessage<RunCommands.Start>(_ => true, Long);
        Ask<TrainingAnswers.Acknowledged>(first, new TrainingCommands.Stop(CommandId.New(), Painter, stopped));
        Kill(first);

        // The supervisor has taken these two up, and has never heard of the others
        Coordinator(new RunPlacement(training, RunStage.OnDevice, null), new RunPlacement(stopped, RunStage.Waiting, null));

        Assert.Equal(unprepared, _preparation.Next().Run);
        Assert.Equal([(object)new RunCommands.Start(unstarted, "/runs/unstarted"), new RunCommands.Stop(stopped)], Commands(2));
    }

    [Fact]
    public void A_run_that_cannot_begin_says_why_in_one_line_and_can_be_tried_again()
    {
        var coordinator = Coordinator();
        var run = Submit(coordinator, "spring");

        _preparation.Next().Done.SetException(new RunPreparationException("/data has no picture", cause: RefusalCause.Input));
        var updates = Watch(coordinator, run, over: true);

        Assert.Equal(
            (TrainingPhase.Failed, "/data has no picture", RefusalCause.Input),
            (updates.Status.Phase, updates.Status.Detail, updates.Status.Cause)
        );
        Assert.Contains(updates.Notices, notice => notice.Text == "it cannot start: /data has no picture");
        Assert.Equal(
            TrainingPhase.Preparing,
            Ask<TrainingAnswers.Acknowledged>(coordinator, new TrainingCommands.Resume(CommandId.New(), Painter, run)).Phase
        );
        Assert.Equal(run, _preparation.Next().Run);
    }

    [Fact]
    public void Pause_resume_and_stop_are_carried_to_the_supervisor_and_acknowledged()
    {
        var coordinator = Coordinator();
        var run = Running(coordinator, "spring");

        Assert.Equal(
            TrainingPhase.Pausing,
            Ask<TrainingAnswers.Acknowledged>(coordinator, new TrainingCommands.Pause(CommandId.New(), Painter, run)).Phase
        );
        Assert.Equal([new RunCommands.Stop(run)], Commands(1));
        _supervisor.Send(coordinator, Ended(run, RunOutcome.Stopped, 8));
        AwaitAssert(
            () => Assert.Equal((TrainingPhase.Paused, "paused by painter"), (Show(coordinator, run).Phase, Show(coordinator, run).Doing)),
            Long
        );
        Assert.Equal(
            TrainingPhase.Waiting,
            Ask<TrainingAnswers.Acknowledged>(coordinator, new TrainingCommands.Resume(CommandId.New(), Painter, run)).Phase
        );
        Assert.Equal([new RunCommands.Start(run, "/runs/spring")], Commands(1));
        _supervisor.Send(coordinator, new RunPlacement(run, RunStage.OnDevice, null));
        Assert.Equal(
            TrainingPhase.Stopping,
            Ask<TrainingAnswers.Acknowledged>(coordinator, new TrainingCommands.Stop(CommandId.New(), Painter, run)).Phase
        );
        _supervisor.Send(coordinator, Ended(run, RunOutcome.Stopped, 12));

        var updates = Watch(coordinator, run, over: true);
        Assert.Equal((TrainingPhase.Stopped, 12), (updates.Status.Phase, updates.Status.Step.Value));
        Assert.Equal(
            TrainingRefusal.UnknownRun,
            Ask<TrainingAnswers.Refused>(coordinator, new TrainingCommands.Stop(CommandId.New(), Painter, new RunId("nobody"))).Kind
        );
    }

    [Fact]
    public void Stopping_a_run_cancels_its_preparation()
    {
        var coordinator = Coordinator();
        var run = Submit(coordinator, "spring");
        var preparation = _preparation.Next();

        Ask<TrainingAnswers.Acknowledged>(coordinator, new TrainingCommands.Stop(CommandId.New(), Painter, run));

        Assert.Equal(TrainingPhase.Stopped, Watch(coordinator, run, over: true).Status.Phase);
        Assert.True(preparation.Cancellation.IsCancellationRequested);
    }

    [Fact]
    public void A_watcher_waits_for_updates_and_gets_figures_and_numbered_notices_once()
    {
        var coordinator = Coordinator();
        var run = Running(coordinator, "spring");
        var before = Watch(coordinator, run);
        coordinator.Tell(new TrainingQueries.UpdatesAfter(run, before.Sequence, TimeSpan.FromMinutes(1)), TestActor);

        _metrics.Send(
            coordinator,
            new MetricsEvents.WindowClosed(run, new StepNumber(4), new StepWindow(0, 2.5, 3, 0.001, 40, 0.1, 1000, TimeSpan.FromMinutes(3)))
        );
        _metrics.Send(coordinator, new RunEvents.Validated(run, new StepNumber(4), 2.4, 2.6, 5, 10, 8, 1));
        _metrics.Send(coordinator, new RunEvents.CheckpointSaved(run, new StepNumber(4), "/runs/spring/checkpoints/step-00000004", 0, 0));
        var updates = ExpectMsg<TrainingReports.RunUpdates>(Long);

        Assert.Equal(
            (4, 2.5, TimeSpan.FromMinutes(3)),
            (updates.Status.Step.Value, updates.Status.Progress!.LossMean, updates.Status.Progress.Remaining)
        );
        Assert.Equal(new RunValidation(new StepNumber(4), 2.4, 2.6), updates.Status.Validation);
        Assert.Equal("/runs/spring/checkpoints/step-00000004", updates.Status.Checkpoint);
        Assert.Equal(
            ["step 4: validation loss 2.400, baseline 2.600", "step 4: saved in /runs/spring/checkpoints/step-00000004"],
            updates.Notices.Select(notice => notice.Text)
        );
        Assert.All(updates.Notices, notice => Assert.InRange(notice.Sequence, before.Sequence + 1, updates.Sequence));
        Assert.Empty(
            Ask<TrainingReports.RunUpdates>(coordinator, new TrainingQueries.UpdatesAfter(run, updates.Sequence, TimeSpan.Zero)).Notices
        );
    }

    [Fact]
    public void Update_numbers_keep_increasing_over_a_restart()
    {
        var first = Coordinator();
        var run = Running(first, "spring");
        var before = Watch(first, run).Sequence;
        Kill(first);

        var back = Coordinator(new RunPlacement(run, RunStage.OnDevice, null));
        var updates = Ask<TrainingReports.RunUpdates>(back, new TrainingQueries.UpdatesAfter(run, before, TimeSpan.FromMinutes(1)));

        Assert.True(updates.Sequence > before);
        Assert.Equal(TrainingPhase.Running, updates.Status.Phase);
    }

    [Fact]
    public void Runs_are_listed_newest_first_page_by_page()
    {
        var coordinator = Coordinator();
        string[] names = ["20260101-000000-aaaaaa", "20260102-000000-aaaaaa", "20260103-000000-aaaaaa"];
        foreach (var name in names)
            Submit(coordinator, name);

        var first = Ask<TrainingReports.RunPage>(coordinator, new TrainingQueries.List(null, 2));
        var second = Ask<TrainingReports.RunPage>(coordinator, new TrainingQueries.List(first.Next, 2));

        Assert.Equal([names[2], names[1]], first.Runs.Select(run => run.Run.Value));
        Assert.Equal([names[0]], second.Runs.Select(run => run.Run.Value));
        Assert.Null(second.Next);
    }

    [Fact]
    public void An_invalid_promotion_is_refused_and_changes_no_model()
    {
        var coordinator = Coordinator();
        var run = Running(coordinator, "spring");

        var refused = Ask<TrainingAnswers.Refused>(
            coordinator,
            new TrainingCommands.Promote(CommandId.New(), Painter, run, null, "landscapes")
        );

        Assert.Equal(TrainingRefusal.ModelNotUsable, refused.Kind);
        Assert.Contains("/runs/spring", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(Ask<TrainingReports.ModelPage>(coordinator, new TrainingQueries.Models()).Models);
    }

    [Fact]
    public void Old_ended_runs_are_removed_from_memory_and_journal_and_others_keep_their_keys()
    {
        var first = Coordinator(endedRunsKept: 2, compactEvery: 10);
        var paused = Running(first, "a-paused");
        Ask<TrainingAnswers.Acknowledged>(first, new TrainingCommands.Pause(CommandId.New(), Painter, paused));
        _supervisor.Send(first, Ended(paused, RunOutcome.Stopped, 1));
        var over = Enumerable.Range(0, 6).Select(number => Running(first, $"run-{number}")).ToList();
        foreach (var (number, run) in over.Index())
        {
            _supervisor.Send(first, Ended(run, RunOutcome.Completed, 10 + number));
            AwaitAssert(() => Assert.Equal(TrainingPhase.Completed, Show(first, run).Phase), Long);
        }

        AwaitAssert(() => Assert.Equal(["run-5", "run-4", "a-paused"], Listed(first)), Long);
        AwaitAssert(() => Assert.InRange(JournalledFacts(), 1, 19), Long); // of 22 and those that stand for many
        Kill(first);
        var back = Coordinator(endedRunsKept: 2, compactEvery: 10);

        Assert.Equal(["run-5", "run-4", "a-paused"], Listed(back));
        Assert.Equal((TrainingPhase.Paused, "paused by painter"), (Show(back, paused).Phase, Show(back, paused).Doing));
        Assert.Equal(over[5], Submit(back, "run-5")); // its key is known
        Assert.Equal(over[0], Submit(back, "run-0")); // its folder is: the run begins anew
        Assert.Equal(TrainingPhase.Preparing, Show(back, over[0]).Phase);
    }

    [Fact]
    public void A_failed_preparation_is_logged_once_with_its_stack_and_the_run()
    {
        var coordinator = Coordinator();
        var run = Submit(coordinator, "spring");
        var fault = new InvalidOperationException("the index is corrupt");

        EventFilter
            .Exception<InvalidOperationException>(contains: "run spring cannot be prepared")
            .ExpectOne(() => _preparation.Next().Done.SetException(fault));

        Assert.Equal(
            "it cannot be prepared: InvalidOperationException: the index is corrupt",
            Watch(coordinator, run, over: true).Status.Detail
        );
    }

    [Fact]
    public void A_failed_promotion_is_logged_with_its_stack_and_the_run()
    {
        var coordinator = Coordinator();
        var run = Running(coordinator, "spring");

        EventFilter
            .Warning(contains: "run spring was not promoted to 'landscapes'")
            .ExpectOne(() =>
                Ask<TrainingAnswers.Refused>(coordinator, new TrainingCommands.Promote(CommandId.New(), Painter, run, null, "landscapes"))
            );
    }

    private List<string> Listed(IActorRef coordinator) =>
        [.. Ask<TrainingReports.RunPage>(coordinator, new TrainingQueries.List(null, 100)).Runs.Select(run => run.Run.Value)];

    private long JournalledFacts()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Scratch, "journal", "events.sqlite")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM journal WHERE deleted = 0";
        return (long)command.ExecuteScalar()!;
    }

    private static TrainingDevice Device => new("cpu", "fp32", 1);

    private static TrainingRequest Request(string name) => new("/data", $"/runs/{name}");

    private static RunPlacement Ended(RunId run, RunOutcome outcome, long step) =>
        new(
            run,
            RunStage.Ended,
            new RunHistoryEvents.RunHistoryEnded(
                run,
                outcome,
                new StepNumber(step),
                "so it ended",
                DateTimeOffset.UtcNow.AddMinutes(step).ToUnixTimeMilliseconds()
            )
        );

    private IActorRef Coordinator(params IReadOnlyList<RunPlacement> placements) => Coordinator(1_000, 10_000, placements);

    private IActorRef Coordinator(int endedRunsKept, int compactEvery, params IReadOnlyList<RunPlacement> placements)
    {
        var settings = new RunCoordinatorSettings
        {
            Models = new ModelRegistry(Path.Combine(Scratch, "models"), TimeProvider.System),
            GatherUpdatesFor = TimeSpan.FromMilliseconds(100),
            EndedRunsKept = endedRunsKept,
            CompactJournalEvery = compactEvery,
        };
        var coordinator = Sys.ActorOf(Props.Create(() => new RunCoordinator(settings, _preparation, _supervisor.Ref, _metrics.Ref)));
        _supervisor.FishForMessage<SupervisorMessages.WatchPlacements>(watch => watch.Watcher.Equals(coordinator), Long);
        _supervisor.Send(coordinator, new SupervisorMessages.Devices([Device]));
        _supervisor.Send(coordinator, new SupervisorMessages.Placements(placements));
        return coordinator;
    }

    private RunId Submit(IActorRef coordinator, string name) =>
        Ask<TrainingAnswers.Submitted>(coordinator, new TrainingCommands.Submit(CommandId.New(), Painter, name, Request(name))).Run;

    private RunId Running(IActorRef coordinator, string name)
    {
        var run = Submit(coordinator, name);
        _preparation.Next().Done.SetResult(400);
        _supervisor.FishForMessage<RunCommands.Start>(start => start.Run == run, Long);
        _supervisor.Send(coordinator, new RunPlacement(run, RunStage.OnDevice, null));
        return run;
    }

    private List<object> Commands(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => _supervisor.FishForMessage(message => message is RunCommands.Start or RunCommands.Stop, Long))
                .OrderBy(command => command.GetType().Name, StringComparer.Ordinal),
        ];

    private TrainingReports.RunStatus Show(IActorRef coordinator, RunId run) =>
        Ask<TrainingReports.RunStatus>(coordinator, new TrainingQueries.Show(run));

    private TrainingReports.RunUpdates Watch(IActorRef coordinator, RunId run, bool over = false)
    {
        for (long after = 0; ; )
        {
            var updates = Ask<TrainingReports.RunUpdates>(
                coordinator,
                new TrainingQueries.UpdatesAfter(run, after, TimeSpan.FromSeconds(30))
            );
            if (updates.IsOver == over)
                return over
                    ? Ask<TrainingReports.RunUpdates>(coordinator, new TrainingQueries.UpdatesAfter(run, 0, TimeSpan.Zero))
                    : updates;
            after = updates.Sequence;
        }
    }

    private T Ask<T>(IActorRef coordinator, object message)
    {
        var asker = CreateTestProbe();
        coordinator.Tell(message, asker.Ref);
        return asker.ExpectMsg<T>(Long);
    }

    private void Kill(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor, Long);
    }
}

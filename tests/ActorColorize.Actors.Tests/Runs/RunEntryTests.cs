using ActorColorize.Actors.Runs;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using CsCheck;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>The desired state of a run, the report of its supervisor, and the action that reconciles them.</summary>
public sealed class RunEntryTests
{
    private static readonly RunId Run = new("run");
    private static readonly ClientId Client = new("painter");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_facts_that_an_entry_is_made_of_make_the_same_entry_again_whatever_its_history() =>
        Gen.Int[0, 6]
            .Array[0, 30]
            .Sample(history =>
            {
                var entry = RunEntry.Apply(null, SubmittedUnder("first", 0));
                foreach (var (minute, what) in history.Index())
                    entry = RunEntry.Apply(entry, Happened(what, minute + 1));

                var again = entry.ToFacts().Aggregate((RunEntry?)null, RunEntry.Apply)!;

                Assert.Equal(Seen(entry), Seen(again));
                Assert.Equal(entry.ToFacts(), again.ToFacts());
                Assert.InRange(entry.ToFacts().Count, 1, 7);
            });

    private static object Seen(RunEntry entry) =>
        (
            entry.Origin,
            entry.FirstSubmittedAt,
            entry.TotalSteps,
            entry.DesiredState,
            entry.DesiredBy,
            entry.End,
            entry.LastEndAt,
            entry.IsOver
        );

    private static TrainingEvents.IFact Happened(int what, int minute) =>
        what switch
        {
            0 => SubmittedUnder("first", minute),
            1 => SubmittedUnder("second", minute),
            2 => new TrainingEvents.Prepared(Run, 100 + minute),
            3 => new TrainingEvents.DesiredStateChanged(Run, new ClientId("other"), DesiredRunState.Pause, Noon.AddMinutes(minute)),
            4 => new TrainingEvents.DesiredStateChanged(Run, Client, DesiredRunState.Train, Noon.AddMinutes(minute)),
            5 => new TrainingEvents.DesiredStateChanged(Run, Client, DesiredRunState.Stop, Noon.AddMinutes(minute)),
            _ => new TrainingEvents.TrainingEnded(Run, RunOutcome.Stopped, new StepNumber(minute), "so it ended", Noon.AddMinutes(minute)),
        };

    private static TrainingEvents.Submitted SubmittedUnder(string key, int minute) =>
        new(Run, Client, key, new TrainingRequest("/data", "/runs/run"), Noon.AddMinutes(minute));

    [Fact]
    public void A_submitted_run_is_prepared_then_started_and_left_alone_on_the_device()
    {
        var submitted = Submitted();
        Assert.Equal((TrainingPhase.Preparing, new RunAction.Prepare()), Look(submitted, null));

        var prepared = RunEntry.Apply(submitted, new TrainingEvents.Prepared(Run, 400));
        Assert.Equal((TrainingPhase.Waiting, new RunAction.Start()), Look(prepared, null));
        Assert.Equal((TrainingPhase.Waiting, new RunAction.Nothing()), Look(prepared, Placement(RunStage.Waiting)));
        Assert.Equal((TrainingPhase.Running, new RunAction.Nothing()), Look(prepared, Placement(RunStage.OnDevice)));
        Assert.Equal(400, prepared.TotalSteps);
    }

    [Fact]
    public void A_pause_is_asked_of_the_supervisor_and_ends_with_a_resume()
    {
        var paused = RunEntry.Apply(
            Prepared(),
            new TrainingEvents.DesiredStateChanged(Run, new ClientId("other"), DesiredRunState.Pause, Noon)
        );
        Assert.Equal((TrainingPhase.Pausing, new RunAction.Stop()), Look(paused, Placement(RunStage.OnDevice)));

        var stopped = Placement(RunStage.Ended, RunOutcome.Stopped, Noon.AddMinutes(1));
        var end = Assert.IsType<RunAction.Record>(paused.NextAction(stopped, Noon)).End;
        var saved = RunEntry.Apply(paused, end);
        Assert.Equal((TrainingPhase.Paused, new RunAction.Nothing()), Look(saved, stopped));
        Assert.False(saved.IsOver);
        Assert.Equal("other", saved.DesiredBy.Value);

        var resumed = RunEntry.Apply(saved, new TrainingEvents.DesiredStateChanged(Run, Client, DesiredRunState.Train, Noon.AddMinutes(2)));
        Assert.Equal((TrainingPhase.Waiting, new RunAction.Start()), Look(resumed, stopped)); // what it says is no updates
    }

    [Fact]
    public void A_run_that_was_drained_with_its_process_is_started_again()
    {
        var rested = Placement(RunStage.Ended, RunOutcome.Stopped, Noon.AddMinutes(1));

        Assert.Equal((TrainingPhase.Waiting, new RunAction.Start()), Look(Prepared(), rested));
    }

    [Theory]
    [InlineData(RunOutcome.Completed, TrainingPhase.Completed)]
    [InlineData(RunOutcome.Failed, TrainingPhase.Failed)]
    [InlineData(RunOutcome.Unsaved, TrainingPhase.Unsaved)]
    public void An_end_is_written_down_once(RunOutcome outcome, TrainingPhase phase)
    {
        var placement = Placement(RunStage.Ended, outcome, Noon.AddMinutes(1));
        var end = Assert.IsType<RunAction.Record>(Prepared().NextAction(placement, Noon)).End;
        Assert.Equal((outcome, 8, "so it ended"), (end.Outcome, end.Step.Value, end.Detail));

        var over = RunEntry.Apply(Prepared(), end);

        Assert.Equal((phase, new RunAction.Nothing()), Look(over, placement));
        Assert.True(over.IsOver);
        Assert.Equal(outcome == RunOutcome.Completed, over.Objection(DesiredRunState.Train) is not null);
        Assert.NotNull(over.Objection(DesiredRunState.Pause));
        Assert.NotNull(over.Objection(DesiredRunState.Stop));
    }

    [Fact]
    public void A_failed_run_that_is_resumed_is_started_although_the_supervisor_only_knows_of_its_failure()
    {
        var failed = Placement(RunStage.Ended, RunOutcome.Failed, Noon.AddMinutes(1));
        var over = RunEntry.Apply(Prepared(), Assert.IsType<RunAction.Record>(Prepared().NextAction(failed, Noon)).End);

        var resumed = RunEntry.Apply(over, new TrainingEvents.DesiredStateChanged(Run, Client, DesiredRunState.Train, Noon.AddMinutes(2)));

        Assert.Equal((TrainingPhase.Waiting, new RunAction.Start()), Look(resumed, failed));
        // Failed again
        Assert.IsType<RunAction.Record>(resumed.NextAction(Placement(RunStage.Ended, RunOutcome.Failed, Noon.AddMinutes(3)), Noon));
    }

    [Fact]
    public void A_run_that_is_stopped_before_it_started_ends_without_the_supervisor()
    {
        var stopped = RunEntry.Apply(Submitted(), new TrainingEvents.DesiredStateChanged(Run, Client, DesiredRunState.Stop, Noon));

        var end = Assert.IsType<RunAction.Record>(stopped.NextAction(null, Noon.AddMinutes(1))).End;

        Assert.Equal((RunOutcome.Stopped, Noon.AddMinutes(1)), (end.Outcome, end.At));
        Assert.Equal(TrainingPhase.Stopped, RunEntry.Apply(stopped, end).PhaseWith(null));
        Assert.Null(RunEntry.Apply(stopped, end).Objection(DesiredRunState.Stop));
        Assert.NotNull(RunEntry.Apply(stopped, end).Objection(DesiredRunState.Pause));
        // Its turn had come after all
        Assert.Equal(new RunAction.Stop(), RunEntry.Apply(stopped, end).NextAction(Placement(RunStage.OnDevice), Noon));
    }

    [Fact]
    public void A_run_that_is_paused_during_its_preparation_is_prepared_when_it_is_resumed()
    {
        var paused = RunEntry.Apply(Submitted(), new TrainingEvents.DesiredStateChanged(Run, Client, DesiredRunState.Pause, Noon));
        Assert.Equal((TrainingPhase.Paused, new RunAction.Nothing()), Look(paused, null));

        var resumed = RunEntry.Apply(paused, new TrainingEvents.DesiredStateChanged(Run, Client, DesiredRunState.Train, Noon));
        Assert.Equal((TrainingPhase.Preparing, new RunAction.Prepare()), Look(resumed, null));
    }

    [Fact]
    public void A_run_that_is_submitted_again_after_its_end_is_prepared_again()
    {
        var over = RunEntry.Apply(
            Prepared(),
            new TrainingEvents.TrainingEnded(Run, RunOutcome.Completed, new StepNumber(400), "all steps are done", Noon.AddMinutes(1))
        );

        var again = RunEntry.Apply(
            over,
            new TrainingEvents.Submitted(Run, Client, "longer", new TrainingRequest("/data", "/runs/run", Steps: 800), Noon.AddMinutes(2))
        );

        Assert.Equal(
            (TrainingPhase.Preparing, new RunAction.Prepare()),
            Look(again, Placement(RunStage.Ended, RunOutcome.Completed, Noon.AddMinutes(1)))
        );
        Assert.Equal(Noon, again.FirstSubmittedAt);
    }

    [Fact]
    public void It_is_named_after_its_folder_unless_it_has_a_name()
    {
        Assert.Equal("run", Submitted().Name);
        Assert.Equal(
            "spring",
            RunEntry
                .Apply(null, new TrainingEvents.Submitted(Run, Client, "k", new TrainingRequest("/data", "/runs/run/", "spring"), Noon))
                .Name
        );
    }

    private static RunEntry Submitted() =>
        RunEntry.Apply(null, new TrainingEvents.Submitted(Run, Client, "k", new TrainingRequest("/data", "/runs/run/"), Noon));

    private static RunEntry Prepared() => RunEntry.Apply(Submitted(), new TrainingEvents.Prepared(Run, 400));

    private static (TrainingPhase Phase, RunAction Move) Look(RunEntry entry, RunPlacement? placement) =>
        (entry.PhaseWith(placement), entry.NextAction(placement, Noon));

    private static RunPlacement Placement(RunStage stage, RunOutcome? outcome = null, DateTimeOffset? at = null) =>
        new(
            Run,
            stage,
            outcome is { } how
                ? new RunHistoryEvents.RunHistoryEnded(Run, how, new StepNumber(8), "so it ended", at!.Value.ToUnixTimeMilliseconds())
                : null
        );
}

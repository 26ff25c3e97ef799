using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using CsCheck;

namespace ActorColorize.Actors.Tests.Training;

/// <summary>The invariants of <see cref="RunState"/> under any order of events, and its journal.</summary>
public sealed class RunStatePropertyTests
{
    private static readonly Gen<(int[] Events, long Total, long Every, long[] NotFinite, bool Replaceable)> Lives = Gen.Select(
        Gen.Int[0, 9].Array[0, 80],
        Gen.Long[1, 60],
        Gen.Long[1, 25],
        Gen.Long[1, 60].Array[0, 12],
        Gen.Bool
    );

    [Fact]
    public void In_any_order_of_events_the_invariants_hold() =>
        Lives.Sample(life =>
        {
            var device = NewDevice(life);
            var attempts = new List<int>();
            device.Begin();
            foreach (var kind in life.Events)
            {
                if (device.State.Phase == RunPhase.Ended)
                    break;
                var before = device.State;
                Happen(device, kind);

                Assert.True(device.State.Attempt.Number >= before.Attempt.Number);
                Assert.All(device.PendingCommands.OfType<DeviceCommands.OpenRun>(), open =>
                    Assert.True(open.Attempt.Number <= device.State.Attempt.Number)
                );
                if (device.State.Attempt != before.Attempt && device.State.Phase != RunPhase.Ended)
                    Assert.True(
                        device.Pausing is not null || device.PendingCommands.Count > 0,
                        "a fault is followed by a pause or a command"
                    );
                attempts.Add(device.State.Attempt.Number);
            }

            device.AnswerAll();

            Assert.Equal(RunPhase.Ended, device.State.Phase);
            Assert.Single(device.Announced.OfType<RunEvents.RunEnded>());
            Assert.Single(device.Journal.OfType<RunHistoryEvents.RunHistoryEnded>());
            if (device.State.History.Outcome == RunOutcome.Completed)
                Assert.Equal((life.Total, life.Total), (device.State.Step.Value, device.NewestOnDisk));
            Assert.Equal(device.SavedSteps.Order(), device.SavedSteps);
            Assert.Equal(attempts.Order(), attempts);
            Assert.Equal(
                device.Journal.OfType<RunHistoryEvents.Faulted>().Count(),
                device.Announced.OfType<RunEvents.Recovering>().Count() + (device.Report is null ? 0 : 1)
            );
            Assert.True(
                device.Journal.OfType<RunHistoryEvents.Faulted>().Count() <= device.Announced.OfType<RunEvents.FaultSettled>().Count(),
                "each fault is told with what became of it"
            );
        });

    [Fact]
    public void The_journal_alone_restores_the_durable_state() =>
        Lives.Sample(life =>
        {
            var device = NewDevice(life);
            device.Begin();
            foreach (var kind in life.Events)
                Happen(device, kind);

            Assert.Equal(
                device.State.History,
                device.Journal.Aggregate(new RunHistory(device.State.Run), (history, fact) =>
                    history.Apply(fact, device.State.Plan.Recovery)
                )
            );
        });

    [Fact]
    public void A_supervisor_that_restarts_at_any_moment_resumes_an_unfinished_run_once_and_ends_it() =>
        Lives.Sample(life =>
        {
            var device = NewDevice(life);
            device.Begin();
            foreach (var kind in life.Events)
            {
                if (device.State.Phase == RunPhase.Ended)
                    break;
                Happen(device, kind);
            }

            var wasUnfinished = device.State.Phase != RunPhase.Ended;
            var attempt = device.State.Attempt;
            var found = device.ComeBack();

            Assert.Equal(wasUnfinished, found.Facts.OfType<RunHistoryEvents.Resumed>().Any());
            Assert.Equal(wasUnfinished ? 1 : 0, found.Effects.OfType<RunEffect.Tell>().Count());
            if (wasUnfinished)
                Assert.Equal(attempt.Next, found.Next.Attempt);
            Assert.Empty(found.Next.Resume(new StepNumber(0), device.Now).Facts);
            device.AnswerAll();
            Assert.Single(device.Journal.OfType<RunHistoryEvents.RunHistoryEnded>());
            Assert.NotNull(
                device
                    .Journal.Aggregate(new RunHistory(device.State.Run), (history, fact) => history.Apply(fact, device.State.Plan.Recovery))
                    .Outcome
            );
        });

    [Fact]
    public void An_answer_of_an_older_attempt_changes_nothing_whatever_it_says() =>
        Lives.Sample(life =>
        {
            var device = NewDevice(life);
            device.Begin();
            foreach (var kind in life.Events)
            {
                if (device.State.Phase == RunPhase.Ended)
                    break;
                Happen(device, kind);
                var (run, step) = (device.State.Run, device.State.Step);
                for (var number = 0; number < device.State.Attempt.Number; number++)
                {
                    var old = new Attempt(number);
                    DeviceEvents.IFromAttempt[] answers =
                    [
                        new DeviceEvents.ColorsCounted(run, old),
                        new DeviceEvents.RunOpened(run, old, step),
                        new DeviceEvents.StepDone(run, old, step, "NaN"),
                        new DeviceEvents.WaitingAt(run, old, step),
                        new DeviceEvents.ValidationDone(run, old, step, 1, 1),
                        new DeviceEvents.SnapshotTaken(run, old, step),
                        new DeviceEvents.CheckpointWritten(run, old, step, null),
                        new DeviceEvents.Refused(run, old, "no"),
                        new DeviceEvents.MemoryChanged(run, old, 3),
                    ];
                    Assert.All(answers, answer => Assert.Same(device.State, device.State.On(answer, device.Now).Next));
                }
            }
        });

    private static ScriptedDevice NewDevice((int[] Events, long Total, long Every, long[] NotFinite, bool Replaceable) life)
    {
        var plan = new RunPlan(new StepNumber(life.Total), life.Every)
        {
            Recovery = new RecoveryPolicy { SameStepFailures = 5, FaultsPerHour = 20 },
            DeviceIsReplaceable = life.Replaceable,
        };
        var device = new ScriptedDevice(plan);
        device.NotFinite.UnionWith(life.NotFinite);
        return device;
    }

    private static void Happen(ScriptedDevice device, int kind)
    {
        device.Now += 1000;
        switch (kind)
        {
            case 0:
                device.Fault("drawn at random");
                break;
            case 1:
                device.Fault("drawn at random", DeviceFaultKind.ProcessDeath);
                break;
            case 2:
                device.Take(device.State.CheckpointDue());
                break;
            case 3 when device.Now % 5000 == 0:
                device.Take(device.State.RequestStop(device.Now));
                break;
            case 4 when device.State.Phase != RunPhase.Ended:
                device.Take(
                    device.State.On(
                        new DeviceEvents.MemoryChanged(device.State.Run, device.State.Attempt, (int)(device.Now / 1000 % 4)),
                        device.Now
                    )
                );
                break;
            case 5 when device.Now % 3000 == 0:
                device.Fault("CUDA error: an illegal memory access was encountered", DeviceFaultKind.Sticky);
                break;
            case 6:
                device.Take(device.State.Start(ScriptedDevice.RunFolder, device.Now));
                break;
            default:
                device.AnswerOne();
                break;
        }
    }
}

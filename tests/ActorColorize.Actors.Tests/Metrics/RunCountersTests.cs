using System.Diagnostics.Metrics;
using ActorColorize.Actors.Metrics;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Tests.Metrics;

public sealed class RunCountersTests : PatientTestKit
{
    [Fact]
    public void Faults_restarts_skipped_and_lost_steps_are_counted_by_the_meter()
    {
        var run = new RunId("counted-run");
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument.Meter.Name == ProgramMeter.Name)
                    own.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) =>
            {
                lock (counts)
                {
                    var name = tags.Length > 0 ? $"{instrument.Name} {tags[0].Value}" : instrument.Name;
                    counts[name] = counts.GetValueOrDefault(name) + value;
                }
            }
        );
        listener.Start();
        var metrics = Sys.ActorOf(Props.Create(() => new MetricsActor(TimeProvider.System)));
        var watcher = CreateTestProbe();
        metrics.Tell(new MetricsCommands.Watch(watcher.Ref));

        metrics.Tell(
            new RunEvents.FaultSettled(run, new StepNumber(9), new DeviceFault(DeviceFaultKind.Hang, "stands still"), "back", 5, 2)
        );
        metrics.Tell(new RunEvents.Recovering(run, new Attempt(2), new StepNumber(9), "stands still"));
        metrics.Tell(new RunEvents.StepMade(run, new StepResult(10, 1, 1, 1, 1, 1, 4, Skipped: true), 0, 1, 1));
        metrics.Tell(new RunEvents.RunEnded(run, RunOutcome.Completed, new StepNumber(10), "done"));
        watcher.FishForMessage<RunEvents.RunEnded>(_ => true);

        lock (counts)
        {
            // Other runs of this process may be counted meanwhile.
            Assert.True(counts["actorcolorize.faults Hang"] >= 1);
            Assert.True(counts["actorcolorize.restarts"] >= 1);
            Assert.True(counts["actorcolorize.steps.skipped"] >= 1);
            Assert.True(counts["actorcolorize.steps.lost"] >= 5);
        }
    }
}

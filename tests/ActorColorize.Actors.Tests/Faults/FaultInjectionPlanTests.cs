using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Tests.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Model.Training;

namespace ActorColorize.Actors.Tests.Faults;

public sealed class FaultInjectionPlanTests
{
    [Fact]
    public void Faults_are_read_with_step_and_times_and_come_in_the_order_of_their_steps()
    {
        var injection = FaultInjectionPlan.Parse("sticky@250, oom@120*2,slow-disk@1");

        Assert.Equal(
            [
                new PlannedFault(FaultKind.SlowDisk, 1),
                new PlannedFault(FaultKind.Oom, 120),
                new PlannedFault(FaultKind.Oom, 120),
                new PlannedFault(FaultKind.Sticky, 250),
            ],
            injection.Faults(1000)
        );
    }

    [Fact]
    public void A_soak_draws_the_same_faults_from_the_same_seed_within_the_run()
    {
        var faults = FaultInjectionPlan.Parse("soak:7:25:oom+nan+segv").Faults(600);

        Assert.Equal(25, faults.Count);
        Assert.Equal(faults, FaultInjectionPlan.Parse("soak:7:25:oom+nan+segv").Faults(600));
        Assert.NotEqual(faults, FaultInjectionPlan.Parse("soak:8:25:oom+nan+segv").Faults(600));
        Assert.All(faults, planned => Assert.InRange(planned.Step, 1, 600));
        Assert.Equal([FaultKind.Oom, FaultKind.Nan, FaultKind.Segv], faults.Select(planned => planned.Fault).Distinct().Order());
        Assert.Equal(faults.OrderBy(planned => planned.Step), faults);
    }

    [Fact]
    public void A_soak_of_no_special_kinds_draws_what_the_process_survives() =>
        Assert.DoesNotContain(FaultInjectionPlan.Parse("soak:1:500").Faults(10_000), planned => planned.Fault.NeedsNewProcess());

    [Theory]
    [InlineData("", "no fault is named")]
    [InlineData("oom", "write FAULT@STEP")]
    [InlineData("boom@3", "'boom' is not a fault: use one of oom, nan")]
    [InlineData("oom@0", "'0' is not a valid step")]
    [InlineData("oom@x", "'x' is not a valid step")]
    [InlineData("oom@-3", "'-3' is not a valid step")]
    [InlineData("oom@3*0", "'0' is not a valid number of times")]
    [InlineData("oom@3,nan", "--inject nan: write FAULT@STEP")]
    [InlineData("soak:1", "write soak:SEED:COUNT")]
    [InlineData("soak:x:5", "'x' is not a valid seed")]
    [InlineData("soak:1:0", "'0' is not a valid number of faults")]
    [InlineData("soak:1:5:oom+boom", "'boom' is not a fault")]
    [InlineData("soak:1:5,oom@3", "soak cannot be combined")]
    public void A_text_that_is_no_fault_injection_plan_is_explained(string text, string message)
    {
        var refusal = Assert.Throws<ConfigurationException>(() => FaultInjectionPlan.Parse(text));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith("--inject", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oom@3,sticky@4,segv@5", null)]
    [InlineData("oom@3,hang@4", FaultKind.Hang)]
    [InlineData("soak:1:3:nan+stop", FaultKind.Stop)]
    public void A_fault_that_needs_a_watcher_is_known(string text, FaultKind? fault) =>
        Assert.Equal(fault, FaultInjectionPlan.Parse(text).NeedsWatcher);

    [Fact]
    public void Each_fault_occurs_once_however_often_the_process_restarts()
    {
        using var scratch = new TemporaryFolder();
        var folder = new RunFolder(scratch.Path);
        var injection = FaultInjectionPlan.Parse("oom@3*2,nan@5");
        using (var first = new InjectedFaults(folder, injection, 10))
        {
            Assert.Null(first.Take(2));
            Assert.Equal(FaultKind.Oom, first.Take(3));
        }

        using (var second = new InjectedFaults(folder, injection, 10))
        {
            Assert.Equal(FaultKind.Oom, second.Take(3));
            Assert.Null(second.Take(3));
        }

        using var third = new InjectedFaults(folder, injection, 10);
        Assert.Null(third.Take(3));
        Assert.Equal(FaultKind.Nan, third.Take(5));
        Assert.Equal(3, File.ReadAllLines(folder.Injected).Length);
    }

    [Fact]
    public void Another_plan_in_the_same_folder_starts_from_the_beginning()
    {
        using var scratch = new TemporaryFolder();
        var folder = new RunFolder(scratch.Path);
        using (var first = new InjectedFaults(folder, FaultInjectionPlan.Parse("oom@3"), 10))
            first.Take(3);

        using var second = new InjectedFaults(folder, FaultInjectionPlan.Parse("oom@3,oom@4"), 10);

        Assert.Equal(FaultKind.Oom, second.Take(3));
    }
}

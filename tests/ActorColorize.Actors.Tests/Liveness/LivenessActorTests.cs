using System.Collections.Concurrent;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Liveness;
using ActorColorize.Actors.Tests.Metrics;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.Liveness;

/// <summary>What is judged alive and what hung. Timers and clock are controlled by the test.</summary>
public sealed class LivenessActorTests : PatientTestKit
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly DeviceProcessLimits Limits = new() { Deadline = TimeSpan.FromSeconds(60) };

    private readonly ManualClock _clock = new();
    private readonly BlockingCollection<string?> _judged = [];
    private readonly DeviceProgressCounter _progress = new();

    public LivenessActorTests()
        : base(ConfigurationFactory.ParseString("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)) { }

    [Fact]
    public void Actors_that_answer_and_an_idle_device_are_alive()
    {
        Sys.ActorOf(Props.Create(() => new Obedient()), "one");
        Watch("/user/one");

        for (var i = 0; i < 100; i++)
            Assert.Null(NextJudgement());
    }

    [Fact]
    public void An_actor_that_is_stuck_in_a_message_is_a_hang_once_the_deadline_has_passed()
    {
        using var release = new ManualResetEventSlim();
        var stuck = Sys.ActorOf(Props.Create(() => new Obedient()), "stuck");
        stuck.Tell(release);
        Watch("/user/stuck");

        for (var elapsed = TimeSpan.Zero; elapsed <= Limits.Deadline; elapsed += Interval)
            Assert.Null(NextJudgement());
        Assert.Contains("/user/stuck", NextJudgement());

        release.Set();
        AwaitCondition(() => NextJudgement() is null);
    }

    [Fact]
    public void An_actor_that_does_not_exist_at_the_moment_is_no_hang()
    {
        Watch("/user/absent/child");

        for (var i = 0; i < 50; i++)
            Assert.Null(NextJudgement());
    }

    [Fact]
    public void A_device_that_works_without_progress_is_a_hang_and_one_that_progresses_is_not()
    {
        Watch();
        _progress.Beat(DeviceActivity.Working);
        for (var i = 0; i < 100; i++)
        {
            _progress.Beat();
            Assert.Null(NextJudgement());
        }

        for (var elapsed = TimeSpan.Zero; elapsed < Limits.Deadline; elapsed += Interval)
            Assert.Null(NextJudgement());
        Assert.Contains("no progress", NextJudgement());
    }

    private void Watch(params string[] paths)
    {
        var settings = new LivenessSettings(paths)
        {
            Progress = _progress,
            Limits = Limits,
            Interval = Interval,
            Clock = _clock,
        };
        Action<string?> judged = _judged.Add;
        Sys.ActorOf(Props.Create(() => new LivenessActor(settings, judged)), "liveness");
        WaitForAnswers();
    }

    private string? NextJudgement()
    {
        _clock.Advance(Interval.TotalSeconds);
        ((TestScheduler)Sys.Scheduler).Advance(Interval);
        Assert.True(_judged.TryTake(out var judgement, TimeSpan.FromSeconds(60)));
        WaitForAnswers();
        return judgement;
    }

    /// <summary>Waits until the answers that are on their way have arrived: the mailboxes of actors and judge are empty.</summary>
    private void WaitForAnswers()
    {
        foreach (var path in new[] { "/user/one", "/user/liveness" })
        {
            Sys.ActorSelection(path).Tell(new Identify(path), TestActor);
            ExpectMsg<ActorIdentity>();
        }
    }

    private sealed class Obedient : ReceiveActor
    {
        public Obedient() => Receive<ManualResetEventSlim>(release => release.Wait());
    }
}

using System.Collections.Concurrent;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.NodeProcess;
using ActorColorize.Actors.Tests.Metrics;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.NodeProcess;

/// <summary>
/// The supervisor of a node process when its processes end, fail to start, and do not stop. Its timers and its clock are controlled by the
/// test.
/// </summary>
public sealed class NodeProcessActorTests : PatientTestKit
{
    private static readonly NodeProcessLimits Limits = new()
    {
        FirstDelay = TimeSpan.FromSeconds(1),
        LongestDelay = TimeSpan.FromSeconds(4),
        GoodLife = TimeSpan.FromSeconds(30),
        LeaveGrace = TimeSpan.FromSeconds(60),
    };

    private readonly ManualClock _clock = new();
    private readonly Starter _starter = new();
    private readonly ConcurrentQueue<NodeLine> _said = new();
    private readonly IActorRef _node;

    public NodeProcessActorTests()
        : base(ConfigurationFactory.ParseString("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """))
    {
        var (starter, clock) = (_starter, _clock);
        Action<NodeLine> said = _said.Enqueue;
        _node = Sys.ActorOf(Props.Create(() => new NodeProcessActor(starter, Limits, said, clock)), "node");
    }

    [Fact]
    public void A_process_that_ends_is_replaced_immediately_and_one_that_keeps_ending_with_back_off()
    {
        _starter.Next().End(137);
        _starter.Next().End(1, "no such device");
        foreach (var delay in new[] { 1, 2, 4, 4 })
        {
            AfterDelay(delay).End(1);
        }
    }

    [Fact]
    public void A_process_that_ran_long_enough_resets_the_back_off()
    {
        _starter.Next().End(1);
        _starter.Next().End(1);
        var third = AfterDelay(1);
        _clock.Advance(Limits.GoodLife.TotalSeconds);

        third.End(137);

        _starter.Next();
    }

    [Fact]
    public void A_failed_start_is_retried()
    {
        _starter.Refusal = "it is not there";
        _starter.Next().End(137);
        _starter.Refused.Take();
        _starter.Refusal = null;

        AfterDelay(1);
    }

    [Fact]
    public void A_graceful_stop_sends_SIGTERM_first_and_starts_no_other_process()
    {
        var process = _starter.Next();
        process.WaitUntilWatched();

        _node.Tell(NodeProcessActor.Stop.Instance);
        AwaitCondition(() => process.Signals.Contains("SIGTERM"));
        process.End(0);

        ExpectMsg<Done>();
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMinutes(5));
        Assert.False(_starter.HasStartedAnother);
        Assert.Equal(["SIGTERM"], process.Signals);
        Assert.True(process.IsDisposed);
    }

    [Fact]
    public void A_process_that_does_not_go_when_asked_is_killed()
    {
        var process = _starter.Next();
        process.WaitUntilWatched();
        _node.Tell(NodeProcessActor.Stop.Instance);
        AwaitCondition(() => process.Signals.Contains("SIGTERM"));

        ((TestScheduler)Sys.Scheduler).Advance(Limits.LeaveGrace);

        AwaitCondition(() => process.Signals.Contains("SIGKILL"));
        process.End(137);
        ExpectMsg<Done>();
    }

    [Fact]
    public void A_stop_between_two_processes_is_done_immediately()
    {
        _starter.Next().End(1);
        var second = _starter.Next();
        second.End(1);
        AwaitCondition(() => second.IsDisposed);

        _node.Tell(NodeProcessActor.Stop.Instance);

        ExpectMsg<Done>();
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMinutes(5));
        Assert.False(_starter.HasStartedAnother);
    }

    [Fact]
    public void The_output_of_a_process_is_forwarded()
    {
        _node.Tell(new NodeLine("serving", IsError: false));

        AwaitCondition(() => _said.Count == 1);
        Assert.Equal(new NodeLine("serving", IsError: false), _said.Single());
    }

    [Fact]
    public void The_process_is_killed_when_the_actor_stops()
    {
        var process = _starter.Next();
        process.WaitUntilWatched();

        Sys.Stop(_node);

        AwaitCondition(() => process.Signals.Contains("SIGKILL") && process.IsDisposed);
    }

    /// <summary>
    /// Waits until the actor has finished what it has begun, setting a timer included: it says lines in the order of its mailbox.
    /// </summary>
    private void AwaitReady()
    {
        var before = _said.Count;
        _node.Tell(new NodeLine("ready?", IsError: false));
        AwaitCondition(() => _said.Count > before);
    }

    /// <summary>The next process, which starts after this many seconds and not before.</summary>
    private Process AfterDelay(int seconds)
    {
        AwaitCondition(() => _starter.AllEndedAreDisposed);
        AwaitReady(); // with what it was at
        AwaitReady(); // with what it told itself thereby: that a start has failed
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.False(_starter.HasStartedAnother);
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMilliseconds(1));
        return _starter.Next();
    }

    private sealed class Starter : INodeProcessStarter
    {
        private readonly BlockingCollection<Process> _started = [];
        private readonly ConcurrentBag<Process> _all = [];

        public string Name => "device-1";

        public string? Refusal { get; set; }

        public BlockingCollection<string> Refused { get; } = [];

        public bool HasStartedAnother => _started.Count > 0;

        public bool AllEndedAreDisposed => _all.All(process => !process.HasEnded || process.IsDisposed);

        public Task<INodeProcess> StartAsync(IActorRef owner)
        {
            if (Refusal is { } refusal && !_all.IsEmpty)
            {
                Refused.Add(refusal);
                return Task.FromException<INodeProcess>(new DeviceProcessException(refusal));
            }

            var process = new Process();
            _all.Add(process);
            _started.Add(process);
            return Task.FromResult<INodeProcess>(process);
        }

        public Process Next() =>
            _started.TryTake(out var process, TimeSpan.FromSeconds(10))
                ? process
                : throw new InvalidOperationException("no process was started");
    }

    private sealed class Process : INodeProcess
    {
        private static int s_last = 5000;

        private readonly TaskCompletionSource<ProcessEnd> _ended = new();
        private readonly TaskCompletionSource _watched = new();

        public int ProcessId { get; } = Interlocked.Increment(ref s_last);

        public Task<ProcessEnd> Ended
        {
            get
            {
                _watched.TrySetResult();
                return _ended.Task;
            }
        }

        public ConcurrentQueue<string> Signals { get; } = new();

        public bool HasEnded => _ended.Task.IsCompleted;

        public bool IsDisposed { get; private set; }

        public void Terminate() => Signals.Enqueue("SIGTERM");

        public void Kill() => Signals.Enqueue("SIGKILL");

        public void Dispose() => IsDisposed = true;

        public void WaitUntilWatched() => Assert.True(_watched.Task.Wait(TimeSpan.FromSeconds(10)));

        public void End(int code, string? lastWords = null) => _ended.SetResult(new ProcessEnd(code, lastWords));
    }
}

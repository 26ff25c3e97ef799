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
/// What the writer of a node does when its processes end, will not start, and will not go. Its timers and its clock are turned by hand.
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
    private readonly IActorRef _writer;

    public NodeProcessActorTests()
        : base(ConfigurationFactory.ParseString("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """))
    {
        var (starter, clock) = (_starter, _clock);
        Action<NodeLine> said = _said.Enqueue;
        _writer = Sys.ActorOf(Props.Create(() => new NodeProcessActor(starter, Limits, said, clock)), "writer");
    }

    [Fact]
    public void A_process_that_ends_is_replaced_at_once_and_one_that_keeps_ending_less_and_less_often()
    {
        _starter.Next().End(137);
        _starter.Next().End(1, "no such device");
        foreach (var delay in new[] { 1, 2, 4, 4 })
        {
            AfterDelay(delay).End(1);
        }
    }

    [Fact]
    public void A_process_that_lived_well_is_replaced_at_once_again()
    {
        _starter.Next().End(1);
        _starter.Next().End(1);
        var third = AfterDelay(1);
        _clock.Advance(Limits.GoodLife.TotalSeconds);

        third.End(137);

        _starter.Next();
    }

    [Fact]
    public void A_program_that_cannot_be_started_is_tried_again()
    {
        _starter.Refusal = "it is not there";
        _starter.Next().End(137);
        _starter.Refused.Take();
        _starter.Refusal = null;

        AfterDelay(1);
    }

    [Fact]
    public void An_orderly_stop_asks_first_and_starts_no_other()
    {
        var process = _starter.Next();
        process.WaitUntilWatched();

        _writer.Tell(NodeProcessActor.Stop.Instance);
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
        _writer.Tell(NodeProcessActor.Stop.Instance);
        AwaitCondition(() => process.Signals.Contains("SIGTERM"));

        ((TestScheduler)Sys.Scheduler).Advance(Limits.LeaveGrace);

        AwaitCondition(() => process.Signals.Contains("SIGKILL"));
        process.End(137);
        ExpectMsg<Done>();
    }

    [Fact]
    public void A_stop_between_two_processes_is_done_at_once()
    {
        _starter.Next().End(1);
        var second = _starter.Next();
        second.End(1);
        AwaitCondition(() => second.IsDisposed);

        _writer.Tell(NodeProcessActor.Stop.Instance);

        ExpectMsg<Done>();
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMinutes(5));
        Assert.False(_starter.HasStartedAnother);
    }

    [Fact]
    public void What_a_process_writes_is_passed_on()
    {
        _writer.Tell(new NodeLine("serving", IsError: false));

        AwaitCondition(() => _said.Count == 1);
        Assert.Equal(new NodeLine("serving", IsError: false), _said.Single());
    }

    [Fact]
    public void With_the_writer_its_process_ends()
    {
        var process = _starter.Next();
        process.WaitUntilWatched();

        Sys.Stop(_writer);

        AwaitCondition(() => process.Signals.Contains("SIGKILL") && process.IsDisposed);
    }

    /// <summary>
    /// Waits until the writer is through with what it has begun, setting a timer included: it says lines in the order of its mailbox.
    /// </summary>
    private void AwaitReady()
    {
        var before = _said.Count;
        _writer.Tell(new NodeLine("ready?", IsError: false));
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

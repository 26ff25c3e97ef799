using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.DeviceProcess;

/// <summary>A fake device process: its commands go to a probe, its messages and its end are up to the test.</summary>
internal sealed class FakeProcess(int incarnation, IActorRef owner, TestProbe told) : IDeviceProcess
{
    private readonly TaskCompletionSource<ProcessEnd> _ended = new();
    private readonly TaskCompletionSource _isWatched = new();

    public int ProcessId => 5000 + incarnation;

    public Task<ProcessEnd> Ended
    {
        get
        {
            _isWatched.TrySetResult();
            return _ended.Task;
        }
    }

    public TestProbe Told { get; } = told;

    public bool IsDisposed { get; private set; }

    public void Tell(object message) => Told.Ref.Tell(message);

    public void Abort() => Told.Ref.Tell("SIGABRT");

    public void Kill() => Told.Ref.Tell("SIGKILL");

    public void Dispose() => IsDisposed = true;

    public void Say(object message) => owner.Tell(new FromDeviceProcess(incarnation, message));

    public void Join(string program = FakeStarter.Program)
    {
        AwaitWatched();
        Say(new DeviceProcessEvents.Joining(ProcessId, program));
        if (program == FakeStarter.Program)
            Told.ExpectMsg<DeviceProcessCommands.Welcome>();
    }

    /// <summary>Waits until the actor has the process; its timers start in the same step.</summary>
    public void AwaitWatched() => Assert.True(_isWatched.Task.Wait(TimeSpan.FromSeconds(60)));

    public void End(int exitCode, string? lastWords = null) => _ended.SetResult(new ProcessEnd(exitCode, lastWords));
}

/// <summary>Starts fake processes and returns each to the test.</summary>
internal sealed class FakeStarter(TestKitBase kit) : IDeviceProcessStarter
{
    public const string Program = "1.0";

    private readonly System.Collections.Concurrent.BlockingCollection<FakeProcess> _started = [];

    public string? Refusal { get; set; }

    public Task<IDeviceProcess> StartAsync(int incarnation, IActorRef owner)
    {
        if (Refusal is { } refusal)
            return Task.FromException<IDeviceProcess>(new DeviceProcessException(refusal));
        var process = new FakeProcess(incarnation, owner, kit.CreateTestProbe());
        _started.Add(process);
        return Task.FromResult<IDeviceProcess>(process);
    }

    public FakeProcess Next() =>
        _started.TryTake(out var process, TimeSpan.FromSeconds(10))
            ? process
            : throw new InvalidOperationException("no process was started");

    public bool HasStartedAnother => _started.Count > 0;
}

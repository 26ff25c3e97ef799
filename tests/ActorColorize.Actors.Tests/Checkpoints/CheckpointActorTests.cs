using ActorColorize.Actors.Checkpoints;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;
using Akka.Actor;
using Akka.Configuration;

namespace ActorColorize.Actors.Tests.Checkpoints;

public sealed class CheckpointActorTests() : PatientTestKit(ConfigurationFactory.ParseString("akka.loglevel = OFF")), IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actorcolorize-checkpoints-").FullName;

    [Fact]
    public void A_snapshot_is_written_and_returned()
    {
        var writer = Sys.ActorOf(Props.Create(() => new CheckpointActor()));
        var content = Content(step: 5);

        writer.Tell(new CheckpointActor.Write(_folder, content, KeepLast: 2), TestActor);

        var written = ExpectMsg<CheckpointActor.Written>();
        Assert.Same(content, written.Content);
        Assert.Null(written.Failure);
        Assert.Equal(5, new CheckpointStore(_folder).Load(written.Folder!).State.Step);
    }

    [Fact]
    public void A_disk_error_is_reported_and_the_snapshot_returned()
    {
        var writer = Sys.ActorOf(Props.Create(() => new CheckpointActor()));
        File.WriteAllText(Path.Combine(_folder, "checkpoints"), "in the way of the folder");
        var content = Content(step: 5);

        writer.Tell(new CheckpointActor.Write(_folder, content, KeepLast: 2), TestActor);

        var written = ExpectMsg<CheckpointActor.Written>();
        Assert.Same(content, written.Content);
        Assert.Contains("the checkpoint of step 5 cannot be written", written.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_that_crashes_reports_it_returns_the_snapshot_and_writes_the_next_one()
    {
        var writer = Sys.ActorOf(Props.Create(() => new CheckpointActor()));
        var impossible = Content(step: 5) with { State = new SessionState(5, [new HostTensor("w", TensorType.Float32, [2], [1])], []) };

        writer.Tell(new CheckpointActor.Write(_folder, impossible, KeepLast: 2), TestActor);
        writer.Tell(new CheckpointActor.Write(_folder, Content(step: 6), KeepLast: 2), TestActor);

        var crashed = ExpectMsg<CheckpointActor.Crashed>();
        Assert.Same(impossible, crashed.Content);
        Assert.Contains("ArgumentException", crashed.Cause, StringComparison.Ordinal);
        Assert.EndsWith("step-00000006", ExpectMsg<CheckpointActor.Written>().Folder, StringComparison.Ordinal);
    }

    void IDisposable.Dispose()
    {
        Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static CheckpointContent Content(long step) =>
        new(
            "run",
            1,
            NetworkShape.ForWidth(0.25, 324),
            "configuration",
            "data",
            new SessionState(step, [new HostTensor("w", TensorType.Float32, [1], new byte[4])], []),
            null,
            null
        );
}

using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>The commit pipeline with a probe as the store.</summary>
public sealed class CommitPipelineTests : PatientTestKit
{
    private readonly TestProbe _store;
    private readonly TestProbe _client;
    private readonly CommitPipeline _commits;

    public CommitPipelineTests()
    {
        (_store, _client) = (CreateTestProbe(), CreateTestProbe());
        _commits = new CommitPipeline(_store.Ref);
    }

    [Fact]
    public void A_commit_has_the_jobs_that_have_changed_and_no_others()
    {
        var (first, second) = (Add("1"), Add("2"));
        _commits.Flush(); // nothing is to be written
        Assert.False(_commits.IsBusy);

        second.Ledger.Found(Samples.Paths(0, 4));
        _commits.Flush();

        var commit = _store.ExpectMsg<JobStoreCommands.Commit>();
        Assert.Equal([second.Job, second.Job], commit.Changes.Select(change => change.Job)); // the pictures and the figures
        Assert.Equal([second], _commits.Complete(new JobStoreEvents.Committed(commit.Number, []))!.Jobs);

        first.Ledger.Found(Samples.Paths(0, 4));
        _commits.Flush();
        Assert.All(_store.ExpectMsg<JobStoreCommands.Commit>().Changes, change => Assert.Equal(first.Job, change.Job));
    }

    [Fact]
    public void What_is_decided_while_a_commit_is_on_its_way_goes_into_the_next_and_leaves_when_that_is_on_disk()
    {
        var job = Add("1");
        job.Ledger.Found(Samples.Paths(0, 4));
        _commits.SendWhenOnDisk(_client.Ref, "first");
        _commits.Flush();
        var first = _store.ExpectMsg<JobStoreCommands.Commit>();
        job.Ledger.Found(Samples.Paths(4, 4));
        _commits.SendWhenOnDisk(_client.Ref, "second");
        _commits.Flush();
        Assert.False(_store.HasMessages);
        Assert.False(_client.HasMessages);

        Assert.Null(_commits.Complete(new JobStoreEvents.Committed(first.Number + 1, []))); // not the one that is waited for
        Assert.NotNull(_commits.Complete(new JobStoreEvents.Committed(first.Number, [])));
        Assert.Equal("first", _client.ExpectMsg<string>());
        Assert.False(_client.HasMessages);

        _commits.Flush();
        var second = _store.ExpectMsg<JobStoreCommands.Commit>();
        Assert.Equal(4, Assert.Single(second.Changes.OfType<StoreChange.ItemsFound>()).First);
        _commits.Complete(new JobStoreEvents.Committed(second.Number, []));
        Assert.Equal("second", _client.ExpectMsg<string>());
    }

    private JobEntry Add(string id)
    {
        var state = JobState.From(Samples.Submitted(new JobId(id)));
        var entry = new JobEntry(state, new JobLedger(state.Job, new LedgerSettings()), null, LedgerProgress.None);
        _commits.Add(entry);
        return entry;
    }
}

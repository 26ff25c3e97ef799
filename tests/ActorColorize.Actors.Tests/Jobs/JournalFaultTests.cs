using ActorColorize.Actors.Jobs;
using ActorColorize.Protocol;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.TestKit;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>A job coordinator whose journal cannot be used for a while: clients are told, and nothing is accepted twice.</summary>
public sealed class JournalFaultTests()
    : PatientTestKit(
        ConfigurationFactory
            .FromResource<TestJournal>("Akka.Persistence.TestKit.config.conf")
            .WithFallback(ConfigurationFactory.ParseString(AkkaHocon.JobsDispatcher))
    )
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private ITestJournal Journal => TestJournal.FromRef(Persistence.Instance.Apply(Sys).JournalFor(null));

    [Fact]
    public async Task A_submission_that_cannot_be_journalled_is_refused_and_accepted_when_it_is_sent_again()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4, isSupervised: true);
        jobs.Ask<JobReports.WorkerPage>(new JobQueries.Workers());

        await Journal.OnWrite.Fail();
        var refused = jobs.Ask<JobAnswers.Refused>(CoordinatorHarness.SubmitCommand());
        Assert.Equal(JobRefusal.Unavailable, refused.Kind);
        Assert.Contains("the journal cannot be written", refused.Reason, StringComparison.Ordinal);

        await Journal.OnWrite.Pass();
        var accepted = jobs.AskUntilAnswered<JobAnswers.Submitted>(CoordinatorHarness.SubmitCommand());
        Assert.True(accepted.IsNew);
        var again = jobs.AskUntilAnswered<JobAnswers.Submitted>(CoordinatorHarness.SubmitCommand());
        Assert.Equal((accepted.Job, false), (again.Job, again.IsNew));
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_at_first_is_read_later_with_all_jobs()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4, isSupervised: true);
        var job = jobs.Submit();
        var trouble = CreateTestProbe();
        Sys.EventStream.Subscribe(trouble, typeof(JobStoreTrouble));

        await Journal.OnRecovery.Fail();
        jobs.Restart();
        var told = trouble.ExpectMsg<JobStoreTrouble>(Patience);
        Assert.Contains("the journal cannot be read", told.Reason, StringComparison.Ordinal);

        await Journal.OnRecovery.Pass();
        Assert.Equal(job, jobs.AskUntilAnswered<JobReports.JobStatus>(new JobQueries.Show(job)).Job);
    }
}

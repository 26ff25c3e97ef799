using ActorColorize.Actors.Tests.Metrics;
using ActorColorize.Actors.Training;
using Akka.Configuration;
using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Tests.Training;

public sealed class RunJournalTests
{
    [Theory]
    [InlineData("journal")]
    [InlineData("a \"strange\" folder; with=signs\\")]
    public void Its_configuration_is_read_by_Akka_whatever_the_folder_is_called(string name)
    {
        using var scratch = new TemporaryFolder();
        var folder = Path.Combine(scratch.Path, name);

        var hocon = RunJournal.Prepare(folder, _ => Assert.Fail("nothing is damaged"));

        var connection = new SqliteConnectionStringBuilder(
            ConfigurationFactory.ParseString(hocon).GetString("akka.persistence.journal.sql.connection-string")
        );
        Assert.Equal(Path.Combine(folder, "events.sqlite"), connection.DataSource);
        Assert.True(File.Exists(connection.DataSource));
    }

    [Fact]
    public void A_damaged_journal_is_set_aside_and_reported()
    {
        using var scratch = new TemporaryFolder();
        var folder = Path.Combine(scratch.Path, "journal");
        RunJournal.Prepare(folder, _ => { });
        File.WriteAllBytes(Path.Combine(folder, "events.sqlite"), [.. Enumerable.Repeat((byte)0x5A, 8192)]);
        var told = new List<string>();

        RunJournal.Prepare(folder, told.Add);

        Assert.Contains("journal.rejected-1", Assert.Single(told), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine($"{folder}.rejected-1", "events.sqlite")));
        RunJournal.Prepare(folder, _ => Assert.Fail("the new one is whole"));
    }

    [Fact]
    public void A_folder_that_cannot_hold_a_journal_is_refused()
    {
        using var scratch = new TemporaryFolder();
        var file = Path.Combine(scratch.Path, "taken");
        File.WriteAllText(file, "a file where a folder should be");

        Assert.Throws<RunFolderException>(() => RunJournal.Prepare(file, _ => { }));
    }
}

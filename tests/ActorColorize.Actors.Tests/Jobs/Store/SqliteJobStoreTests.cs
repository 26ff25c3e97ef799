using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Actors.Tests.Metrics;

namespace ActorColorize.Actors.Tests.Jobs.Store;

public sealed class SqliteJobStoreTests : SqlJobStoreTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private protected override SqlDialect Dialect => new SqliteDialect(Database);

    private string Database => Path.Combine(_folder.Path, "jobs.db");

    [Fact]
    public void A_file_that_is_not_a_database_is_refused_with_its_name()
    {
        File.WriteAllText(Database, "this is no database, but it is long enough to be taken for one by its size");

        var broken = Assert.Throws<JobStoreException>(Open);

        Assert.Equal(JobStoreFault.Broken, broken.Fault);
        Assert.Contains(Database, broken.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}

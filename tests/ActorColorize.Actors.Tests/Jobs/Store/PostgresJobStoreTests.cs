using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Actors.Tests.Postgres;

namespace ActorColorize.Actors.Tests.Jobs.Store;

[Collection(PostgresCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class PostgresJobStoreTests(PostgresServer server) : SqlJobStoreTests
{
    private readonly string _database = server.CreateDatabase();

    private protected override SqlDialect Dialect => new PostgresDialect(PostgresConnection.Parse(_database));

    [Fact]
    public void A_commit_is_on_disk_when_it_returns_whatever_the_servers_configuration()
    {
        Assert.Equal("on", Setting());
        Execute($"ALTER DATABASE {Name} SET synchronous_commit = off");
        Assert.Equal("on", Setting());
        Execute($"ALTER DATABASE {Name} SET synchronous_commit = remote_apply");
        Assert.Equal("remote_apply", Setting());

        string Setting()
        {
            using var connection = Dialect.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SHOW synchronous_commit";
            return (string)command.ExecuteScalar()!;
        }
    }

    [Fact]
    public void A_session_that_is_idle_in_a_commit_does_not_block_leadership_forever()
    {
        using var next = Open();
        using var stopped = Dialect.Open();
        using var transaction = stopped.BeginTransaction();
        using var command = stopped.CreateCommand();
        command.CommandText = "UPDATE leadership SET last_commit = 1";
        command.ExecuteNonQuery(); // and nothing more is heard of it

        Assert.Equal(1, next.BecomeLeader());
    }

    [Fact]
    public void Many_coordinators_can_create_the_tables_and_become_the_leader_at_the_same_time()
    {
        const int coordinators = 6;
        var terms = new long[coordinators];

        Parallel.For(0, coordinators, new ParallelOptions { MaxDegreeOfParallelism = coordinators }, i =>
        {
            using var store = Open();
            terms[i] = store.BecomeLeader();
        });

        Assert.Equal(Enumerable.Range(1, coordinators).Select(term => (long)term), terms.Order());
    }

    private string Name => _database[(_database.LastIndexOf('=') + 1)..];
}

using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Actors.Tests.Postgres;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Npgsql;

namespace ActorColorize.Actors.Tests.Jobs.Store;

/// <summary>Faults of a database, each classified and described in one line: what, where, and what to do.</summary>
[Collection(PostgresCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class PostgresFaultTests(PostgresServer server)
{
    private readonly string _database = server.CreateDatabase();

    private string Name => _database[(_database.LastIndexOf('=') + 1)..];

    [Fact]
    public void A_wrong_password_is_refused()
    {
        var fault = Fault(JobStoreFault.Refused, () => Open(With(password: "guess")));

        Assert.Equal(
            $"Cannot use the job database 127.0.0.1:{server.Port}/{Name}: access denied for postgres: "
                + "password authentication failed for user \"postgres\"",
            fault.Message
        );
    }

    [Fact]
    public void A_missing_password_is_refused() =>
        Assert.Contains(
            "password",
            Fault(JobStoreFault.Refused, () => Open(With(password: null))).Message,
            StringComparison.OrdinalIgnoreCase
        );

    [Fact]
    public void A_database_that_does_not_exist_is_refused() =>
        Assert.Contains(
            "/nowhere: the database does not exist",
            Fault(JobStoreFault.Refused, () => Open(server.Connection("nowhere"))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void An_account_without_rights_is_refused()
    {
        var role = Role("");
        server.Execute(Name, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");

        var fault = Fault(JobStoreFault.Refused, () => Open(With(role, "secret")));

        Assert.Contains($"{role} must be allowed to create tables", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_may_have_a_schema_of_its_own()
    {
        var role = Role("");
        server.Execute(Name, $"CREATE SCHEMA AUTHORIZATION {role}");

        Open(With(role, "secret")).Dispose();

        // Six of the jobs, two of the journal
        Assert.Equal("8", server.Execute(Name, $"SELECT COUNT(*) FROM pg_tables WHERE schemaname = '{role}'"));
    }

    [Fact]
    public void Too_many_connections_is_a_transient_fault()
    {
        var role = Role("CONNECTION LIMIT 1");
        server.Execute(Name, $"CREATE SCHEMA AUTHORIZATION {role}");
        using (Open(With(role, "secret")))
        {
            Assert.Contains(
                "the server has no connections left",
                Fault(JobStoreFault.Passing, () => Open(With(role, "secret"))).Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void A_server_that_is_down_is_a_transient_fault()
    {
        using var other = new PostgresServer();
        var database = other.CreateDatabase();
        using var store = Open(database);
        var term = store.BecomeLeader();
        other.Kill();

        Fault(JobStoreFault.Passing, () => store.Commit(term, 1, [new StoreChange.JobSaved(JobState.From(Samples.Submitted()), 1)]));
        Assert.EndsWith("connection refused", Fault(JobStoreFault.Passing, () => Open(database)).Message, StringComparison.Ordinal);
        other.StartAgain();

        using var again = Open(database);
        again.Commit(term, 1, [new StoreChange.JobSaved(JobState.From(Samples.Submitted()), 1)]);
        Assert.NotNull(again.Find(Samples.Job));
    }

    [Fact]
    public void A_read_only_database_is_a_transient_fault()
    {
        using (Open(_database))
            server.Execute("postgres", $"ALTER DATABASE {Name} SET default_transaction_read_only = on");
        using var store = Open(_database);

        Assert.Contains("it is read-only", Fault(JobStoreFault.Passing, () => store.BecomeLeader()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_dies_while_a_list_is_read_is_a_transient_fault()
    {
        using var other = new PostgresServer();
        using var store = Open(other.CreateDatabase());
        const int items = 60_000; // more than the buffers of a connection usually hold
        var term = store.BecomeLeader();
        store.Commit(
            term,
            1,
            [
                new StoreChange.JobSaved(JobState.From(Samples.Submitted()), 1),
                new StoreChange.ItemsFound(Samples.Job, 0, Samples.Paths(0, items)),
            ]
        );
        store.Commit(
            term,
            2,
            [
                .. Samples
                    .Paths(0, items)
                    .Select(
                        (path, i) =>
                            new StoreChange.ItemSettled(Samples.Job, i + 1, Samples.At, new WorkItem(i, path, null), Samples.Done, 1)
                    ),
            ]
        );
        using var settled = store.Settled(Samples.Job).GetEnumerator();
        Assert.True(settled.MoveNext());
        other.Kill();

        Fault(JobStoreFault.Passing, () =>
        {
            while (settled.MoveNext())
                Assert.NotNull(settled.Current);
        });
    }

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull, JobStoreFault.Passing, StorageFault.NoSpace)]
    [InlineData(PostgresErrorCodes.OutOfMemory, JobStoreFault.Passing, "so it said")]
    [InlineData(PostgresErrorCodes.AdminShutdown, JobStoreFault.Passing, "so it said")]
    [InlineData(PostgresErrorCodes.CannotConnectNow, JobStoreFault.Passing, "so it said")]
    [InlineData(PostgresErrorCodes.DeadlockDetected, JobStoreFault.Passing, "so it said")]
    [InlineData(PostgresErrorCodes.IoError, JobStoreFault.Passing, "so it said")]
    [InlineData(PostgresErrorCodes.DataCorrupted, JobStoreFault.Broken, "so it said (XX001)")]
    [InlineData(PostgresErrorCodes.UniqueViolation, JobStoreFault.Broken, "so it said (23505)")]
    public void Server_errors_are_classified_by_their_code(string code, JobStoreFault kind, string said)
    {
        var fault = new PostgresDialect(PostgresConnection.Parse(_database)).Explain(
            new PostgresException("so it said", "ERROR", "ERROR", code)
        )!;

        Assert.Equal(kind, fault.Fault);
        Assert.EndsWith($"the job database 127.0.0.1:{server.Port}/{Name}: {said}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db;Nonsense=1;Database=x", "is not a valid PostgreSQL connection string: ")]
    [InlineData("Host=db;Port=many;Database=x", "is not a valid PostgreSQL connection string: ")]
    [InlineData("Database=x", "has no Host")]
    [InlineData("Host=db", "has no Database")]
    [InlineData("Host=db;Database=x;Password=y", "has a Password, although a password file is given")]
    public void An_invalid_connection_string_is_explained(string text, string problem) =>
        Assert.StartsWith(
            problem,
            Assert.Throws<FormatException>(() => PostgresConnection.Parse(text, "of the file")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void No_text_for_people_contains_the_password()
    {
        var database = PostgresConnection.Parse("Host=one,two:5433;Username=colorize;Database=jobs", "hush hush");

        Assert.Equal(("one:5432, two:5433/jobs", "colorize"), ($"{database}", database.User));
        Assert.DoesNotContain("hush", JobDatabase.Postgres(database).Name, StringComparison.Ordinal);
    }

    private static SqlJobStore Open(string database) => new(new PostgresDialect(PostgresConnection.Parse(database)));

    private static JobStoreException Fault(JobStoreFault kind, Action action)
    {
        var fault = Assert.Throws<JobStoreException>(action);
        Assert.True(fault.Fault == kind, $"{fault.Fault}: {fault.Message}");
        Assert.DoesNotContain('\n', fault.Message);
        return fault;
    }

    private string With(string user = "postgres", string? password = PostgresServer.Password) =>
        $"Host=127.0.0.1;Port={server.Port};Username={user};Database={Name}{(password is null ? "" : $";Password={password}")}";

    private string Role(string options)
    {
        var role = $"role_{Guid.NewGuid():n}";
        server.Execute(Name, $"CREATE ROLE {role} LOGIN PASSWORD 'secret' {options}");
        return role;
    }
}

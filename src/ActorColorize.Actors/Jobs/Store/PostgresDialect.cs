using System.Data.Common;
using System.Net.Sockets;
using ActorColorize.Data.Storage;
using Npgsql;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>Jobs in a PostgreSQL database: for clusters, whose coordinators all reach it. The journal is in the same database.</summary>
/// <param name="database">How it is reached.</param>
public sealed class PostgresDialect(PostgresConnection database) : SqlDialect
{
    /// <summary>
    /// How a session is set up. Every statement goes by an index: a plan must not depend on whether the server has counted the rows of a
    /// table that has just grown from none to a million, so everything else is ruled out where there is a choice, and a plan is made once.
    /// A commit is on the disk when it returns, also where the server is set up otherwise. A session that is silent in the middle of a
    /// transaction (its process is stopped, its network gone) is ended, and with it its hold on the leadership.
    /// </summary>
    private const string SetUp = """
        SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false);
        SET enable_seqscan = off;
        SET enable_bitmapscan = off;
        SET enable_hashjoin = off;
        SET enable_mergejoin = off;
        SET jit = off;
        SET plan_cache_mode = force_generic_plan;
        SET idle_in_transaction_session_timeout = '10s';
        """;

    /// <inheritdoc/>
    public override string Text => "TEXT COLLATE \"C\"";

    /// <inheritdoc/>
    public override string Bytes => "BYTEA";

    /// <inheritdoc/>
    public override string OrderedByKey => "";

    /// <inheritdoc/>
    public override string LockTables => "SELECT pg_advisory_xact_lock(hashtext('actorcolorize'))";

    /// <summary>
    /// The journal's tables, as Akka.Persistence.Sql lays them out. It could make them itself, but where the database is not there at its
    /// start it would try again without a pause.
    /// </summary>
    public override string OtherTables =>
        """
            CREATE TABLE IF NOT EXISTS journal (
              ordering BIGSERIAL NOT NULL PRIMARY KEY,
              deleted BOOLEAN NOT NULL,
              persistence_id TEXT NOT NULL,
              sequence_number BIGINT NOT NULL,
              created BIGINT NOT NULL,
              message BYTEA NOT NULL,
              manifest TEXT,
              identifier INTEGER,
              writer_uuid TEXT,
              CONSTRAINT journal_uq UNIQUE (persistence_id, sequence_number)
            );

            CREATE TABLE IF NOT EXISTS tags (
              ordering_id BIGINT NOT NULL,
              tag TEXT NOT NULL,
              sequence_nr BIGINT NOT NULL,
              persistence_id TEXT NOT NULL,
              PRIMARY KEY (ordering_id, tag)
            );
            """;

    /// <inheritdoc/>
    public override string By(string index) => ""; // the session rules out what is no index

    /// <inheritdoc/>
    public override DbConnection Open()
    {
        var connection = new NpgsqlConnection(database.OfStore);
        try
        {
            connection.Open();
            using var setUp = connection.CreateCommand();
            setUp.CommandText = SetUp;
            setUp.ExecuteNonQuery();
            return connection;
        }
        catch (Exception fault)
        {
            connection.Dispose();
            if (Explain(fault) is { } explained)
                throw explained;
            throw;
        }
    }

    /// <inheritdoc/>
    public override JobStoreException? Explain(Exception fault) =>
        fault switch
        {
            PostgresException answer => Explain(answer),
            // No password, no TLS, a certificate that nobody vouches for
            NpgsqlException { IsTransient: false } => Refused(fault.GetBaseException().Message, fault),
            NpgsqlException or SocketException or IOException or TimeoutException => Passing("reach", Reason(fault), fault),
            _ => null,
        };

    /// <inheritdoc/>
    public override string CountTables(string name) => $"SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('{name}')";

    /// <summary>What the server said, by its code: https://www.postgresql.org/docs/current/errcodes-appendix.html.</summary>
    private JobStoreException Explain(PostgresException answer) =>
        answer.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Refused(
                $"it does not let {database.User} in: {answer.MessageText}",
                answer
            ),
            PostgresErrorCodes.InvalidCatalogName => Refused("there is no such database; create it", answer),
            PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidSchemaName => Refused(
                $"{answer.MessageText}; {database.User} must be allowed to create tables in a schema of its search path",
                answer
            ),
            PostgresErrorCodes.DiskFull => Passing("write", StorageFault.NoSpace, answer),
            PostgresErrorCodes.TooManyConnections => Passing(
                "reach",
                "it has no connection left: raise max_connections, or end others",
                answer
            ),
            PostgresErrorCodes.ReadOnlySqlTransaction => Passing("write", "it is read-only: it may be a standby", answer),
            PostgresErrorCodes.CannotConnectNow => Passing("reach", answer.MessageText, answer),
            var code when IsPassing(code) => Passing("use", answer.MessageText, answer),
            _ => new JobStoreException(
                JobStoreFault.Broken,
                $"Cannot use the job database {database}: {answer.MessageText} ({answer.SqlState})",
                answer
            ),
        };

    /// <summary>
    /// Whole classes: connection lost (08), transaction ended by others (40), resources (53), operator's intervention and time limits
    /// (55P03, 57), the server's own disks (58). A session that was ended in the middle of a transaction (25P03), a transaction that goes
    /// on after its error (25P02).
    /// </summary>
    private static bool IsPassing(string code) =>
        code[..2] is "08" or "40" or "53" or "57" or "58" || code is PostgresErrorCodes.LockNotAvailable or "25P02" or "25P03";

    private static string Reason(Exception fault) =>
        fault.GetBaseException() switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
            SocketException socket => socket.Message,
            TimeoutException => "no answer in time",
            IOException => "the connection was lost",
            var other => other.Message,
        };

    private JobStoreException Passing(string deed, string reason, Exception fault) =>
        new(JobStoreFault.Passing, $"Cannot {deed} the job database {database}: {reason}", fault);

    private JobStoreException Refused(string reason, Exception fault) =>
        new(JobStoreFault.Refused, $"Cannot use the job database {database}: {reason}", fault);
}

using System.Data.Common;
using System.Net.Sockets;
using ActorColorize.Data.Storage;
using Npgsql;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>Jobs in a PostgreSQL database, for clusters: all coordinators use the same one. The journal is in the same database.</summary>
/// <param name="database">Its connection settings.</param>
public sealed class PostgresDialect(PostgresConnection database) : SqlDialect
{
    /// <summary>
    /// Session settings. Every statement must use an index: a plan must not depend on whether the server has analyzed a table that has just
    /// grown from none to a million rows, so all alternatives are disabled, and a plan is made once. A commit is on disk when it returns,
    /// whatever the server's configuration. A session that is idle in a transaction (its process is stopped, its network is down) is
    /// terminated, and its lock on the leadership is released.
    /// </summary>
    private const string SetUp = """
        SELECT set_config(
          'synchronous_commit',
          CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END,
          false
        );
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
    /// The journal's tables, as Akka.Persistence.Sql lays them out. It could create them itself, but if the database is unreachable at the
    /// start it would retry without a pause.
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
    public override string By(string index) => ""; // the session settings disable everything but index scans

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
            // No password, no TLS, an untrusted certificate
            NpgsqlException { IsTransient: false } => Refused(fault.GetBaseException().Message, fault),
            NpgsqlException or SocketException or IOException or TimeoutException => Passing("reach", Reason(fault), fault),
            _ => null,
        };

    /// <inheritdoc/>
    public override string CountTables(string name) => $"SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('{name}')";

    /// <summary>Explains a server error by its code: https://www.postgresql.org/docs/current/errcodes-appendix.html.</summary>
    private JobStoreException Explain(PostgresException answer) =>
        answer.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Refused(
                $"access denied for {database.User}: {answer.MessageText}",
                answer
            ),
            PostgresErrorCodes.InvalidCatalogName => Refused("the database does not exist; create it", answer),
            PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidSchemaName => Refused(
                $"{answer.MessageText}; {database.User} must be allowed to create tables in a schema of its search path",
                answer
            ),
            PostgresErrorCodes.DiskFull => Passing("write", StorageFault.NoSpace, answer),
            PostgresErrorCodes.TooManyConnections => Passing(
                "reach",
                "the server has no connections left: raise max_connections, or close others",
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
    /// Whole classes: connection lost (08), transaction rolled back (40), resources (53), operator intervention and time limits (55P03,
    /// 57), I/O errors of the server (58). Also a session that was terminated while idle in a transaction (25P03), and a transaction that
    /// continues after its error (25P02).
    /// </summary>
    private static bool IsPassing(string code) =>
        code[..2] is "08" or "40" or "53" or "57" or "58" || code is PostgresErrorCodes.LockNotAvailable or "25P02" or "25P03";

    private static string Reason(Exception fault) =>
        fault.GetBaseException() switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
            SocketException socket => socket.Message,
            TimeoutException => "timed out",
            IOException => "the connection was lost",
            var other => other.Message,
        };

    private JobStoreException Passing(string deed, string reason, Exception fault) =>
        new(JobStoreFault.Passing, $"Cannot {deed} the job database {database}: {reason}", fault);

    private JobStoreException Refused(string reason, Exception fault) =>
        new(JobStoreFault.Refused, $"Cannot use the job database {database}: {reason}", fault);
}

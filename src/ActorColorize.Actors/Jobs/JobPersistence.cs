using ActorColorize.Actors.Jobs.Store;

namespace ActorColorize.Actors.Jobs;

/// <summary>Configuration of what the coordinator keeps: its journal, and the threads that wait for disks.</summary>
public static class JobPersistence
{
    /// <summary>A thread for each actor that waits for a database or a disk.</summary>
    internal const string Dispatcher = "actorcolorize.jobs-dispatcher";

    /// <summary>Configuration of the threads.</summary>
    public const string DispatcherHocon = """
        actorcolorize.jobs-dispatcher {
          type = PinnedDispatcher
        }
        """;

    /// <summary>
    /// A journal in memory, for a command that ends with its process: what a crash leaves is in the job store. There are no snapshots, and
    /// no store for them either: Akka's default one creates a folder in the current directory.
    /// </summary>
    public const string InMemoryHocon = """
        akka.persistence {
          journal.plugin = "akka.persistence.journal.inmem"
          snapshot-store.plugin = "akka.persistence.no-snapshot-store"
        }
        """;

    /// <summary>A journal in a SQLite file, with snapshots in another one, so that neither waits for the other.</summary>
    /// <param name="folder">Where the files go; must exist.</param>
    public static string SqliteHocon(string folder) =>
        Hocon(
            "SQLite.MS",
            $"Data Source={Path.Combine(folder, "journal.db")};Default Timeout=30",
            $"Data Source={Path.Combine(folder, "snapshots.db")};Default Timeout=30"
        );

    /// <summary>A journal in any database that linq2db knows; its tables are made where they are missing.</summary>
    /// <param name="provider">The provider's name, such as <c>SQLite.MS</c>.</param>
    /// <param name="journal">Connection string of the journal.</param>
    /// <param name="snapshots">Connection string of the snapshots.</param>
    public static string Hocon(string provider, string journal, string snapshots) =>
        $$"""
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.sql"
                sql {
                  class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
                  provider-name = "{{provider}}"
                  connection-string = "{{Quoted(journal)}}"
                  auto-initialize = true
                }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.sql"
                sql {
                  class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
                  provider-name = "{{provider}}"
                  connection-string = "{{Quoted(snapshots)}}"
                  auto-initialize = true
                }
              }
            }
            """;

    /// <summary>
    /// A journal in the PostgreSQL database that the jobs are kept in; the job store makes its tables. The coordinator takes no snapshots,
    /// so there is no store for them. A write that was not
    /// answered in time counts as failed, and the coordinator then starts again and reads what the journal has; the breaker closes soon,
    /// since the coordinator's own pause between its starts
    /// is what spares a database that is away.
    /// </summary>
    public static string PostgresHocon(PostgresConnection database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return $$"""
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.sql"
                sql {
                  class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
                  provider-name = "PostgreSQL.9.5"
                  connection-string = "{{Quoted(database.OfJournal)}}"
                  auto-initialize = false
                  circuit-breaker {
                    max-failures = 10
                    call-timeout = 20s
                    reset-timeout = 5s
                  }
                }
              }
              snapshot-store.plugin = "akka.persistence.no-snapshot-store"
            }
            """;
    }

    private static string Quoted(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}

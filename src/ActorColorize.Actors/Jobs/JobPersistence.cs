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

    /// <summary>A journal in memory, for a command that ends with its process: what a crash leaves is in the job store.</summary>
    public const string InMemoryHocon = """
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        """;

    /// <summary>A journal in a SQLite file, with snapshots in another one, so that neither waits for the other.</summary>
    /// <param name="folder">Where the files go; must exist.</param>
    public static string SqliteHocon(string folder) => Hocon(
        "SQLite.MS",
        $"Data Source={Path.Combine(folder, "journal.db")};Default Timeout=30",
        $"Data Source={Path.Combine(folder, "snapshots.db")};Default Timeout=30");

    /// <summary>A journal in any database that linq2db knows; its tables are made where they are missing.</summary>
    /// <param name="provider">The provider's name, such as <c>SQLite.MS</c> or <c>PostgreSQL.15</c>.</param>
    /// <param name="journal">Connection string of the journal.</param>
    /// <param name="snapshots">Connection string of the snapshots.</param>
    public static string Hocon(string provider, string journal, string snapshots) => $$"""
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

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}

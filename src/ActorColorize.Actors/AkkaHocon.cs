using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;

namespace ActorColorize.Actors;

/// <summary>The HOCON configuration of this project.</summary>
public static class AkkaHocon
{
    /// <summary>Dispatchers of the device and of checkpoints.</summary>
    public const string Dispatchers = $$"""
        {{Device.Dispatchers.Gpu}}.type = PinnedDispatcher
        {{Device.Dispatchers.Checkpoint}}.type = PinnedDispatcher
        {{Device.Dispatchers.Disk}}.type = PinnedDispatcher

        """;

    /// <summary>The dispatcher of actors that write metrics and panels.</summary>
    public const string DiskDispatcher = $$"""
        {{Device.Dispatchers.Disk}}.type = PinnedDispatcher

        """;

    /// <summary>The dispatcher of actors that wait for a database or a disk.</summary>
    public const string JobsDispatcher = $$"""
        {{Device.Dispatchers.Jobs}}.type = PinnedDispatcher

        """;

    /// <summary>
    /// A journal in memory, for a command that ends with its process: after a crash everything needed is in the job store. There are no
    /// snapshots, and no store for them either: Akka's default one creates a folder in the current directory.
    /// </summary>
    public const string InMemoryJournal = """
        akka.persistence {
          journal.plugin = "akka.persistence.journal.inmem"
          snapshot-store.plugin = "akka.persistence.no-snapshot-store"
        }
        """;

    /// <summary>A journal in a SQLite file, with snapshots in another one, so that neither blocks the other.</summary>
    /// <param name="journal">Connection string of the journal; missing tables are created.</param>
    /// <param name="snapshots">Connection string of the snapshots.</param>
    public static string SqliteJournal(string journal, string snapshots) =>
        Journal("SQLite.MS", journal)
        + $$"""
            akka.persistence.snapshot-store {
              plugin = "akka.persistence.snapshot-store.sql"
              sql {
                class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
                provider-name = "SQLite.MS"
                connection-string = {{Quoted(snapshots)}}
              }
            }

            """;

    /// <summary>
    /// A journal in the PostgreSQL database that the jobs are kept in; the job store creates its tables. The coordinator takes no
    /// snapshots, so there is no store for them. A write that times out counts as failed, and the coordinator then restarts and replays the
    /// journal; the circuit breaker resets soon, since the coordinator's own back-off spares an unreachable database.
    /// </summary>
    public static string PostgresJournal(PostgresConnection database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return Journal("PostgreSQL.9.5", database.OfJournal)
            + """
                akka.persistence {
                  journal.sql {
                    auto-initialize = false
                    circuit-breaker {
                      max-failures = 10
                      call-timeout = 20s
                      reset-timeout = 5s
                    }
                  }
                  snapshot-store.plugin = "akka.persistence.no-snapshot-store"
                }

                """;
    }

    /// <summary>
    /// One IPC endpoint between a parent and its device process. Loopback only; TLS; messages of the protocol only. The IPC actors have
    /// their own thread, as remoting has, so that heartbeats do not wait behind pictures. There is no remote death watch: the operating
    /// system reports the end of a process, and missing heartbeats report a hang.
    /// </summary>
    internal static string Ipc { get; } =
        GuardedRemoting.HoconForOnePeer
        + $$"""
            akka {
              remote {
                trusted-selection-paths = ["/user/{{DeviceIpcActor.ActorName}}"]
                dot-netty.tcp.hostname = "127.0.0.1"
              }
            }
            {{Device.Dispatchers.Ipc}}.type = PinnedDispatcher
            {{StrictSerialization.HoconForClients}}
            """;

    /// <summary>The parent's endpoint, which logs through the parent's own actor system.</summary>
    internal static string IpcOfParent { get; } =
        """
            akka {
              loglevel = WARNING
              stdout-loglevel = OFF
              loggers = []
            }

            """ + Ipc;

    /// <summary>The time for a device to drain during a coordinated shutdown.</summary>
    internal static string DrainWithin(TimeSpan time) =>
        $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseBeforeServiceUnbind}.timeout = {time.TotalSeconds:0}s";

    private static string Journal(string provider, string connection) =>
        $$"""
            akka.persistence.journal {
              plugin = "akka.persistence.journal.sql"
              sql {
                class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
                provider-name = "{{provider}}"
                connection-string = {{Quoted(connection)}}
              }
            }

            """;

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

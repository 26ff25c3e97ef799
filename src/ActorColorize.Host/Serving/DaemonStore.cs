using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Serving;

/// <summary>Where a daemon keeps its jobs and their journal.</summary>
internal static class DaemonStore
{
    /// <summary>The database.</summary>
    public static JobDatabase Database(ServeSettings settings) =>
        settings.Postgres is { } postgres ? JobDatabase.Postgres(postgres) : JobDatabase.Sqlite(settings.DataFolder);

    /// <summary>
    /// Opens the database once, which makes its tables: what a person has to fix is told at once; one that is away is waited for.
    /// </summary>
    /// <exception cref="UsageException">It will not go without a person's help.</exception>
    public static void Try(JobDatabase database, Screen screen)
    {
        try
        {
            using var store = database.OpenStore();
        }
        catch (JobStoreException fault) when (fault.Fault == JobStoreFault.Passing)
        {
            screen.Warn($"{fault.Message}; it is tried again until it goes");
        }
        catch (JobStoreException fault)
        {
            throw new UsageException(fault.Message, fault);
        }
    }

    /// <summary>How the coordinator works.</summary>
    public static JobCoordinatorSettings Jobs(ServeSettings settings, JobDatabase database) =>
        new()
        {
            OpenStore = database.OpenStore,
            ScratchFolder = settings.DataFolder,
            Leasing = new LedgerSettings { LeaseFor = settings.LeaseFor },
            KeepDetailsFor = settings.KeepDetailsFor,
        };
}

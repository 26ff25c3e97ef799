using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Serving;

/// <summary>A daemon's store of jobs and journals.</summary>
internal static class DaemonStore
{
    /// <summary>The database.</summary>
    public static JobDatabase Database(ServeSettings settings) =>
        settings.Postgres is { } postgres ? JobDatabase.Postgres(postgres) : JobDatabase.Sqlite(settings.DataFolder);

    /// <summary>
    /// Opens the database once, which creates its tables. An error that needs an operator fails immediately; an unavailable database is
    /// retried.
    /// </summary>
    /// <exception cref="UsageException">The error needs an operator.</exception>
    /// <exception cref="InputException">The database was written by a later version of the program.</exception>
    public static void Try(JobDatabase database, Screen screen)
    {
        try
        {
            using var store = database.OpenStore();
        }
        catch (JobStoreException fault) when (fault.Fault == JobStoreFault.Passing)
        {
            screen.Warn($"{fault.Message}; retrying until it succeeds");
        }
        catch (JobStoreException fault)
        {
            throw fault.Fault == JobStoreFault.Newer ? new InputException(fault.Message, fault) : new UsageException(fault.Message, fault);
        }
    }

    /// <summary>Settings of the job coordinator.</summary>
    public static JobCoordinatorSettings Jobs(ServeSettings settings, JobDatabase database) =>
        new()
        {
            OpenStore = database.OpenStore,
            ScratchFolder = settings.DataFolder,
            Leasing = new LedgerSettings { LeaseFor = settings.LeaseFor },
            KeepDetailsFor = settings.KeepDetailsFor,
        };
}

using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;

namespace ActorColorize.Host.Serving;

/// <summary>Where a daemon keeps its jobs and their journal.</summary>
internal static class DaemonStore
{
    /// <summary>How the coordinator works.</summary>
    public static JobCoordinatorSettings Jobs(ServeSettings settings) => new()
    {
        OpenStore = () => new SqlJobStore(new SqliteDialect(Path.Combine(settings.DataFolder, "jobs.db"))),
        ScratchFolder = settings.DataFolder,
        Lending = new LedgerSettings { LeaseFor = settings.LeaseFor },
        KeepDetailsFor = settings.KeepDetailsFor,
    };

    /// <summary>Configuration of the coordinator's journal, as HOCON.</summary>
    public static string Journal(ServeSettings settings) => JobPersistence.SqliteHocon(settings.DataFolder);
}

using ActorColorize.Actors.Training;
using ActorColorize.Protocol.Serialization;
using Akka.Configuration;
using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Tests;

/// <summary>A test kit whose actors have a journal in SQLite, in a scratch folder that is deleted with the kit.</summary>
public abstract class JournalledTestKit : PatientTestKit
{
    protected JournalledTestKit()
        : this(Directory.CreateTempSubdirectory("actorcolorize-journal-").FullName) { }

    private JournalledTestKit(string scratch)
        : base(
            ConfigurationFactory
                .ParseString(RunJournal.Prepare(Path.Combine(scratch, "journal"), _ => { }))
                .WithFallback(ConfigurationFactory.ParseString(StrictSerialization.Hocon))
                .WithFallback(ConfigurationFactory.ParseString(AkkaHocon.DiskDispatcher))
        ) => Scratch = scratch;

    /// <summary>The scratch folder.</summary>
    protected string Scratch { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        SqliteConnection.ClearAllPools();
        Directory.Delete(Scratch, recursive: true);
    }
}

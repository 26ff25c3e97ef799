using ActorColorize.Data.Datasets;
using Akka.Actor;

namespace ActorColorize.Actors.Inspection;

/// <summary>Commands to the inspection actor. In-process only.</summary>
public static class InspectionCommands
{
    /// <summary>Examine every picture of some splits of a dataset.</summary>
    /// <param name="Splits">The splits, in the order in which they are reported.</param>
    /// <param name="ReplyTo">Gets <see cref="InspectionEvents.Progressed"/>, then <see cref="InspectionEvents.Inspected"/> or
    /// <see cref="InspectionEvents.Failed"/>.</param>
    public sealed record Inspect(IReadOnlyList<PictureSet> Splits, IActorRef ReplyTo);
}

/// <summary>Events of the inspection actor.</summary>
public static class InspectionEvents
{
    /// <summary>Progress of the inspection.</summary>
    /// <param name="What">The current activity.</param>
    /// <param name="Done">Pictures so far.</param>
    /// <param name="Total">Total pictures.</param>
    public sealed record Progressed(string What, long Done, long Total);

    /// <summary>Every picture has been examined.</summary>
    /// <param name="Findings">The findings.</param>
    public sealed record Inspected(DatasetFindings Findings);

    /// <summary>The inspection failed for a reason other than an unreadable picture.</summary>
    /// <param name="Cause">The exception.</param>
    public sealed record Failed(Exception Cause);
}

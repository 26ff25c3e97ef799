using ActorColorize.Data.Datasets;
using Akka.Actor;

namespace ActorColorize.Actors.Inspection;

/// <summary>What may be asked of the inspection actor. In-process only.</summary>
public static class InspectionCommands
{
    /// <summary>Look at every picture of some splits of a dataset.</summary>
    /// <param name="Splits">The splits, in the order in which they are reported.</param>
    /// <param name="ReplyTo">Gets <see cref="InspectionEvents.Progressed"/>, then <see cref="InspectionEvents.Inspected"/> or
    /// <see cref="InspectionEvents.Failed"/>.</param>
    public sealed record Inspect(IReadOnlyList<PictureSet> Splits, IActorRef ReplyTo);
}

/// <summary>What the inspection actor says.</summary>
public static class InspectionEvents
{
    /// <summary>The inspection moved on.</summary>
    /// <param name="What">What is being done.</param>
    /// <param name="Done">Pictures so far.</param>
    /// <param name="Total">Pictures in all.</param>
    public sealed record Progressed(string What, long Done, long Total);

    /// <summary>Every picture has been looked at.</summary>
    /// <param name="Findings">What was found.</param>
    public sealed record Inspected(DatasetFindings Findings);

    /// <summary>The inspection failed for a reason that is not a picture's fault.</summary>
    /// <param name="Cause">What went wrong.</param>
    public sealed record Failed(Exception Cause);
}

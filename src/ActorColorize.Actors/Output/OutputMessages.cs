using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Loader;
using ActorColorize.Imaging.Archives;
using ActorColorize.Model.Inference;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Output;

/// <summary>Commands to the output actor. In-process only.</summary>
public static class OutputCommands
{
    /// <summary>Join the network's chroma with the original at full size and commit the result.</summary>
    /// <param name="Unit">The lease of its unit.</param>
    /// <param name="Item">The picture.</param>
    /// <param name="Picture">The picture as read.</param>
    /// <param name="Ab">The network's chroma, page by page.</param>
    /// <param name="Files">Access to the original and the result.</param>
    /// <param name="Term">The lease's term: no result is published after it has ended.</param>
    /// <param name="ReplyTo">Gets an <see cref="OutputEvents.PictureFinished"/>.</param>
    /// <param name="Distribution">To be written beside the result, as <see cref="JobSpecification.DistributionFile"/>; null: nothing is
    /// written.</param>
    public sealed record Recompose(
        WorkUnit Unit,
        WorkItem Item,
        ReadPicture Picture,
        IReadOnlyList<AbPlane> Ab,
        IArchiveFiles Files,
        LeaseTerm Term,
        IActorRef ReplyTo,
        ColorDistribution? Distribution = null
    );

    /// <summary>Write a panel of the fixed validation pictures: grey, ours, truth.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Path">Path of the PNG file.</param>
    /// <param name="Side">Side of a tile, pixels.</param>
    /// <param name="Rows">RGB24 tiles, row by row.</param>
    public sealed record WritePanel(RunId Run, StepNumber Step, string Path, int Side, IReadOnlyList<IReadOnlyList<byte[]>> Rows)
        : IWithRunId;
}

/// <summary>Events of the output actor.</summary>
public static class OutputEvents
{
    /// <summary>A picture is finished, or cannot be.</summary>
    /// <param name="Unit">The lease.</param>
    /// <param name="Item">The picture.</param>
    /// <param name="Outcome">Its terminal state; null if the lease has expired, or if there is a blocker.</param>
    /// <param name="Blocker">Set if no other picture can be written either: no space, no permission.</param>
    /// <param name="Detail">One line about the blocker.</param>
    public sealed record PictureFinished(
        WorkUnit Unit,
        WorkItem Item,
        ItemOutcome? Outcome,
        ReleaseReason? Blocker = null,
        string Detail = ""
    );

    /// <summary>The output actor crashed and lost its unfinished pictures; send them again.</summary>
    /// <param name="Cause">One line.</param>
    public sealed record OutputLost(string Cause);
}

using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Loader;
using ActorColorize.Imaging.Archives;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Output;

/// <summary>What may be asked of the output actor. In-process only.</summary>
public static class OutputCommands
{
    /// <summary>Join the network's chroma with the original at full size and commit the result.</summary>
    /// <param name="Unit">The lease that it belongs to.</param>
    /// <param name="Item">The picture.</param>
    /// <param name="Picture">What was read of the original.</param>
    /// <param name="Ab">The network's chroma.</param>
    /// <param name="Files">Where the original is and the result goes.</param>
    /// <param name="Term">The lease's term: nothing is published after it.</param>
    /// <param name="ReplyTo">Gets an <see cref="OutputEvents.PictureFinished"/>.</param>
    public sealed record Recompose(
        WorkUnit Unit,
        WorkItem Item,
        ReadPicture Picture,
        AbPlane Ab,
        IArchiveFiles Files,
        LeaseTerm Term,
        IActorRef ReplyTo
    );

    /// <summary>Write the fixed validation pictures as one sheet: grey, ours, truth.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Step">Steps completed.</param>
    /// <param name="Path">Where the PNG goes.</param>
    /// <param name="Side">Side of a tile, pixels.</param>
    /// <param name="Rows">RGB24 tiles, row by row.</param>
    public sealed record WritePanel(RunId Run, StepNumber Step, string Path, int Side, IReadOnlyList<IReadOnlyList<byte[]>> Rows)
        : IWithRunId;
}

/// <summary>What the output actor says.</summary>
public static class OutputEvents
{
    /// <summary>A picture is committed, or cannot be.</summary>
    /// <param name="Unit">The lease.</param>
    /// <param name="Item">The picture.</param>
    /// <param name="Outcome">Its terminal state; null where the lease ran out, or something is in the way.</param>
    /// <param name="Blocker">Set where no other picture can be written either: no space, no permission.</param>
    /// <param name="Detail">One line about the blocker.</param>
    public sealed record PictureFinished(
        WorkUnit Unit,
        WorkItem Item,
        ItemOutcome? Outcome,
        ReleaseReason? Blocker = null,
        string Detail = ""
    );

    /// <summary>The output actor crashed and forgot what it had not committed; ask again.</summary>
    /// <param name="Cause">One line.</param>
    public sealed record OutputLost(string Cause);
}

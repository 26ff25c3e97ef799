namespace ActorColorize.Protocol;

/// <summary>What makes a refused command impossible; a client program turns it into its exit code.</summary>
public enum RefusalCause
{
    /// <summary>The command itself: its options, or the state of what it is about.</summary>
    Request,

    /// <summary>Something that it reads: an archive, a dataset, a model or a checkpoint that is missing or cannot be read.</summary>
    Input,

    /// <summary>The place that it writes to.</summary>
    Output,
}

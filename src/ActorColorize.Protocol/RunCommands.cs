namespace ActorColorize.Protocol;

/// <summary>What may be asked of a training run.</summary>
public static class RunCommands
{
    /// <summary>Start the run, or go on with it from its newest good checkpoint.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="RunFolder">Where its files are; every device must see this path.</param>
    public sealed record Start(RunId Run, string RunFolder) : IWithRunId;

    /// <summary>Finish the step under way, save a checkpoint and end the run as stopped; it can be resumed.</summary>
    /// <param name="Run">The run.</param>
    public sealed record Stop(RunId Run) : IWithRunId;
}

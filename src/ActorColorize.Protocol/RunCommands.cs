namespace ActorColorize.Protocol;

/// <summary>Commands to a training run.</summary>
public static class RunCommands
{
    /// <summary>Starts the run, or resumes it from its newest valid checkpoint.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="RunFolder">Folder of its files; every device must have access to this path.</param>
    public sealed record Start(RunId Run, string RunFolder) : IWithRunId;

    /// <summary>Finishes the current step, saves a checkpoint and ends the run as stopped; it can be resumed.</summary>
    /// <param name="Run">The run.</param>
    public sealed record Stop(RunId Run) : IWithRunId;
}

namespace ActorColorize.Protocol;

/// <summary>A message about one training run.</summary>
public interface IWithRunId
{
    /// <summary>The run.</summary>
    RunId Run { get; }
}

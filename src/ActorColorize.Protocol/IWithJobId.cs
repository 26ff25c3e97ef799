namespace ActorColorize.Protocol;

/// <summary>A message about one colorizing job.</summary>
public interface IWithJobId
{
    /// <summary>The job.</summary>
    JobId Job { get; }
}

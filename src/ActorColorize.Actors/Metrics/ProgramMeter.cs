using System.Diagnostics.Metrics;

namespace ActorColorize.Actors.Metrics;

/// <summary>
/// The meter of what this process does, over all its runs and jobs: <c>ActorColorize</c> of System.Diagnostics.Metrics, which OpenTelemetry
/// and dotnet-counters read.
/// </summary>
public static class ProgramMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "ActorColorize";

    internal static readonly Meter Instance = new(Name);
}

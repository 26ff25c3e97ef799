using ActorColorize.Protocol;

namespace ActorColorize.Host.Displays;

/// <summary>Shows nothing: for a run that only measures.</summary>
internal sealed class SilentTrainingDisplay : ITrainingDisplay
{
    /// <inheritdoc/>
    public void Preparing(string what, long done, long? total) { }

    /// <inheritdoc/>
    public void Noticed(string what) { }

    /// <inheritdoc/>
    public void Started(TrainingStart start) { }

    /// <inheritdoc/>
    public void Logged(RunId run, StepNumber step, long totalSteps, StepWindow window, RunValidation? validation) { }

    /// <inheritdoc/>
    public void Saved(long step, string folder, string? panel) { }

    /// <inheritdoc/>
    public void Ended(TrainingEnd end) { }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

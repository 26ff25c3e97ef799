namespace ActorColorize.Model.Training;

/// <summary>
/// Something that goes wrong in the middle of a training step on purpose, so that operators and tests can see what follows.
/// </summary>
public abstract record StepFault
{
    private StepFault() { }

    /// <summary>The loss of the step's first micro-batch becomes NaN, and so do its gradients.</summary>
    public sealed record NotFinite : StepFault;

    /// <summary>The step breaks off behind its first micro-batch, when gradients and running statistics have been touched.</summary>
    /// <param name="Cause">What is thrown.</param>
    public sealed record Fail(Exception Cause) : StepFault;
}

namespace ActorColorize.Model.Training;

/// <summary>A fault injected into a training step.</summary>
public abstract record StepFault
{
    private StepFault() { }

    /// <summary>The loss of the step's first micro-batch becomes NaN, and so do its gradients.</summary>
    public sealed record NotFinite : StepFault;

    /// <summary>The step fails after its first micro-batch, when gradients and running statistics have changed.</summary>
    /// <param name="Cause">The exception to throw.</param>
    public sealed record Fail(Exception Cause) : StepFault;
}

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

    /// <summary>
    /// After its first micro-batch, the step asks for more memory than can be addressed, so that the device's allocator fails.
    /// </summary>
    public sealed record ExhaustMemory : StepFault;

    /// <summary>
    /// After its first micro-batch, the step reads beyond the end of a tensor on the device. On a CUDA device an assertion of the kernel
    /// fails, which leaves the context dead; a CPU reports an index out of range.
    /// </summary>
    public sealed record FailAssertion : StepFault;
}

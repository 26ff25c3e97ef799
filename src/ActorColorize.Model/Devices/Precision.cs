namespace ActorColorize.Model.Devices;

/// <summary>Number format of the activations; parameters, loss and optimizer are always single precision.</summary>
public enum Precision
{
    /// <summary>Single precision throughout.</summary>
    Fp32,

    /// <summary>Convolutions and activations in bfloat16, single-precision master weights.</summary>
    Bf16,
}

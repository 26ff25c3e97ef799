namespace ActorColorize.Model.Training;

/// <summary>Constants of Adam (Kingma and Ba, 2015).</summary>
public sealed record AdamConfiguration
{
    /// <summary>Decay of the mean of the gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of their squares.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// Decoupled weight decay (Loshchilov and Hutter, 2019): in each step, this share times the learning rate is subtracted from the
    /// weights of every convolution and linear layer; biases and batch norm are exempt. 0, the default: none.
    /// </summary>
    public double WeightDecay { get; init; }
}

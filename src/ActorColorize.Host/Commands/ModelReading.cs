using ActorColorize.Host.Failures;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Inference;

namespace ActorColorize.Host.Commands;

/// <summary>
/// How a model's output is turned into colours: the user's options, else the model's recommendation, else the published values.
/// </summary>
/// <param name="Decoding">From distributions to colours.</param>
/// <param name="Saturation">Factor on the chroma.</param>
internal sealed record ModelReading(Decoding Decoding, double Saturation)
{
    /// <exception cref="InputException">The model cannot be rebalanced.</exception>
    /// <exception cref="CheckpointException">Its tensors do not match the network that its file declares; checked here, before anything is
    /// created.</exception>
    public static ModelReading Of(ModelSource model, double? temperature, double? rebalance, double? saturation, bool flipAverage)
    {
        PublishedLayout.Check(model.Network, model.Tensors, model.Path);
        if (rebalance is not null && model.Colors is null)
            throw new InputException(
                $"{model.Path} does not record its training colours, so --rebalance cannot be applied: omit it, "
                    + "or use a model that this program trained"
            );
        var own = model.Defaults;
        return new ModelReading(
            own.Complete(new Decoding(temperature ?? ModelUse.TemperatureOf(model), rebalance ?? own.Rebalance, flipAverage)),
            saturation ?? own.Saturation ?? 1
        );
    }
}

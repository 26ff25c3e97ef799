using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Training;

/// <summary>Size of the network: either a width, or channels and convolutions of every group.</summary>
public sealed record NetworkConfiguration
{
    /// <summary>Factor on the published channels: 1 is the full network. Null if the sizes are given individually.</summary>
    public double? Width { get; init; }

    /// <summary>Channels of each of the eight groups, multiples of 16.</summary>
    public int[]? Channels { get; init; }

    /// <summary>Convolutions of each of the eight groups.</summary>
    public int[]? Convolutions { get; init; }

    /// <summary>
    /// Hidden units of the global context path, which maps the mean of the last dilated group's features through one hidden layer and adds
    /// the result at every position; 0, the default: no such path.
    /// </summary>
    public int Context { get; init; }

    /// <summary>Whether each convolution whose output has the shape of its input adds its input to it; the default is not.</summary>
    public bool Residual { get; init; }

    /// <summary>The shape for the given numbers of colour bins and scene categories.</summary>
    /// <exception cref="ConfigurationException">Neither or both of width and sizes are given, or a number is out of range.</exception>
    public NetworkShape Shape(int bins, int scenes = 0)
    {
        try
        {
            return (Width, Channels, Convolutions) switch
            {
                ({ } width, null, null) => NetworkShape.ForWidth(width, bins, scenes, Context, Residual),
                (null, { } channels, { } convolutions) => new NetworkShape(bins, channels, convolutions, scenes, Context, Residual),
                _ => throw new ConfigurationException("network must have either width, or channels and convolutions"),
            };
        }
        catch (ArgumentException problem)
        {
            throw new ConfigurationException($"network.{problem.Message.Split(" (Parameter", 2)[0]}", problem);
        }
    }
}

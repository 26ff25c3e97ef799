using System.Text.Json.Serialization;

namespace ActorColorize.Model.Networks;

/// <summary>
/// Sizes of a colorization network: output bins, and per group its channels and convolutions. Two shapes are equal if the same weights fit
/// both. Channels are multiples of 16, since other widths hit faulty kernels on some hosts and are slower on all.
/// </summary>
public sealed record NetworkShape
{
    /// <summary>Groups of convolutions in every network, see the design notes of the network.</summary>
    public const int Groups = 8;

    /// <summary>Channels are multiples of this.</summary>
    public const int ChannelMultiple = 16;

    private static readonly int[] FullChannels = [64, 128, 256, 512, 512, 512, 512, 256];
    private static readonly int[] FullConvolutions = [2, 2, 3, 3, 3, 3, 3, 3];

    /// <param name="bins">Colour bins of the network.</param>
    /// <param name="channels">Channels of each of the eight groups, multiples of 16.</param>
    /// <param name="convolutions">Convolutions of each group, at least one; the 1×1 convolution to the bins is not counted.</param>
    /// <param name="scenes">Scene categories of the scene head; 0 without a scene head.</param>
    /// <param name="context">Hidden units of the global context path; 0 without one.</param>
    /// <param name="residual">See <see cref="Residual"/>.</param>
    /// <exception cref="ArgumentException">A number is out of range; the message says which.</exception>
    [JsonConstructor]
    public NetworkShape(int bins, int[] channels, int[] convolutions, int scenes = 0, int context = 0, bool residual = false)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentNullException.ThrowIfNull(convolutions);
        if (bins is < 2 or > 4096)
            throw new ArgumentException($"bins is {bins}: it must be from 2 to 4096", nameof(bins));
        if (channels.Length != Groups)
            throw new ArgumentException($"channels has {channels.Length} entries: it must have {Groups}, one per group", nameof(channels));
        if (convolutions.Length != Groups)
            throw new ArgumentException(
                $"convolutions has {convolutions.Length} entries: it must have {Groups}, one per group",
                nameof(convolutions)
            );
        for (var group = 0; group < Groups; group++)
        {
            if (channels[group] < ChannelMultiple || channels[group] > 4096 || channels[group] % ChannelMultiple != 0)
                throw new ArgumentException(
                    $"channels[{group}] is {channels[group]}: it must be a multiple of {ChannelMultiple} from {ChannelMultiple} to 4096",
                    nameof(channels)
                );
            if (convolutions[group] is < 1 or > 16)
                throw new ArgumentException(
                    $"convolutions[{group}] is {convolutions[group]}: it must be from 1 to 16",
                    nameof(convolutions)
                );
        }

        if (scenes is < 0 or 1 or > 65_536)
            throw new ArgumentException($"scenes is {scenes}: it must be 0, or from 2 to 65536", nameof(scenes));
        if (context is < 0 or > 4096)
            throw new ArgumentException($"context is {context}: it must be from 0 to 4096", nameof(context));
        Bins = bins;
        Scenes = scenes;
        Context = context;
        Residual = residual;
        Channels = [.. channels];
        Convolutions = [.. convolutions];
    }

    /// <summary>Colour bins of the network: channels of its output.</summary>
    public int Bins { get; }

    /// <summary>Scene categories of the scene head; 0 without a scene head.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Scenes { get; }

    /// <summary>Hidden units of the global context path behind the last dilated group; 0 without one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Context { get; }

    /// <summary>
    /// Whether each convolution whose output has the shape of its input adds its input to it, as in He, Zhang, Ren and Sun, <i>Deep
    /// Residual Learning for Image Recognition</i>, 2016. The published network does not.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Residual { get; }

    /// <summary>Channels of each group.</summary>
    public int[] Channels { get; }

    /// <summary>
    /// Convolutions of each group; the last group's first one is transposed, and its 1×1 convolution to the bins is not counted.
    /// </summary>
    public int[] Convolutions { get; }

    /// <summary>
    /// The published network with all channels scaled by <paramref name="width"/> and rounded to multiples of 16 (at least 16).
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="width"/> is not above 0 and at most 4.</exception>
    public static NetworkShape ForWidth(double width, int bins, int scenes = 0, int context = 0, bool residual = false)
    {
        if (!(width > 0 && width <= 4))
            throw new ArgumentException($"width is {width}: it must be above 0 and at most 4", nameof(width));
        var channels = FullChannels.Select(full =>
            Math.Max(ChannelMultiple, (int)Math.Round(full * width / ChannelMultiple, MidpointRounding.AwayFromZero) * ChannelMultiple)
        );
        return new NetworkShape(bins, [.. channels], FullConvolutions, scenes, context, residual);
    }

    /// <summary>
    /// Whether training can continue from weights of another shape: the same shape, or the same without the context path, which is then
    /// initialized and initially has no effect.
    /// </summary>
    public bool CanContinueFrom(NetworkShape other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this == other || (other.Context == 0 && new NetworkShape(Bins, Channels, Convolutions, Scenes, residual: Residual) == other);
    }

    /// <summary>
    /// Whether the convolutions are those of another shape, each with at least as many channels; in a residual network, also whether the
    /// same ones add their input.
    /// </summary>
    public bool IsAtLeastAsWideAs(NetworkShape other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Residual == other.Residual
            && Convolutions.AsSpan().SequenceEqual(other.Convolutions)
            && Channels.Zip(other.Channels).All(static pair => pair.First >= pair.Second)
            && (!Residual || ChannelChanges().SequenceEqual(other.ChannelChanges()));
    }

    /// <summary>Whether a group has other channels than the one before: its first convolution then adds nothing.</summary>
    private IEnumerable<bool> ChannelChanges() => Channels.Zip(Channels.Skip(1), static (before, own) => before != own);

    /// <inheritdoc />
    public bool Equals(NetworkShape? other) =>
        other is not null
        && Bins == other.Bins
        && Scenes == other.Scenes
        && Context == other.Context
        && Residual == other.Residual
        && Channels.AsSpan().SequenceEqual(other.Channels)
        && Convolutions.AsSpan().SequenceEqual(other.Convolutions);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Bins);
        hash.Add(Scenes);
        hash.Add(Context);
        hash.Add(Residual);
        foreach (var channels in Channels)
            hash.Add(channels);
        foreach (var convolutions in Convolutions)
            hash.Add(convolutions);
        return hash.ToHashCode();
    }

    /// <inheritdoc />
    public override string ToString() =>
        $"{Bins} bins, channels {string.Join('-', Channels)}, convolutions "
        + $"{string.Join('-', Convolutions)}{(Residual ? ", residual" : "")}{(Context > 0 ? $", context {Context}" : "")}"
        + (Scenes > 0 ? $", {Scenes} scenes" : "");
}

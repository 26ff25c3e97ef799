using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;

namespace ActorColorize.Host.Doctor;

/// <summary>
/// Runs the numerical self-test on the convolutions of a preset's network, forward and both gradients, as a training run does. Training and
/// colouring check their own sizes again at start.
/// </summary>
internal sealed class ConvolutionTable(DeviceChoice device, Precision precision, int threads)
{
    private readonly ConvolutionSelfTest _selfTest = new(device.ToDevice(), threads, ConvolutionSelfTest.DefaultCacheFolder);

    /// <summary>Why the results could not be cached; null on success.</summary>
    public string? CacheProblem => _selfTest.CacheProblem;

    /// <summary>Checks every distinct convolution; takes seconds at first, and reads the cached results afterwards.</summary>
    /// <param name="preset">The preset's name.</param>
    /// <param name="onChecked">Called with the number checked and the total.</param>
    /// <param name="stop">Stops between two convolutions.</param>
    public IReadOnlyList<CheckedConvolution> Check(string preset, Action<int, int> onChecked, CancellationToken stop)
    {
        var keys = Keys(TrainingPresets.Load(preset));
        var table = new List<CheckedConvolution>();
        foreach (var key in keys)
        {
            stop.ThrowIfCancellationRequested();
            onChecked(table.Count, keys.Count);
            table.Add(Check(key));
        }

        return table;
    }

    private CheckedConvolution Check(ConvolutionKey key)
    {
        ConvolutionRoute? route = null;
        try
        {
            route = _selfTest.Decide(key);
        }
        catch (DeviceException)
        {
            // No route is accurate: the table lists the errors of all of them.
        }

        var verdicts = _selfTest.Verdicts.Where(verdict => verdict.Key == key).ToList();
        var used = verdicts.Find(verdict => verdict.Passed && verdict.Route == route);
        return new CheckedConvolution(
            InWords(key),
            key.Precision.ToString().ToLowerInvariant(),
            route?.ToString(),
            Finite(used?.WorstRelativeError),
            Finite(used?.Tolerance),
            [
                .. verdicts
                    .Where(verdict => !verdict.Passed)
                    .Select(verdict => new RejectedRoute(verdict.Route.ToString(), Finite(verdict.WorstRelativeError), verdict.Quantity)),
            ]
        );
    }

    private IReadOnlyList<ConvolutionKey> Keys(TrainingConfiguration configuration)
    {
        var settings = new ComputeSettings(device.ToDevice(), precision, ConvolutionPlan.Unchecked, threads);
        using var network = new ColorizationNetwork(configuration.Shape(categories: 0), configuration.Colors.ToBins(), seed: 1, settings);
        network.train();
        return network.ConvolutionKeys(configuration.MicroBatchSize, configuration.ImageSize, configuration.ImageSize);
    }

    internal static string InWords(in ConvolutionKey key)
    {
        var kind = key.Transposed ? "transposed " : string.Empty;
        var stride = key.Stride > 1 ? $" /{key.Stride}" : string.Empty;
        var dilation = key.Dilation > 1 ? $" dilated {key.Dilation}" : string.Empty;
        return $"{kind}{key.KernelSize}x{key.KernelSize}{stride}{dilation}, {key.InChannels} -> {key.OutChannels}, {key.Batch} of "
            + $"{key.Height}x{key.Width}";
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}

using System.Globalization;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using static TorchSharp.torch;

namespace ActorColorize.Interchange;

/// <summary>One check of a verification.</summary>
/// <param name="What">What was checked, in a few words.</param>
/// <param name="Finding">One line: the result if the check passed, otherwise the error.</param>
/// <param name="Passed">Whether the check passed.</param>
public sealed record VerificationCheck(string What, string Finding, bool Passed);

/// <summary>Reads every byte of a model and runs it once.</summary>
public static class ModelVerification
{
    private const int Side = 32;

    /// <summary>
    /// Verifies a model: for a run every checkpoint with its optimizer, for a checkpoint its manifest and both files, for a file the hash
    /// in its name; then names, shapes, types, that all numbers are finite, and one forward pass over a small picture in double precision.
    /// Must run on a thread that may use LibTorch.
    /// </summary>
    /// <param name="path">A path as for <see cref="ModelLocator.Resolve"/>.</param>
    /// <returns>The checks in the order in which they were made; the first of the model itself that fails is the last.</returns>
    /// <exception cref="DeviceException">LibTorch cannot be loaded.</exception>
    public static IReadOnlyList<VerificationCheck> Verify(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var checks = new List<VerificationCheck>();
        foreach (var folder in CheckpointsOf(full))
            checks.Add(Check(Path.GetFileName(folder), () => WholeCheckpoint(folder)));
        ModelSource? model = null;
        checks.Add(Check("weights", () =>
            {
                model = ModelLocator.Resolve(full);
                PublishedLayout.Check(model.Network, model.Tensors, model.Path);
                return $"{model.Tensors.Count} tensors of {model.Network}, all finite ({model.Path})";
            }));
        if (model is null || !checks[^1].Passed)
            return checks;
        if (model.Manifest is null && PublishedHash.Of(full) is { } hash)
            checks.Add(new VerificationCheck("hash", $"{hash}, as its name says", Passed: true));
        checks.Add(Check("forward pass", () => Run(model)));
        return checks;
    }

    private static IEnumerable<string> CheckpointsOf(string path)
    {
        if (File.Exists(Path.Join(path, CheckpointManifest.FileName)))
            return [path];
        var inRun = CheckpointFolder.Candidates(Path.Join(path, CheckpointNames.Folder));
        return (inRun.Count > 0 ? inRun : CheckpointFolder.Candidates(path)).Select(static candidate => candidate.Folder);
    }

    private static string WholeCheckpoint(string folder)
    {
        var loaded = CheckpointFolder.Load(folder);
        if (TensorMap.FindNonFinite(loaded.State.Optimizer) is { } bad)
            throw new CheckpointException(
                $"{folder} cannot be resumed: element {bad.Index} of {OneLine.Quote(bad.Name)} of its optimizer is not a finite number"
            );
        return $"manifest, model and optimizer are complete (step {loaded.State.Step})";
    }

    /// <summary>A ramp from black to white. Float64 throughout, so that no faulty kernel is involved.</summary>
    private static string Run(ModelSource model)
    {
        LibTorchRuntime.EnsureLoaded();
        var rgb = new byte[Side * Side * 3];
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = (byte)(i / 3 * 255 / (Side * Side - 1));
        var compute = new ComputeSettings(
            CPU,
            Precision.Fp32,
            new ConvolutionPlan(static _ => ConvolutionRoute.WithoutOneDnn),
            Environment.ProcessorCount
        );
        using var colorizer = new Colorizer(model.Network, model.Tensors, compute);
        var ab = colorizer.PredictAb(rgb, 1, Side, Side, new Decoding(1));
        if (Array.Exists(ab, static value => !float.IsFinite(value)))
            throw new CheckpointException($"{model.Path} gives colours that are not finite numbers");
        return string.Create(CultureInfo.InvariantCulture, $"a ramp of greys gets a, b from {ab.Min():0.0} to {ab.Max():0.0}");
    }

    private static VerificationCheck Check(string what, Func<string> look)
    {
        try
        {
            return new VerificationCheck(what, look(), Passed: true);
        }
        catch (Exception fault) when (fault is CheckpointException or NetworkMismatchException)
        {
            return new VerificationCheck(what, fault.Message, Passed: false);
        }
    }
}

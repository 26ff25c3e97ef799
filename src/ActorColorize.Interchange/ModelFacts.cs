using ActorColorize.Data.Storage;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Networks;

namespace ActorColorize.Interchange;

/// <summary>Facts about a model, from its files.</summary>
/// <param name="File">The file with its weights, absolute.</param>
/// <param name="Bytes">Length of that file.</param>
/// <param name="Sha256">SHA-256 of that file, 64 lower-case hexadecimal digits.</param>
/// <param name="Bins">Colour bins.</param>
/// <param name="BinColors">Origin of the bin colours.</param>
/// <param name="Channels">Channels of each of the eight groups.</param>
/// <param name="Convolutions">Convolutions of each group.</param>
/// <param name="Scenes">Scenes that it recognises; 0 without a scene head.</param>
/// <param name="Context">Hidden units of its global context path; 0 without one.</param>
/// <param name="Residual">Whether its convolutions add their input to their output where both have one shape.</param>
/// <param name="Parameters">The number of trained values and of bin colours.</param>
/// <param name="Types">Element types of its weights, for example <c>F32</c>.</param>
/// <param name="Defaults">Its recommended settings.</param>
/// <param name="Checkpoint">Facts of its checkpoint; null for a single file.</param>
/// <param name="Keys">Name, type and shape of every tensor, in the file's order.</param>
public sealed record ModelFacts(
    string File,
    long Bytes,
    string Sha256,
    int Bins,
    string BinColors,
    IReadOnlyList<int> Channels,
    IReadOnlyList<int> Convolutions,
    int Scenes,
    int Context,
    bool Residual,
    long Parameters,
    IReadOnlyList<string> Types,
    ModelDefaults Defaults,
    CheckpointManifest? Checkpoint,
    IReadOnlyList<TensorFacts> Keys
)
{
    /// <summary>Inspects a model.</summary>
    /// <exception cref="CheckpointException">Its tensors do not fit its network, or its file does not exist.</exception>
    public static ModelFacts Of(ModelSource model)
    {
        ArgumentNullException.ThrowIfNull(model);
        PublishedLayout.Check(model.Network, model.Tensors, model.Path);
        var file = model.Manifest is null ? model.Path : Path.Join(model.Path, CheckpointManifest.ModelFile);
        var known = model.Manifest?.Files[CheckpointManifest.ModelFile];
        return new ModelFacts(
            file,
            known?.Bytes ?? CheckpointReading.From(file, () => new FileInfo(file).Length),
            known?.Sha256 ?? CheckpointReading.From(file, () => FileHash.Sha256Hex(file)),
            model.Network.Bins,
            BinColorsOf(model),
            model.Network.Channels,
            model.Network.Convolutions,
            model.Network.Scenes,
            model.Network.Context,
            model.Network.Residual,
            model.Tensors.Where(static tensor => !IsStatistic(tensor.Name)).Sum(static tensor => FlatBuffer.Elements(tensor.Shape)),
            [
                .. model
                    .Tensors.Where(static tensor => tensor.Type != TensorType.Int64)
                    .Select(static tensor => TensorEncoding.NameOf(tensor.Type))
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ],
            model.Defaults,
            model.Manifest,
            [.. model.Tensors.Select(static tensor => new TensorFacts(tensor.Name, TensorEncoding.NameOf(tensor.Type), tensor.Shape))]
        );
    }

    private static bool IsStatistic(string name) =>
        name.EndsWith(".running_mean", StringComparison.Ordinal)
        || name.EndsWith(".running_var", StringComparison.Ordinal)
        || name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    /// <summary>
    /// Colours are in <c>model_out.weight</c>, divided by 110. The published ones were changed by training, so the number of bins decides.
    /// </summary>
    private static string BinColorsOf(ModelSource model)
    {
        var weight = TensorEncoding.ToSingles(model.Tensors.Single(static tensor => tensor.Name == "model_out.weight")).ToArray();
        if (ColorBins.ByName.Values.FirstOrDefault(bins => Holds(weight, bins)) is { } known)
            return known.Name;
        return model.Network.Bins == PublishedLayout.Shape.Bins ? "313 as published" : "its own";
    }

    private static bool Holds(float[] weight, ColorBins bins)
    {
        if (weight.Length != 2 * bins.Count)
            return false;
        for (var i = 0; i < weight.Length; i++)
            if (Math.Abs(weight[i] * ColorizationNetwork.ColorScale - bins.Centers[i % bins.Count, i / bins.Count]) >= 0.5)
                return false;
        return true;
    }
}

/// <summary>A tensor of a model.</summary>
/// <param name="Name">Its key in the state dict.</param>
/// <param name="Type">Its element type as safetensors names it.</param>
/// <param name="Shape">Sizes of its dimensions.</param>
public sealed record TensorFacts(string Name, string Type, IReadOnlyList<long> Shape);

using ActorColorize.Data.Storage;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Training;

namespace ActorColorize.Interchange;

/// <summary>Formats of an exported model.</summary>
public enum ModelFormat
{
    /// <summary>The weights unchanged, with network, temperature and picture size as metadata.</summary>
    SafeTensors,

    /// <summary>
    /// A state dict that the published PyTorch code loads; the temperature is part of the last convolution, as in the published weights.
    /// </summary>
    PyTorch,

    /// <summary>A graph from lightness to chroma for any ONNX runtime; the temperature as above.</summary>
    Onnx,
}

/// <summary>Exports models.</summary>
public static class ModelExport
{
    /// <summary>The usual file extension of a format.</summary>
    public static string EndingOf(ModelFormat format) =>
        format switch
        {
            ModelFormat.SafeTensors => ".safetensors",
            ModelFormat.PyTorch => ".pth",
            ModelFormat.Onnx => ".onnx",
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown format."),
        };

    /// <summary>Writes a model atomically, replacing an existing file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="use">Its inference settings. Without a temperature, the program's default is folded into
    /// <see cref="ModelFormat.PyTorch"/> and <see cref="ModelFormat.Onnx"/>.</param>
    /// <param name="format">Format of the file.</param>
    /// <param name="path">Path of the file; its folder must exist.</param>
    /// <param name="type">Type of the weights in <see cref="ModelFormat.SafeTensors"/>: single precision leaves them as they are, a half
    /// one halves the file.</param>
    /// <exception cref="CheckpointException">Its tensors do not fit its network, the temperature is 0 and cannot be folded in, or the
    /// network is residual, which <see cref="ModelFormat.PyTorch"/> cannot express; nothing has been written.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static void Write(ModelSource model, ModelDefaults use, ModelFormat format, string path, TensorType type = TensorType.Float32)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(use);
        PublishedLayout.Check(model.Network, model.Tensors, model.Path);
        if (format == ModelFormat.PyTorch && model.Network.Residual)
            throw new CheckpointException(
                $"{model.Path} is a residual network, which the published PyTorch code would compute without its additions: export it to "
                    + "safetensors or onnx"
            );
        if (format == ModelFormat.SafeTensors)
        {
            AtomicFile.Write(path, stream =>
                SafeTensors.Write(
                    stream,
                    [.. model.Tensors.Select(tensor => TensorEncoding.Narrow(tensor, type))],
                    ModelMetadata.Of(model.Network, model.Colors, use)
                )
            );
            return;
        }

        var temperature = use.Temperature ?? TrainingSession.DefaultTemperature;
        if (temperature <= 0)
            throw new CheckpointException(
                $"{model.Path} has temperature 0, which cannot be folded into weights: choose another temperature"
            );
        if (use.Rebalance is not null && model.Colors is null)
            throw new CheckpointException($"{model.Path} does not record its training colours, so it cannot be rebalanced");
        var correction = use.Rebalance is { } lambda ? model.Colors!.Correction(lambda) : null;
        var tensors = Sharpening.Fold(model.Network, model.Tensors, correction, temperature);
        AtomicFile.Write(path, stream =>
        {
            if (format == ModelFormat.PyTorch)
                PyTorchFile.Write(stream, tensors);
            else
                OnnxFile.Write(stream, model.Network, tensors);
        });
    }
}

using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;

namespace ActorColorize.Interchange;

/// <summary>
/// The network as an ONNX model (operator set 13) from lightness to chroma, both at full size: <c>L</c> float32 [batch, 1, height, width]
/// in 0..100, sides multiples of 8, to <c>ab</c> float32 [batch, 2, height, width] in CIELAB units. Softmax, the colours of the bins and
/// the bilinear enlargement are part of it.
/// </summary>
public static class OnnxFile
{
    private const long LongestProtobuf = int.MaxValue - (1 << 20); // with room for the nodes beside the tensors
    private const int Enlargement = 4;

    /// <summary>Writes a model.</summary>
    /// <param name="stream">The output; it is left open.</param>
    /// <param name="shape">Sizes of the network.</param>
    /// <param name="tensors">Its complete state; half precision is widened.</param>
    /// <exception cref="CheckpointException">The tensors do not fit this shape, have a part that ONNX export does not support, or exceed
    /// the 2 GB of a protobuf file.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, NetworkShape shape, IReadOnlyList<HostTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(tensors);
        PublishedLayout.Check(shape, tensors, "the model");
        var graph = GraphOf(shape, tensors.ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal));
        if (graph.Length > LongestProtobuf)
            throw new CheckpointException(
                $"the model takes {graph.Length} bytes, more than the {LongestProtobuf} that an ONNX file may have"
            );
        graph.Write(
            stream,
            "ActorColorize",
            typeof(OnnxFile).Assembly.GetName().Version?.ToString(3) ?? "",
            "L [B,1,H,W] in 0..100, sides multiples of 8, to CIELAB ab [B,2,H,W]"
        );
    }

    private static OnnxGraph GraphOf(NetworkShape shape, Dictionary<string, HostTensor> state)
    {
        var graph = new OnnxGraph("colorization");
        graph.Input("L", "batch", 1, "height", "width");
        graph.Output("ab", "batch", 2, "height", "width");
        graph.Initializer("lightness_center", [], Floats((float)ColorizationNetwork.LightnessCenter));
        graph.Initializer("lightness_scale", [], Floats((float)ColorizationNetwork.LightnessScale));
        var x = graph.Node("Sub", "centered", ["L", "lightness_center"]);
        x = graph.Node("Div", "normalized", [x, "lightness_scale"]);
        var layout = NetworkLayout.Of(shape);
        for (var group = 0; group < layout.Count; group++)
        {
            x = AddGroup(graph, layout[group], x, state);
            if (group == ColorizationNetwork.LastDilatedGroup && shape.Context > 0)
                x = AddGlobal(graph, x, state, "context", ContextPath.HiddenName, ContextPath.OutputName);
            if (group == ColorizationNetwork.DeepestGroup && shape.Scenes > 0)
                x = AddSceneHint(graph, x, state);
        }

        x = graph.Node("Softmax", "probability", [x], OnnxGraph.Attribute("axis", 1));
        x = graph.Node("Conv", "chroma", [x, Take(graph, state, "model_out.weight")]);
        graph.Initializer("enlargement", [4], Floats(1, 1, Enlargement, Enlargement));
        x = graph.Node(
            "Resize",
            "enlarged",
            [x, "", "enlargement"],
            OnnxGraph.Attribute("mode", "linear"),
            OnnxGraph.Attribute("coordinate_transformation_mode", "half_pixel")
        );
        graph.Initializer("color_scale", [], Floats((float)ColorizationNetwork.ColorScale));
        graph.Node("Mul", "ab", [x, "color_scale"]);
        var unused = state.Keys.FirstOrDefault(static name => !name.EndsWith("num_batches_tracked", StringComparison.Ordinal));
        if (unused is not null)
            throw new CheckpointException(
                $"the model has {OneLine.Quote(unused)}, which ONNX export does not support: export it to safetensors"
            );
        return graph;
    }

    private static string AddGroup(OnnxGraph graph, GroupSpec group, string x, Dictionary<string, HostTensor> state)
    {
        foreach (var spec in group.Convolutions)
        {
            var layer = $"{group.Name}.{spec.Index}";
            x = graph.Node(
                spec.Transposed ? "ConvTranspose" : "Conv",
                layer,
                [x, Take(graph, state, $"{layer}.weight"), Take(graph, state, $"{layer}.bias")],
                OnnxGraph.Attribute("kernel_shape", [spec.KernelSize, spec.KernelSize]),
                OnnxGraph.Attribute("strides", [spec.Stride, spec.Stride]),
                OnnxGraph.Attribute("pads", [spec.Padding, spec.Padding, spec.Padding, spec.Padding]),
                OnnxGraph.Attribute("dilations", [spec.Dilation, spec.Dilation])
            );
            var givesLogits = group.NormIndex is null && ReferenceEquals(spec, group.Convolutions[^1]);
            if (!givesLogits)
                x = graph.Node("Relu", $"{layer}.relu", [x]);
        }

        if (group.NormIndex is null)
            return x;
        var norm = $"{group.Name}.{group.NormIndex}";
        string[] inputs =
        [
            x,
            .. ((string[])["weight", "bias", "running_mean", "running_var"]).Select(part => Take(graph, state, $"{norm}.{part}")),
        ];
        return graph.Node("BatchNormalization", norm, inputs, OnnxGraph.Attribute("epsilon", (float)BatchNormLayer.Epsilon));
    }

    /// <summary>
    /// The part of the scene head that the colours depend on, without the scene scores. A linear layer over one pixel is a 1×1 convolution.
    /// </summary>
    private static string AddSceneHint(OnnxGraph graph, string x, Dictionary<string, HostTensor> state)
    {
        foreach (var name in SceneHead.ScoreNames)
            state.Remove(name);
        return AddGlobal(graph, x, state, "scene_head", SceneHead.HiddenName, SceneHead.HintName);
    }

    /// <summary>
    /// The mean of the features, mapped through one hidden layer and added at every position. A linear layer over one pixel is a 1×1
    /// convolution.
    /// </summary>
    private static string AddGlobal(
        OnnxGraph graph,
        string x,
        Dictionary<string, HostTensor> state,
        string name,
        string hiddenName,
        string outputName
    )
    {
        var mean = graph.Node("GlobalAveragePool", $"{name}.mean", [x]);
        var hidden = graph.Node("Relu", $"{name}.hidden.relu", [Linear(hiddenName, mean)]);
        return graph.Node("Add", $"{name}.added", [x, Linear(outputName, hidden)]);

        string Linear(string layer, string input)
        {
            var weight = state[$"{layer}.weight"];
            state[$"{layer}.weight"] = weight with { Shape = [.. weight.Shape, 1, 1] };
            return graph.Node("Conv", layer, [input, Take(graph, state, $"{layer}.weight"), Take(graph, state, $"{layer}.bias")]);
        }
    }

    /// <summary>Moves a tensor of the state into the graph.</summary>
    private static string Take(OnnxGraph graph, Dictionary<string, HostTensor> state, string name)
    {
        state.Remove(name, out var tensor);
        graph.Initializer(
            name,
            tensor!.Shape,
            tensor.Type == TensorType.Float32 ? tensor.Data : MemoryMarshal.AsBytes(TensorEncoding.ToSingles(tensor)).ToArray()
        );
        return name;
    }

    private static byte[] Floats(params ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).ToArray();
}

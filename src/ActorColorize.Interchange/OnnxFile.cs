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
    private const string Producer = "ActorColorize";

    /// <summary>Name of the input.</summary>
    internal const string LightnessName = "L";

    /// <summary>Name of the scenes' scores in <see cref="Scores"/>.</summary>
    internal const string ScenesName = "scenes";

    private static string Version => typeof(OnnxFile).Assembly.GetName().Version?.ToString(3) ?? "";

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
            throw TooLong(graph);
        graph.Write(stream, Producer, Version, "L [B,1,H,W] in 0..100, sides multiples of 8, to CIELAB ab [B,2,H,W]");
    }

    /// <summary>
    /// The network without softmax, colours and enlargement, for an engine of this program: <c>L</c> as above to <c>logits</c> float32
    /// [batch, bins, height/4, width/4] and, with a scene head, <c>scenes</c> float32 [batch, scenes, 1, 1].
    /// </summary>
    /// <param name="shape">Sizes of the network.</param>
    /// <param name="tensors">Its complete state; half precision is widened.</param>
    /// <exception cref="CheckpointException">The tensors do not fit this shape, or exceed the 2 GB of a protobuf file.</exception>
    internal static byte[] Scores(NetworkShape shape, IReadOnlyList<HostTensor> tensors)
    {
        PublishedLayout.Check(shape, tensors, "the model");
        var state = tensors.ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal);
        var graph = new OnnxGraph("scores");
        graph.Output(AddNetwork(graph, shape, state, scenes: ScenesName), "batch", shape.Bins, "h", "w");
        if (shape.Scenes > 0)
            graph.Output(ScenesName, "batch", shape.Scenes, 1, 1);
        if (graph.Length > LongestProtobuf)
            throw TooLong(graph);
        return graph.ToBytes(Producer, Version, "L [B,1,H,W] in 0..100, sides multiples of 8, to scores of the bins [B,Q,H/4,W/4]");
    }

    private static CheckpointException TooLong(OnnxGraph graph) =>
        new($"the model takes {graph.Length} bytes, more than the {LongestProtobuf} that an ONNX file may have");

    private static OnnxGraph GraphOf(NetworkShape shape, Dictionary<string, HostTensor> state)
    {
        var graph = new OnnxGraph("colorization");
        graph.Output("ab", "batch", 2, "height", "width");
        var x = AddNetwork(graph, shape, state, scenes: null);
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

    /// <summary>
    /// The layers from lightness to the scores of the bins, whose name is returned; the scenes' scores are left out unless they get a name.
    /// </summary>
    private static string AddNetwork(OnnxGraph graph, NetworkShape shape, Dictionary<string, HostTensor> state, string? scenes)
    {
        graph.Input(LightnessName, "batch", 1, "height", "width");
        graph.Initializer("lightness_center", [], Floats((float)ColorizationNetwork.LightnessCenter));
        graph.Initializer("lightness_scale", [], Floats((float)ColorizationNetwork.LightnessScale));
        var x = graph.Node("Sub", "centered", [LightnessName, "lightness_center"]);
        x = graph.Node("Div", "normalized", [x, "lightness_scale"]);
        var layout = NetworkLayout.Of(shape);
        for (var group = 0; group < layout.Count; group++)
        {
            x = AddGroup(graph, layout[group], x, state);
            if (group == ColorizationNetwork.LastDilatedGroup && shape.Context > 0)
                x = AddGlobal(graph, x, state, "context", ContextPath.HiddenName, ContextPath.OutputName).Next;
            if (group == ColorizationNetwork.DeepestGroup && shape.Scenes > 0)
                x = AddSceneHead(graph, x, state, scenes);
        }

        return x;
    }

    private static string AddGroup(OnnxGraph graph, GroupSpec group, string x, Dictionary<string, HostTensor> state)
    {
        foreach (var spec in group.Convolutions)
        {
            var layer = $"{group.Name}.{spec.Index}";
            var y = graph.Node(
                spec.Transposed ? "ConvTranspose" : "Conv",
                layer,
                [x, Take(graph, state, $"{layer}.weight"), Take(graph, state, $"{layer}.bias")],
                OnnxGraph.Attribute("kernel_shape", [spec.KernelSize, spec.KernelSize]),
                OnnxGraph.Attribute("strides", [spec.Stride, spec.Stride]),
                OnnxGraph.Attribute("pads", [spec.Padding, spec.Padding, spec.Padding, spec.Padding]),
                OnnxGraph.Attribute("dilations", [spec.Dilation, spec.Dilation])
            );
            if (!group.GivesLogits(spec))
                y = graph.Node("Relu", $"{layer}.relu", [y]);
            x = group.AddsInput(spec) ? graph.Node("Add", $"{layer}.added", [y, x]) : y;
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

    /// <summary>The scene head, with the scene scores if they have a name; the colours do not depend on these.</summary>
    private static string AddSceneHead(OnnxGraph graph, string x, Dictionary<string, HostTensor> state, string? scenes)
    {
        var (next, hidden) = AddGlobal(graph, x, state, "scene_head", SceneHead.HiddenName, SceneHead.HintName);
        if (scenes is not null)
            AddLinear(graph, state, SceneHead.ScoreName, hidden, scenes);
        foreach (var name in SceneHead.ScoreNames)
            state.Remove(name);
        return next;
    }

    /// <summary>The mean of the features, mapped through one hidden layer and added at every position.</summary>
    /// <returns>Names of the sum and of the hidden layer's output.</returns>
    private static (string Next, string Hidden) AddGlobal(
        OnnxGraph graph,
        string x,
        Dictionary<string, HostTensor> state,
        string name,
        string hiddenName,
        string outputName
    )
    {
        var mean = graph.Node("GlobalAveragePool", $"{name}.mean", [x]);
        var hidden = graph.Node("Relu", $"{name}.hidden.relu", [AddLinear(graph, state, hiddenName, mean, hiddenName)]);
        return (graph.Node("Add", $"{name}.added", [x, AddLinear(graph, state, outputName, hidden, outputName)]), hidden);
    }

    /// <summary>A linear layer over one pixel, which is a 1×1 convolution.</summary>
    private static string AddLinear(OnnxGraph graph, Dictionary<string, HostTensor> state, string layer, string input, string output)
    {
        var weight = state[$"{layer}.weight"];
        state[$"{layer}.weight"] = weight with { Shape = [.. weight.Shape, 1, 1] };
        return graph.Node("Conv", output, [input, Take(graph, state, $"{layer}.weight"), Take(graph, state, $"{layer}.bias")]);
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

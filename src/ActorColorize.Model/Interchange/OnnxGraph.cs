using ActorColorize.Data.Storage;

namespace ActorColorize.Model.Interchange;

/// <summary>
/// A graph in ONNX's file format, built node by node. Source of the field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
/// </summary>
internal sealed class OnnxGraph(string name)
{
    private const int IrVersion = 7; // the one that came with operator set 13
    private const int OperatorSet = 13;
    private const int Float32 = 1;

    private readonly List<ProtobufWriter> _nodes = [];
    private readonly List<(ProtobufWriter Header, ReadOnlyMemory<byte> Data)> _initializers = [];
    private readonly ProtobufWriter _ends = new();

    /// <summary>An attribute of an operator: a number, a list of numbers, or a string.</summary>
    public static ProtobufWriter Attribute(string name, float value) => new ProtobufWriter().Text(1, name).Float(2, value).Integer(20, 1);

    /// <inheritdoc cref="Attribute(string, float)"/>
    public static ProtobufWriter Attribute(string name, int value) => new ProtobufWriter().Text(1, name).Integer(3, value).Integer(20, 2);

    /// <inheritdoc cref="Attribute(string, float)"/>
    public static ProtobufWriter Attribute(string name, string value) => new ProtobufWriter().Text(1, name).Text(4, value).Integer(20, 3);

    /// <inheritdoc cref="Attribute(string, float)"/>
    public static ProtobufWriter Attribute(string name, params int[] values)
    {
        var attribute = new ProtobufWriter().Text(1, name);
        foreach (var value in values)
            attribute.Integer(8, value);
        return attribute.Integer(20, 7);
    }

    /// <summary>A float input of the graph; a dimension is a number, or a name if it is dynamic.</summary>
    public void Input(string input, params object[] dimensions) => _ends.Message(11, Value(input, dimensions));

    /// <summary>A float output of the graph.</summary>
    public void Output(string output, params object[] dimensions) => _ends.Message(12, Value(output, dimensions));

    /// <summary>A float initializer of the graph.</summary>
    /// <param name="tensor">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="data">float32, little-endian, row-major; not copied.</param>
    public void Initializer(string tensor, long[] shape, ReadOnlyMemory<byte> data)
    {
        var header = new ProtobufWriter();
        foreach (var size in shape)
            header.Integer(1, size);
        _initializers.Add((header.Integer(2, Float32).Text(8, tensor).Prefix(9, data.Length), data));
    }

    /// <summary>Adds an operator; nodes must be in topological order.</summary>
    /// <returns>The name of its output.</returns>
    public string Node(string operation, string output, string[] inputs, params ProtobufWriter[] attributes)
    {
        var node = new ProtobufWriter();
        foreach (var input in inputs)
            node.Text(1, input);
        node.Text(2, output).Text(3, $"{output}/{operation}").Text(4, operation);
        foreach (var attribute in attributes)
            node.Message(5, attribute);
        _nodes.Add(node);
        return output;
    }

    /// <summary>Bytes of the graph in the file.</summary>
    public long Length => Parts().Sum(static part => (long)part.Length);

    /// <summary>Writes the model: the header, then the graph, whose large tensors are written directly to the stream.</summary>
    public void Write(Stream stream, string producer, string version, string description)
    {
        var head = new ProtobufWriter()
            .Integer(1, IrVersion)
            .Text(2, producer)
            .Text(3, version)
            .Text(6, description)
            .Message(8, new ProtobufWriter().Text(1, "").Integer(2, OperatorSet))
            .Prefix(7, Length);
        stream.Write(head.Written);
        foreach (var part in Parts())
            stream.Write(part.Span);
    }

    private IEnumerable<ReadOnlyMemory<byte>> Parts()
    {
        var small = new ProtobufWriter();
        foreach (var node in _nodes)
            small.Message(1, node);
        yield return small.Text(2, name).Written.ToArray();
        foreach (var (header, data) in _initializers)
        {
            yield return new ProtobufWriter().Prefix(5, header.Written.Length + (long)data.Length).Written.ToArray();
            yield return header.Written.ToArray();
            yield return data;
        }

        yield return _ends.Written.ToArray();
    }

    private static ProtobufWriter Value(string value, object[] dimensions)
    {
        var shape = new ProtobufWriter();
        foreach (var dimension in dimensions)
            shape.Message(
                1,
                dimension is int size ? new ProtobufWriter().Integer(1, size) : new ProtobufWriter().Text(2, (string)dimension)
            );
        return new ProtobufWriter()
            .Text(1, value)
            .Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Integer(1, Float32).Message(2, shape)));
    }
}

using ActorColorize.Interchange.Onnx;
using Google.Protobuf;

namespace ActorColorize.Interchange;

/// <summary>A graph in ONNX's file format, built node by node; see onnx.proto for the messages.</summary>
internal sealed class OnnxGraph(string name)
{
    private const int IrVersion = 7; // the version of operator set 13
    private const int OperatorSet = 13;

    private readonly GraphProto _graph = new() { Name = name };

    /// <summary>An attribute of an operator: a number, a list of numbers or a string.</summary>
    public static AttributeProto Attribute(string name, float value) =>
        new()
        {
            Name = name,
            F = value,
            Type = AttributeProto.Types.AttributeType.Float,
        };

    /// <inheritdoc cref="Attribute(string, float)"/>
    public static AttributeProto Attribute(string name, int value) =>
        new()
        {
            Name = name,
            I = value,
            Type = AttributeProto.Types.AttributeType.Int,
        };

    /// <inheritdoc cref="Attribute(string, float)"/>
    public static AttributeProto Attribute(string name, string value) =>
        new()
        {
            Name = name,
            S = ByteString.CopyFromUtf8(value),
            Type = AttributeProto.Types.AttributeType.String,
        };

    /// <inheritdoc cref="Attribute(string, float)"/>
    public static AttributeProto Attribute(string name, params int[] values) =>
        new()
        {
            Name = name,
            Ints = { values.Select(static value => (long)value) },
            Type = AttributeProto.Types.AttributeType.Ints,
        };

    /// <summary>An input tensor of floats; a dimension is a number, or a name if it is free.</summary>
    public void Input(string input, params object[] dimensions) => _graph.Input.Add(Value(input, dimensions));

    /// <summary>An output tensor of floats.</summary>
    public void Output(string output, params object[] dimensions) => _graph.Output.Add(Value(output, dimensions));

    /// <summary>An initializer: a tensor of floats that is part of the model.</summary>
    /// <param name="tensor">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="data">float32, little-endian, row-major; not copied.</param>
    public void Initializer(string tensor, long[] shape, ReadOnlyMemory<byte> data) =>
        _graph.Initializer.Add(
            new TensorProto
            {
                Name = tensor,
                Dims = { shape },
                DataType = (int)TensorProto.Types.DataType.Float,
                RawData = UnsafeByteOperations.UnsafeWrap(data),
            }
        );

    /// <summary>An operator; nodes are added in the order of computation.</summary>
    /// <returns>The name of its output.</returns>
    public string Node(string operation, string output, string[] inputs, params AttributeProto[] attributes)
    {
        _graph.Node.Add(
            new NodeProto
            {
                Name = $"{output}/{operation}",
                OpType = operation,
                Input = { inputs },
                Output = { output },
                Attribute = { attributes },
            }
        );
        return output;
    }

    /// <summary>Size of the graph's tensors in bytes, nearly all of the file. Protobuf itself counts in 32 bits.</summary>
    public long Length => _graph.Initializer.Sum(static tensor => (long)tensor.CalculateSize());

    /// <summary>Writes the model to a stream, which stays open.</summary>
    public void Write(Stream stream, string producer, string version, string description) =>
        Model(producer, version, description).WriteTo(stream);

    /// <summary>The file that <see cref="Write"/> writes.</summary>
    public byte[] ToBytes(string producer, string version, string description) => Model(producer, version, description).ToByteArray();

    private ModelProto Model(string producer, string version, string description) =>
        new()
        {
            IrVersion = IrVersion,
            ProducerName = producer,
            ProducerVersion = version,
            DocString = description,
            OpsetImport =
            {
                new OperatorSetIdProto { Domain = string.Empty, Version = OperatorSet },
            },
            Graph = _graph,
        };

    private static ValueInfoProto Value(string value, object[] dimensions) =>
        new()
        {
            Name = value,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor
                {
                    ElemType = (int)TensorProto.Types.DataType.Float,
                    Shape = new TensorShapeProto { Dim = { dimensions.Select(Dimension) } },
                },
            },
        };

    private static TensorShapeProto.Types.Dimension Dimension(object dimension) =>
        dimension is int size ? new() { DimValue = size } : new() { DimParam = (string)dimension };
}

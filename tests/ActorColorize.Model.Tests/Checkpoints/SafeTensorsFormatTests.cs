using System.Buffers.Binary;
using System.Text;
using ActorColorize.Model.Checkpoints;
using CsCheck;

namespace ActorColorize.Model.Tests.Checkpoints;

public sealed class SafeTensorsFormatTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    // What scripts/safetensors_reference.py writes into Fixtures/reference.safetensors.
    private static readonly HostTensor[] Reference =
    [
        new("model1.0.weight", TensorType.Float32, [2, 3], Bytes(0f, -1.5f, 3.25f, 1e-38f, 65504f, -0.1f)),
        new("half", TensorType.Float16, [4], Bytes((Half)1, (Half)(-2), (Half)0.5, (Half)65504)),
        new("brain", TensorType.BFloat16, [3, 1], [0x80, 0x3F, 0x20, 0xC0, 0x40, 0x40]),
        new("model1.4.num_batches_tracked", TensorType.Int64, [], BitConverter.GetBytes(-400L)),
        new("bytes", TensorType.UInt8, [5], [0, 1, 127, 128, 255]),
        new("nothing", TensorType.Float32, [0, 7], []),
        new("Größe/\"x\"", TensorType.Float32, [1], Bytes(2f)),
    ];

    private static readonly Dictionary<string, string> ReferenceMetadata = new()
    {
        ["network_shape"] = """{"bins":324}""",
        ["format"] = "pt",
    };

    private static string ReferenceFile => Path.Join(AppContext.BaseDirectory, "Checkpoints", "Fixtures", "reference.safetensors");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_written_by_the_Python_reference_reads_as_the_same_tensors()
    {
        var file = SafeTensors.Read(ReferenceFile);

        AssertSame(Reference, file.Tensors);
        Assert.Equal(ReferenceMetadata, file.Metadata);
    }

    [Fact]
    public void The_same_tensors_make_the_same_bytes_as_the_Python_reference()
    {
        using var written = new MemoryStream();
        SafeTensors.Write(written, Reference, ReferenceMetadata);

        Assert.Equal(File.ReadAllBytes(ReferenceFile), written.ToArray());
    }

    [Fact]
    public void Elements_begin_at_a_multiple_of_eight_bytes_whatever_the_names()
    {
        for (var length = 1; length < 20; length++)
        {
            using var written = new MemoryStream();
            SafeTensors.Write(written, [new HostTensor(new string('n', length), TensorType.UInt8, [1], [7])], metadata: null);
            Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(written.ToArray()) % 8);
        }
    }

    [Fact]
    public void Any_tensors_come_back_bit_for_bit_seed_fixed()
    {
        var shape = Gen.Long[0, 5].Array[0, 4];
        var tensor = Gen.Select(shape, Gen.Enum<TensorType>())
            .SelectMany(
                (sizes, type) =>
                    Gen.Byte.Array[(int)sizes.Aggregate(SizeOf(type), (bytes, size) => bytes * size)].Select(data => (sizes, type, data))
            );
        Gen.Select(tensor.Array[0, 6], Gen.String[Gen.Char[' ', '\u2fff'], 0, 12].Array[6])
            .Sample(
                (tensors, names) =>
                {
                    HostTensor[] made =
                    [
                        .. tensors.Select((one, index) => new HostTensor($"{index}{names[index]}", one.type, one.sizes, one.data)),
                    ];
                    using var stream = new MemoryStream();
                    SafeTensors.Write(stream, made, new Dictionary<string, string> { ["text"] = names[0] });
                    stream.Position = 0;
                    var read = SafeTensors.Read(stream, stream.Length, "memory");
                    AssertSame(made, read.Tensors);
                    Assert.Equal(names[0], read.Metadata["text"]);
                },
                seed: "0000KPGHPSl4",
                iter: 300
            );
    }

    [Fact]
    public void Tensors_may_be_listed_in_a_different_order_than_their_bytes()
    {
        var path = Made(
            """{"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""",
            [1, 2, 3]
        );

        var file = SafeTensors.Read(path);

        AssertSame([new HostTensor("b", TensorType.UInt8, [1], [3]), new HostTensor("a", TensorType.UInt8, [2], [1, 2])], file.Tensors);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var whole = File.ReadAllBytes(ReferenceFile);
        var path = folder.File("short.safetensors");
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            AssertRefused(path, CheckpointProblem.Damaged);
        }
    }

    [Fact]
    public void A_byte_after_the_last_tensor_is_refused()
    {
        var path = folder.File("long.safetensors");
        File.WriteAllBytes(path, [.. File.ReadAllBytes(ReferenceFile), 0]);

        Assert.Contains("1 bytes follow the last tensor", AssertRefused(path, CheckpointProblem.Damaged), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""",
        "inside the tensor"
    )]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""",
        "after a gap"
    )]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", "after a gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}}""", "which takes 4 bytes, but its range has 3")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "truncated: 4 bytes of tensors are declared, 3 are present")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", "truncated|more than")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-3],"data_offsets":[0,3]}}""", "negative or too large")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-1,-3],"data_offsets":[0,3]}}""", "negative or too large")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0,-3],"data_offsets":[0,0]}}""", "negative or too large")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,3]}}""", "negative or too large")]
    [InlineData("""{"a":{"dtype":"U8","shape":[18446744073709551619],"data_offsets":[0,3]}}""", "not a 64-bit integer")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,3]}}""", "not a 64-bit integer")]
    [InlineData("""{"a":{"dtype":"U8","shape":["3"],"data_offsets":[0,3]}}""", "not a 64-bit integer")]
    [InlineData("""{"a":{"dtype":"U8","shape":3,"data_offsets":[0,3]}}""", "is not a list")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,3],"data_offsets":[0,3]}}""", "more than 16 numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[3,0]}}""", "not a valid range")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[-3,0]}}""", "not a valid range")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0]}}""", "not a valid range")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,1,3]}}""", "more than 2 numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3]}}""", "lacks data_offsets")]
    [InlineData("""{"a":{"shape":[3],"data_offsets":[0,3]}}""", "lacks dtype")]
    [InlineData("""{"a":{"dtype":"U8","data_offsets":[0,3]}}""", "lacks shape")]
    [InlineData("""{"a":{"dtype":8,"shape":[3],"data_offsets":[0,3]}}""", "not text")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3],"more":1}}""", "unknown or repeated")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "unknown or repeated")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"a":{"dtype":"U8","shape":[0],"data_offsets":[3,3]}}""",
        "'a' occurs twice"
    )]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"},"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "'k' occurs twice")]
    [InlineData("""{"__metadata__":{"k":1},"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "not text")]
    [InlineData("""{"__metadata__":[],"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "not an object")]
    [InlineData("""{"":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "no name")]
    [InlineData("""{"a":3}""", "not an object")]
    [InlineData("""[]""", "does not begin with '{'")]
    [InlineData(""" {}""", "does not begin with '{'")]
    [InlineData("""{}x""", "not valid JSON")]
    [InlineData("""{"a":""", "not valid JSON")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "not valid JSON")]
    [InlineData("""{}""", "3 bytes follow the last tensor")]
    public void A_header_that_breaks_the_format_is_refused(string header, string reason)
    {
        var message = AssertRefused(Made(header, [1, 2, 3]), CheckpointProblem.Damaged);

        Assert.Contains(reason.Split('|'), part => message.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_element_type_is_named()
    {
        var path = Made("""{"a":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,3]}}""", [1, 2, 3]);

        Assert.Contains("'a' has the element type 'F8_E4M3'", AssertRefused(path, CheckpointProblem.Unfit), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4UL)]
    [InlineData(100_000_001UL)]
    [InlineData(0x8000_0000_0000_0000UL)]
    [InlineData(ulong.MaxValue)]
    public void A_header_longer_than_the_file_is_refused_before_memory_is_allocated(ulong length)
    {
        var path = folder.File("header.safetensors");
        var content = new byte[11];
        BinaryPrimitives.WriteUInt64LittleEndian(content, length);
        File.WriteAllBytes(path, content);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains($"its header should have {length} bytes", AssertRefused(path, CheckpointProblem.Damaged), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 * 1024);
    }

    [Theory]
    [InlineData("", """ "dtype":"U8","shape":[0],"data_offsets":[0,0]} """, "more than 10000 tensors")]
    [InlineData("\"__metadata__\":{", "", "more than 10000 texts")]
    public void A_header_of_many_entries_does_not_need_a_multiple_of_the_files_size(string before, string entry, string reason)
    {
        var header = new StringBuilder($"{{{before}");
        for (var number = 0; number < 300_000; number++)
            header.Append(entry.Length > 0 ? $"\"{number}\":{{{entry.Trim()}," : $"\"{number}\":\"\",");
        var path = Made(header.Append("\"last\":\"\"}}").ToString(), []);

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(reason, AssertRefused(path, CheckpointProblem.Damaged), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, new FileInfo(path).Length + (12 << 20));
    }

    [Fact]
    public void Names_from_a_hostile_file_keep_the_message_short_and_on_one_line()
    {
        var name = new string('n', 5000) + "\\n\\u001b[31m";
        var path = Made($$$"""{"\n{{{name}}}":{"dtype":"U8","shape":[-1],"data_offsets":[0,3]}}""", [1, 2, 3]);

        Assert.True(AssertRefused(path, CheckpointProblem.Damaged).Length < path.Length + 300);
    }

    [Fact]
    public void A_folder_and_a_missing_file_are_distinguished()
    {
        Assert.Contains("is a folder", AssertRefused(folder.Path, CheckpointProblem.Unfit), StringComparison.Ordinal);
        Assert.Contains(
            "does not exist",
            AssertRefused(folder.File("none.safetensors"), CheckpointProblem.Missing),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Tensors_that_cannot_be_stored_are_refused_before_anything_is_written()
    {
        HostTensor good = new("a", TensorType.UInt8, [1], [1]);
        HostTensor[][] bad =
        [
            [good, good],
            [new HostTensor("", TensorType.UInt8, [1], [1])],
            [new HostTensor("__metadata__", TensorType.UInt8, [1], [1])],
            [good, new HostTensor("b", TensorType.Float32, [2], [1, 2, 3, 4])],
            [new HostTensor("b", TensorType.UInt8, [-1], [])],
        ];
        foreach (var tensors in bad)
        {
            using var stream = new MemoryStream();
            Assert.Throws<ArgumentException>(() => SafeTensors.Write(stream, tensors, metadata: null));
            Assert.Equal(0, stream.Length);
        }
    }

    private static long SizeOf(TensorType type) =>
        type switch
        {
            TensorType.Float32 => 4,
            TensorType.Int64 => 8,
            TensorType.UInt8 => 1,
            _ => 2,
        };

    private static byte[] Bytes(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Bytes(params Half[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static void AssertSame(HostTensor[] expected, IReadOnlyList<HostTensor> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        foreach (var (left, right) in expected.Zip(actual))
        {
            Assert.Equal(left.Name, right.Name);
            Assert.Equal(left.Type, right.Type);
            Assert.Equal(left.Shape, right.Shape);
            Assert.Equal(left.Data, right.Data);
        }
    }

    private static string AssertRefused(string path, CheckpointProblem problem)
    {
        var refusal = Assert.Throws<CheckpointException>(() => SafeTensors.Read(path));
        Assert.Equal(problem, refusal.Problem);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        return refusal.Message;
    }

    private string Made(string header, byte[] data)
    {
        var path = folder.File("made.safetensors");
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. data]);
        return path;
    }
}

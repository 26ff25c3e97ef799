using System.Buffers.Binary;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Tests.Checkpoints;

namespace ActorColorize.Interchange.Tests;

/// <summary>Model files of elsewhere: what is taken, and what is refused in one line without memory beyond the file's size.</summary>
public sealed class ModelImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static IReadOnlyList<HostTensor> State => PyTorchFile.Read(InterchangeFixtures.Path("narrow-seed7.pth")).Tensors;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_foreign_safetensors_file_is_recognised_by_its_tensors()
    {
        var path = Written(State);

        var model = ModelLocator.Resolve(path);

        Assert.Equal(313, model.Network.Bins);
        Assert.Equal(ModelDefaults.Published, model.Defaults);
        TestCheckpoints.AssertSame(State, model.Tensors);
    }

    [Fact]
    public void Recommended_settings_are_stored_in_the_model_file()
    {
        var model = ModelLocator.Resolve(InterchangeFixtures.Path("narrow-seed7.pth"));
        var path = _folder.File("used.safetensors");
        foreach (var use in (ReadOnlySpan<ModelDefaults>)[new(0.38, 176), new(0, null), new(null, 64), ModelDefaults.Unknown])
        {
            ModelExport.Write(model, use, ModelFormat.SafeTensors, path);
            Assert.Equal(use, ModelLocator.Resolve(path).Defaults);
        }
    }

    [Theory]
    [InlineData("temperature", "warm")]
    [InlineData("temperature", "-1")]
    [InlineData("temperature", "NaN")]
    [InlineData("temperature", "1e-300")]
    [InlineData("temperature", "1.5")]
    [InlineData("saturation", "1e9")]
    [InlineData("image_size", "1e3")]
    [InlineData("image_size", "0")]
    [InlineData("image_size", "100000")]
    public void An_invalid_request_is_refused(string key, string value)
    {
        var model = ModelLocator.Resolve(InterchangeFixtures.Path("narrow-seed7.pth"));
        var path = _folder.File("request.safetensors");
        ModelExport.Write(model, ModelDefaults.Unknown, ModelFormat.SafeTensors, path);
        var metadata = new Dictionary<string, string>(SafeTensors.Read(path).Metadata) { [key] = value };
        using (var stream = File.Create(path))
            SafeTensors.Write(stream, model.Tensors, metadata);

        AssertRefused(path, CheckpointProblem.Damaged, $"invalid {key}");
    }

    [Fact]
    public void Truncated_and_padded_files_are_refused()
    {
        var whole = File.ReadAllBytes(Written(State));
        foreach (var length in (ReadOnlySpan<int>)[0, 1, 7, 8, 9, 4000, whole.Length / 2, whole.Length - 1])
            AssertRefused(Written(whole[..length]), CheckpointProblem.Damaged, "not a complete safetensors file");
        AssertRefused(Written([.. whole, 0]), CheckpointProblem.Damaged, "1 bytes follow the last tensor");
    }

    /// <summary>A sparse file: it claims three gigabytes and takes none.</summary>
    [Fact]
    public void A_header_of_two_gigabytes_is_refused_before_memory_is_allocated()
    {
        var path = _folder.File("header.safetensors");
        using (var stream = File.Create(path))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, 2UL << 30);
            stream.Write(length);
            stream.Write("{"u8);
            stream.SetLength(3L << 30);
        }

        AssertRefused(path, CheckpointProblem.Damaged, "its header has 2147483648 bytes");
    }

    [Theory]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
        "inside the tensor"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
        "after a gap"
    )]
    [InlineData(
        """{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
        "element type 'F64'"
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}""", "truncated|more than")]
    public void Ranges_and_types_that_break_the_format_are_refused_before_memory_is_allocated(string header, string says)
    {
        byte[] content = [.. BitConverter.GetBytes((long)header.Length), .. header.Select(letter => (byte)letter), .. new byte[12]];

        AssertRefused(Written(content), problem: null, says);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_that_are_not_finite_are_refused_in_either_format(float bad)
    {
        var tensors = State.ToArray();
        tensors[5] = tensors[5] with { Data = [.. tensors[5].Data[..8], .. BitConverter.GetBytes(bad), .. tensors[5].Data[12..]] };
        using (var stream = File.Create(_folder.File("bad.pth")))
            PyTorchFile.Write(stream, tensors);

        foreach (var path in (ReadOnlySpan<string>)[Written(tensors), _folder.File("bad.pth")])
            AssertRefused(path, CheckpointProblem.Unfit, $"element 2 of '{tensors[5].Name}' is not a finite number");
    }

    [Fact]
    public void Integers_in_the_place_of_weights_are_named()
    {
        HostTensor[] tensors =
        [
            .. State.Select(tensor =>
                tensor.Name == "model2.0.bias" ? new HostTensor(tensor.Name, TensorType.Int64, [16], new byte[128]) : tensor
            ),
        ];

        AssertRefused(Written(tensors), CheckpointProblem.Unfit, "'model2.0.bias' is Int64 instead of a float type");
    }

    [Fact]
    public void Folders_missing_files_and_web_pages_are_distinguished()
    {
        File.WriteAllText(_folder.File("page.pth"), "<!DOCTYPE html>");
        File.WriteAllText(_folder.File("page.safetensors"), "<!DOCTYPE html>");

        AssertRefused(_folder.Path, CheckpointProblem.Unfit, "is not a model");
        AssertRefused(_folder.File("none.pth"), CheckpointProblem.Missing, "does not exist");
        AssertRefused(_folder.File("page.pth"), CheckpointProblem.Damaged, "not a PyTorch file");
        AssertRefused(_folder.File("page.safetensors"), CheckpointProblem.Damaged, "not a complete safetensors file");
    }

    [Fact]
    public void A_model_that_does_not_fit_its_network_is_not_written()
    {
        var model = ModelLocator.Resolve(InterchangeFixtures.Path("narrow-seed7.pth"));
        var path = _folder.File("out.pth");

        foreach (var format in Enum.GetValues<ModelFormat>())
            Assert.Throws<CheckpointException>(() =>
                ModelExport.Write(model with { Tensors = [.. model.Tensors.Skip(1)] }, model.Defaults, format, path)
            );
        Assert.Throws<CheckpointException>(() => ModelExport.Write(model, new ModelDefaults(0, null), ModelFormat.PyTorch, path));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private static void AssertRefused(string path, CheckpointProblem? problem, string says)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<CheckpointException>(() => ModelLocator.Resolve(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        if (problem is not null)
            Assert.Equal(problem, refusal.Problem);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
        Assert.Contains(says.Split('|'), part => refusal.Message.Contains(part, StringComparison.Ordinal));
    }

    private string Written(IReadOnlyList<HostTensor> tensors)
    {
        using var stream = new MemoryStream();
        SafeTensors.Write(stream, tensors);
        return Written(stream.ToArray());
    }

    private string Written(byte[] content)
    {
        var path = _folder.File("written.safetensors");
        File.WriteAllBytes(path, content);
        return path;
    }
}

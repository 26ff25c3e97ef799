using System.Buffers.Binary;
using System.IO.Compression;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Tests;
using ActorColorize.Model.Tests.Checkpoints;
using CsCheck;

namespace ActorColorize.Interchange.Tests;

/// <summary>Files in Fixtures are PyTorch's own, see scripts/make_interchange_fixtures.py.</summary>
public sealed class PyTorchFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Views_and_types_of_PyTorch_read_as_what_they_mean()
    {
        var tensors = PyTorchFile.Read(InterchangeFixtures.Path("kinds.pth")).Tensors.ToDictionary(tensor => tensor.Name);

        Assert.Equal(
            ["plain", "transposed", "part", "every_other", "repeated", "parameter", "half", "brain", "double", "count", "empty"],
            tensors.Keys
        );
        float[] count = [.. Enumerable.Range(0, 24)];
        AssertFloats(tensors["plain"], [2, 3, 4], count);
        AssertFloats(tensors["transposed"], [6, 4], [.. Enumerable.Range(0, 24).Select(i => (float)(i % 4 * 6 + i / 4))]);
        AssertFloats(tensors["part"], [6], count[5..11]);
        AssertFloats(tensors["every_other"], [12], [.. count.Where((_, i) => i % 2 == 1)]);
        AssertFloats(tensors["repeated"], [3], [1.5f, 1.5f, 1.5f]);
        AssertFloats(tensors["parameter"], [1, 2], [-1, 2]);
        AssertFloats(tensors["double"], [2], [1, 0.1f]);
        AssertFloats(tensors["empty"], [0, 7], []);
        Assert.Equal((TensorType.Float16, "003C00C1"), (tensors["half"].Type, Convert.ToHexString(tensors["half"].Data)));
        Assert.Equal((TensorType.BFloat16, "803F20C0"), (tensors["brain"].Type, Convert.ToHexString(tensors["brain"].Data)));
        Assert.Equal((TensorType.Int64, 400L), (tensors["count"].Type, BitConverter.ToInt64(tensors["count"].Data)));
        Assert.Empty(tensors["count"].Shape);
    }

    [Fact]
    public void A_pickle_that_calls_the_shell_is_refused_by_name_and_nothing_runs()
    {
        var before = Directory.GetFileSystemEntries(Environment.CurrentDirectory);

        AssertRefused(InterchangeFixtures.Path("hostile.pth"), CheckpointProblem.Unfit, "'posix.system'", "it was not executed");

        Assert.Equal(before, Directory.GetFileSystemEntries(Environment.CurrentDirectory));
        Assert.False(File.Exists("hostile-pickle-was-run"));
    }

    [Theory]
    [InlineData("before-1.6.pth", "before version 1.6", "torch.save(model.state_dict(), FILE)")]
    [InlineData("training.pth", "'epoch' is not a tensor", "torch.save(model.state_dict(), FILE)")]
    [InlineData("integers.pth", "'torch.IntStorage'", "supported types are float, half")]
    public void Other_files_of_PyTorch_are_refused_with_the_remedy(string file, params string[] says) =>
        AssertRefused(InterchangeFixtures.Path(file), CheckpointProblem.Unfit, says);

    [Fact]
    public void A_tar_archive_of_the_first_PyTorch_is_refused_with_the_remedy()
    {
        var tar = new byte[1024];
        "storages"u8.CopyTo(tar);
        "ustar"u8.CopyTo(tar.AsSpan(257));
        File.WriteAllBytes(_folder.File("tar.pth"), tar);

        AssertRefused(_folder.File("tar.pth"), CheckpointProblem.Unfit, "before version 1.6", "save it again");
    }

    [Fact]
    public void A_name_that_imitates_an_allowed_one_is_refused()
    {
        foreach (
            var (module, name) in (ReadOnlySpan<(string, string)>)
                [
                    ("os", "system"),
                    ("builtins", "eval"),
                    ("collections", "OrderedDict.fromkeys"),
                    ("torch._utils", "_rebuild_tensor"),
                    ("torch", "load"),
                    ("Torch", "FloatStorage"),
                    ("torch.FloatStorage", ""),
                ]
        )
        {
            var path = Made([0x80, 2, .. CraftedPyTorchFile.Name(module, name), .. ")R."u8]);
            AssertRefused(path, CheckpointProblem.Unfit, $"'{module}.{name}'");
        }
    }

    /// <summary>Each instruction that is not needed, by the name that CPython's pickletools gives it.</summary>
    [Theory]
    [InlineData('i', "INST")]
    [InlineData('o', "OBJ")]
    [InlineData(0x81, "NEWOBJ")]
    [InlineData(0x92, "NEWOBJ_EX")]
    [InlineData(0x93, "STACK_GLOBAL")]
    [InlineData(0x82, "EXT1")]
    [InlineData('P', "PERSID")]
    [InlineData('2', "DUP")]
    [InlineData(0x95, "FRAME")]
    [InlineData(0xFE, "none of Python's")]
    public void An_instruction_that_no_state_dict_needs_is_refused_by_name(int code, string name) =>
        AssertRefused(Made([0x80, 2, (byte)code, (byte)'.']), CheckpointProblem.Unfit, $"0x{code:x2} ({name})");

    [Fact]
    public void Calls_and_attributes_that_no_state_dict_has_are_refused()
    {
        byte[] rebuild = CraftedPyTorchFile.Name("torch._utils", "_rebuild_tensor_v2"),
            dictionary = CraftedPyTorchFile.Name("collections", "OrderedDict");
        AssertRefused(
            Made([0x80, 2, .. rebuild, .. ")R."u8]),
            CheckpointProblem.Unfit,
            "calls 'torch._utils._rebuild_tensor_v2' with arguments"
        );
        AssertRefused(
            Made([0x80, 2, .. dictionary, .. "(K\u0001tR."u8]),
            CheckpointProblem.Unfit,
            "calls 'collections.OrderedDict' with arguments"
        );
        AssertRefused(
            Made([0x80, 2, .. dictionary, .. ")R}("u8, .. CraftedPyTorchFile.Text("__class__"), .. "K\u0001ub."u8]),
            CheckpointProblem.Unfit,
            "sets attributes"
        );
        AssertRefused(Made([0x80, 2, .. ")Q."u8]), CheckpointProblem.Unfit, "not a storage of numbers");
        AssertRefused(Made([0x80, 4, .. "}."u8]), CheckpointProblem.Unfit, "protocol 4");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0080\u0002")]
    [InlineData(".")]
    [InlineData("t.")]
    [InlineData("u.")]
    [InlineData("R.")]
    [InlineData("}}.")]
    [InlineData("h\u0001.")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ff.")]
    [InlineData("X\u0001\u0000\u0000\u0000\u00ff.")]
    [InlineData("ctorch")]
    [InlineData("(Q.")]
    [InlineData("K\u0001)R.")]
    [InlineData("]K\u0001s.")]
    public void A_broken_pickle_is_reported_in_one_line(string latin1) =>
        AssertRefused(Made([.. latin1.Select(letter => (byte)letter)]), problem: null, "pickle");

    [Theory]
    [InlineData(1, 0, new[] { 4 }, new[] { 1 }, "exceeds its storage of 1 elements")]
    [InlineData(3, 0, new[] { 3 }, new[] { 1 }, "declares 3 elements")]
    [InlineData(int.MaxValue, 0, new[] { 4 }, new[] { 1 }, "declares 2147483647 elements")]
    [InlineData(4, 1, new[] { 4 }, new[] { 1 }, "exceeds its storage of 4 elements")]
    [InlineData(4, 4, new int[0], new int[0], "exceeds its storage")]
    [InlineData(4, 0, new[] { 2 }, new[] { 4 }, "exceeds its storage")]
    [InlineData(4, -1, new[] { 4 }, new[] { 1 }, "is invalid")]
    [InlineData(4, 0, new[] { -4 }, new[] { 1 }, "is invalid")]
    [InlineData(4, 3, new[] { 4 }, new[] { -1 }, "is invalid")]
    [InlineData(4, 0, new[] { 4 }, new[] { 1, 1 }, "is invalid")]
    [InlineData(4, 0, new[] { int.MaxValue }, new[] { 0 }, "more than the")]
    [InlineData(4, 0, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, new[] { 0, 0, 0 }, "more than the")]
    [InlineData(4, 0, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, "exceeds")]
    [InlineData(
        4,
        0,
        new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        "17 dimensions"
    )]
    public void A_tensor_outside_its_storage_is_refused_before_memory_is_allocated(
        int elements,
        int offset,
        int[] shape,
        int[] strides,
        string says
    )
    {
        var path = Made(CraftedPyTorchFile.Pickle(elements: elements, offset: offset, shape: shape, strides: strides));

        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(path, problem: null, says);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Fact]
    public void A_missing_storage_or_one_of_another_type_is_refused()
    {
        AssertRefused(Made(CraftedPyTorchFile.Pickle(key: "1")), CheckpointProblem.Damaged, "'data/1' is missing");
        AssertRefused(Made(CraftedPyTorchFile.Pickle(key: "../data.pkl")), CheckpointProblem.Damaged, "'data/../data.pkl' is missing");
        AssertRefused(Made(CraftedPyTorchFile.Pickle(storage: "DoubleStorage")), CheckpointProblem.Damaged, "4 elements of 8 bytes");
    }

    [Fact]
    public void A_compressed_record_is_refused()
    {
        var path = _folder.File("bomb.pth");
        CraftedPyTorchFile.Write(
            path,
            CompressionLevel.SmallestSize,
            ("a/data.pkl", CraftedPyTorchFile.Pickle(elements: 16 << 20, shape: [16 << 20])),
            ("a/data/0", new byte[64 << 20])
        );
        Assert.InRange(new FileInfo(path).Length, 0, 1 << 20);

        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(path, CheckpointProblem.Unfit, "is compressed");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>
    /// The sizes that the directory claims, for compressed and uncompressed bytes alike, are those of a file a thousand times as long.
    /// </summary>
    [Fact]
    public void A_record_that_claims_more_than_the_file_is_refused_before_memory_is_allocated()
    {
        var path = Made(CraftedPyTorchFile.Pickle(elements: 25_000_000, shape: [25_000_000]));
        var bytes = File.ReadAllBytes(path);
        var entry = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(entry + 20), 100_000_000);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(entry + 24), 100_000_000);
        File.WriteAllBytes(path, bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(path, CheckpointProblem.Damaged, "claim more bytes");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_directory_of_many_records_is_refused_before_they_are_read()
    {
        var path = _folder.File("many.pth");
        CraftedPyTorchFile.Write(
            path,
            CompressionLevel.NoCompression,
            [.. Enumerable.Range(0, 65_000).Select(i => ($"a/data/{i:D20}", Array.Empty<byte>()))]
        );

        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(path, CheckpointProblem.Damaged, "ZIP directory");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_pickle_that_builds_values_endlessly_is_stopped()
    {
        var dictionaries = new byte[900_000];
        dictionaries.AsSpan().Fill((byte)'}');

        AssertRefused(Made(dictionaries), CheckpointProblem.Unfit, "more than 100000 values");
        AssertRefused(Made(new byte[2 << 20]), CheckpointProblem.Damaged, "'data.pkl' has 2097152 bytes");
    }

    [Fact]
    public void Another_kind_of_archive_is_recognised_by_its_missing_parts()
    {
        var path = _folder.File("other.pth");
        CraftedPyTorchFile.Write(path, CompressionLevel.NoCompression, ("word/document.xml", "<w/>"u8.ToArray()));
        AssertRefused(path, CheckpointProblem.Unfit, "holds no data.pkl");
        CraftedPyTorchFile.Write(
            path,
            CompressionLevel.NoCompression,
            ("a/data.pkl", "}."u8.ToArray()),
            ("a/constants.pkl", "}."u8.ToArray())
        );
        AssertRefused(path, CheckpointProblem.Unfit, "TorchScript");
        CraftedPyTorchFile.Write(
            path,
            CompressionLevel.NoCompression,
            ("a/data.pkl", "}."u8.ToArray()),
            ("a/byteorder", "big"u8.ToArray())
        );
        AssertRefused(path, CheckpointProblem.Unfit, "big-endian");
        CraftedPyTorchFile.Write(path, CompressionLevel.NoCompression, ("a/data.pkl", "}."u8.ToArray()), ("a/data.pkl", "}."u8.ToArray()));
        AssertRefused(path, CheckpointProblem.Damaged, "occurs twice");
        File.WriteAllText(path, "<!DOCTYPE html><title>404</title>");
        AssertRefused(path, CheckpointProblem.Damaged, "not a PyTorch file");
        File.WriteAllBytes(path, []);
        AssertRefused(path, CheckpointProblem.Damaged, "not a PyTorch file");
        AssertRefused(_folder.Path, CheckpointProblem.Unfit, "is a folder");
        AssertRefused(_folder.File("none.pth"), CheckpointProblem.Missing, "does not exist");
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var whole = File.ReadAllBytes(InterchangeFixtures.Path("kinds.pth"));
        var path = _folder.File("short.pth");
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            AssertRefused(path, CheckpointProblem.Damaged, path);
        }
    }

    /// <summary>Bits that mean nothing (times, paddings) may change; nothing else may.</summary>
    [Fact]
    public void A_flipped_bit_is_refused_or_changes_nothing()
    {
        var whole = File.ReadAllBytes(InterchangeFixtures.Path("kinds.pth"));
        var expected = PyTorchFile.Read(InterchangeFixtures.Path("kinds.pth")).Tensors;
        var path = _folder.File("flipped.pth");
        var refused = 0;
        for (var at = 0; at < whole.Length; at++)
        {
            var flipped = (byte[])whole.Clone();
            flipped[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(path, flipped);
            try
            {
                TestCheckpoints.AssertSame(expected, PyTorchFile.Read(path).Tensors);
            }
            catch (CheckpointException refusal)
            {
                Assert.DoesNotContain(refusal.Message, char.IsControl);
                refused++;
            }
        }

        Assert.InRange(refused, whole.Length / 4, whole.Length);
    }

    [Fact]
    public void Any_tensors_come_back_bit_for_bit_seed_fixed()
    {
        var type = Gen.Enum<TensorType>().Where(static one => one != TensorType.UInt8);
        var tensor = Gen.Select(Gen.Long[0, 5].Array[0, 4], type)
            .SelectMany(
                (sizes, element) =>
                    Gen
                        .Byte.Array[(int)sizes.Aggregate((long)TensorEncoding.BytesPerElement(element), (bytes, size) => bytes * size)]
                        .Select(data => (sizes, element, data))
            );
        Gen.Select(tensor.Array[0, 6], Gen.String[Gen.Char[' ', '\u2fff'], 0, 12].Array[6])
            .Sample(
                (tensors, names) =>
                {
                    HostTensor[] made =
                    [
                        .. tensors.Select((one, index) => new HostTensor($"{index}{names[index]}", one.element, one.sizes, one.data)),
                    ];
                    using var stream = new MemoryStream();
                    PyTorchFile.Write(stream, made);
                    TestCheckpoints.AssertSame(made, PyTorchFile.Read(stream, "memory").Tensors);
                },
                seed: "0000KPGHPSl4",
                iter: 200
            );
    }

    /// <summary>
    /// Fixtures/exported.pkl is what scripts/check_export.py took from a file that PyTorch had loaded with strict=True and found equal to
    /// narrow-seed7.pth.
    /// </summary>
    [Fact]
    public void A_written_file_equals_the_one_that_PyTorch_loaded_strictly()
    {
        var original = InterchangeFixtures.Path("narrow-seed7.pth");
        using var stream = new MemoryStream();
        PyTorchFile.Write(stream, PyTorchFile.Read(original).Tensors);

        using var written = new ZipArchive(stream);
        using var theirs = ZipFile.OpenRead(original);
        Assert.Equal("archive/data.pkl", written.Entries[0].FullName);
        Assert.Equal(File.ReadAllBytes(InterchangeFixtures.Path("exported.pkl")), Content(written, "archive/data.pkl"));
        Assert.Equal("little"u8.ToArray(), Content(written, "archive/byteorder"));
        Assert.Equal(Content(theirs, "narrow-seed7/version"), Content(written, "archive/version"));
        for (var i = 0; i < 82; i++)
            Assert.Equal(Content(theirs, $"narrow-seed7/data/{i}"), Content(written, $"archive/data/{i}"));
        Assert.All(written.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
    }

    [Fact]
    public void Equal_tensors_are_equal_files()
    {
        var tensors = PyTorchFile.Read(InterchangeFixtures.Path("kinds.pth")).Tensors;
        using var first = new MemoryStream();
        using var second = new MemoryStream();
        PyTorchFile.Write(first, tensors);
        PyTorchFile.Write(second, tensors);

        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void Tensors_that_no_state_dict_has_are_refused_before_anything_is_written()
    {
        HostTensor good = new("a", TensorType.Float32, [1], new byte[4]);
        HostTensor[][] bad =
        [
            [good, good],
            [good with { Name = "" }],
            [good with { Type = TensorType.UInt8 }],
            [good with { Shape = [2] }],
            [good with { Shape = [-1] }],
        ];
        foreach (var tensors in bad)
        {
            using var stream = new MemoryStream();
            Assert.Throws<ArgumentException>(() => PyTorchFile.Write(stream, tensors));
            Assert.Equal(0, stream.Length);
        }
    }

    private static byte[] Content(ZipArchive zip, string name)
    {
        using var stream = zip.GetEntry(name)!.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static void AssertFloats(HostTensor tensor, long[] shape, float[] values)
    {
        Assert.Equal(TensorType.Float32, tensor.Type);
        Assert.Equal(shape, tensor.Shape);
        Assert.Equal(values, Sessions.Floats(tensor));
    }

    private static void AssertRefused(string path, CheckpointProblem? problem, params string[] says)
    {
        var refusal = Assert.Throws<CheckpointException>(() => PyTorchFile.Read(path));
        if (problem is not null)
            Assert.Equal(problem, refusal.Problem);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
        foreach (var part in says)
            Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
    }

    private string Made(byte[] pickle)
    {
        var path = _folder.File("made.pth");
        CraftedPyTorchFile.Write(path, pickle);
        return path;
    }
}

using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>
/// Broken or hostile model files, given to every command that takes one: one line, exit code 4, no output, and no memory beyond the file's
/// size.
/// </summary>
public sealed class BadModelTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    /// <summary>Enough for each of the commands with a good model, and a small part of what the hostile headers claim.</summary>
    private const long Heap = 96 << 20;

    [Theory]
    [InlineData("empty", "it has 0 bytes")]
    [InlineData("cut short", "it is truncated")]
    [InlineData("cut in its header", "its header should have")]
    [InlineData("padded", "1 bytes follow the last tensor")]
    [InlineData("header of 2 GB in a large file", "its header has 2147483648 bytes")]
    [InlineData("header of 2 GB in a small file", "its header should have 2147483648 bytes")]
    [InlineData("overlapping ranges", "inside the tensor that ends at")]
    [InlineData("gap between ranges", "after a gap behind")]
    [InlineData("double precision", "has the element type 'F64'")]
    [InlineData("integers for weights", "Int64 instead of a float type")]
    [InlineData("a weight that is NaN", "is not a finite number")]
    [InlineData("folder", "a folder|is not a model")]
    [InlineData("web page", "not a complete safetensors file")]
    public async Task Is_reported_in_one_line_with_exit_code_4_by_every_command(string what, string says)
    {
        using var scratch = new ScratchFolder();
        DrawnDataset.Draw(Path.Combine(scratch.Path, "data", "train", "a", "1.jpg"), 1, 64, 64);
        DrawnDataset.Draw(Path.Combine(scratch.Path, "data", "val", "a", "1.jpg"), 2, 64, 64);
        Craft(what, Path.Combine(scratch.Path, "model.safetensors"));

        foreach (
            var arguments in (string[][])
                [
                    ["model", "verify", "model.safetensors"],
                    ["model", "info", "model.safetensors"],
                    ["model", "import", "model.safetensors", "--to", "out.safetensors"],
                    ["model", "export", "model.safetensors", "--to", "pth", "--out", "out.pth"],
                    ["colorize", "data", "--out", "out", "--recolor", "--model", "model.safetensors"],
                    ["evaluate", "--data", "data", "--model", "model.safetensors"],
                ]
        )
        {
            var run = await ProgramRun.WithHeapAsync(Heap, scratch, arguments);

            Assert.True(run.ExitCode == 4, $"{string.Join(' ', arguments)}: exit code {run.ExitCode}: {run.Output}{run.Error}");
            var line = Assert.Single(run.ErrorLines);
            Assert.StartsWith("error: ", line, StringComparison.Ordinal);
            Assert.Contains("model.safetensors", line, StringComparison.Ordinal);
            Assert.Contains(says.Split('|'), part => line.Contains(part, StringComparison.Ordinal));
            Assert.Empty(Directory.GetFileSystemEntries(scratch.Path, "out*"));
        }
    }

    [Fact]
    public async Task A_valid_model_needs_no_more_memory_than_the_limit_for_invalid_ones()
    {
        using var scratch = new ScratchFolder();
        File.Copy(ModelFile, Path.Combine(scratch.Path, "model.safetensors"));

        var run = await ProgramRun.WithHeapAsync(Heap, scratch, "model", "verify", "model.safetensors");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    private string ModelFile => Path.Combine(model.Run, "checkpoints", "step-00000040", "model.safetensors");

    private void Craft(string what, string path)
    {
        var whole = File.ReadAllBytes(ModelFile);
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(whole);
        var header = JsonNode.Parse(Encoding.UTF8.GetString(whole, 8, headerLength))!.AsObject();
        var tensor = header["model1.0.bias"]!;
        switch (what)
        {
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "cut short":
                File.WriteAllBytes(path, whole[..^1]);
                break;
            case "cut in its header":
                File.WriteAllBytes(path, whole[..100]);
                break;
            case "padded":
                File.WriteAllBytes(path, [.. whole, 0]);
                break;
            case "header of 2 GB in a small file":
                File.WriteAllBytes(path, [.. BitConverter.GetBytes(2L << 30), .. "{}"u8]);
                break;
            case "header of 2 GB in a large file":
                // A sparse file: it claims three gigabytes and takes none.
                using (var file = File.Create(path))
                {
                    file.Write([.. BitConverter.GetBytes(2L << 30), .. "{"u8]);
                    file.SetLength(3L << 30);
                }

                break;
            case "overlapping ranges":
                Write(offsets: -4);
                break;
            case "gap between ranges":
                Write(offsets: 4);
                break;
            case "double precision":
                tensor["dtype"] = "F64";
                Write();
                break;
            case "integers for weights":
                tensor["dtype"] = "I64";
                tensor["shape"] = new JsonArray(8);
                Write();
                break;
            case "a weight that is NaN":
                BitConverter.TryWriteBytes(whole.AsSpan(8 + headerLength + (int)tensor["data_offsets"]![0]!), float.NaN);
                File.WriteAllBytes(path, whole);
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "web page":
                File.WriteAllText(path, "<!DOCTYPE html><title>Not found</title>");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, "Unknown damage.");
        }

        void Write(int offsets = 0)
        {
            for (var end = 0; end < 2; end++)
                tensor["data_offsets"]![end] = (int)tensor["data_offsets"]![end]! + offsets;
            var json = Encoding.UTF8.GetBytes(header.ToJsonString());
            File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)json.Length), .. json, .. whole[(8 + headerLength)..]]);
        }
    }
}

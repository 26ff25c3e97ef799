using System.Buffers.Binary;
using System.IO.Compression;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>Invalid input: one clear line, the documented exit code, no partial output.</summary>
public sealed class BadInputTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    [Theory]
    [InlineData(4, "Data folder not found", "train", "--data", "nowhere", "--run", "run")]
    [InlineData(4, "No pictures in", "train", "--data", "empty", "--run", "run")]
    [InlineData(2, "unknown preset 'grand'", "train", "--data", "data", "--run", "run", "--preset", "grand")]
    [InlineData(2, "learningRate", "train", "--data", "data", "--run", "run", "--config", "wrong.json")]
    [InlineData(2, "adam.speed", "train", "--data", "data", "--run", "run", "--config", "unknown.json")]
    [InlineData(6, "cuda:7", "train", "--data", "data", "--run", "run", "--device", "cuda:7")]
    [InlineData(4, "no such file or folder", "colorize", "nowhere", "--out", "out", "--model", "MODEL")]
    [InlineData(4, "no picture", "colorize", "empty", "--out", "out", "--model", "MODEL")]
    [InlineData(2, "originals are never modified", "colorize", "data", "--out", "data", "--model", "MODEL")]
    [InlineData(2, "originals are never modified", "colorize", "data", "--out", "data/coloured", "--model", "MODEL")]
    [InlineData(4, "no such model", "colorize", "data", "--out", "out", "--model", "no such model")]
    [InlineData(4, "wrong.json", "colorize", "data", "--out", "out", "--model", "wrong.json")]
    [InlineData(6, "cuda:7", "colorize", "data", "--out", "out", "--model", "MODEL", "--device", "cuda:7")]
    [InlineData(4, "nowhere", "evaluate", "--data", "nowhere", "--model", "MODEL")]
    [InlineData(4, "no such other model", "evaluate", "--data", "data", "--model", "MODEL", "--compare-with", "no such other model")]
    [InlineData(5, "is a file", "evaluate", "--data", "data", "--model", "MODEL", "--report", "wrong.json")]
    [InlineData(2, "inside the data folder", "evaluate", "--data", "data", "--model", "MODEL", "--report", "data/report")]
    public async Task Is_reported_in_one_line_with_the_right_exit_code(int exitCode, string says, params string[] arguments)
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(Path.Combine(scratch.Path, "empty"));
        DrawnDataset.Draw(Path.Combine(scratch.Path, "data", "train", "a", "1.jpg"), 1, 64, 64);
        DrawnDataset.Draw(Path.Combine(scratch.Path, "data", "val", "a", "1.jpg"), 2, 64, 64);
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "wrong.json"), """{ "learningRate": -1 }""");
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "unknown.json"), """{ "adam": { "speed": 3 } }""");
        var before = Files(scratch.Path);

        var run = await ProgramRun.OfProgramAsync(scratch, [.. arguments.Select(argument => argument == "MODEL" ? model.Run : argument)]);

        Assert.True(exitCode == run.ExitCode, $"exit code {run.ExitCode}: {run.Output}{run.Error}");
        var line = Assert.Single(run.ErrorLines);
        Assert.StartsWith("error: ", line);
        Assert.Contains(says, line);
        Assert.Equal(before, Files(scratch.Path));
    }

    [Fact]
    public async Task Broken_pictures_are_named_with_their_reason_and_the_others_are_coloured()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        DrawnDataset.Draw(Path.Combine(archive, "good.jpg"), 1, 200, 150, grey: true);
        DrawnDataset.Draw(Path.Combine(archive, "cut.jpg"), 2, 200, 150, grey: true);
        using (var cut = File.OpenWrite(Path.Combine(archive, "cut.jpg")))
            cut.SetLength(cut.Length / 2);
        await File.WriteAllTextAsync(Path.Combine(archive, "letter.jpg"), "dear reader");
        await File.WriteAllBytesAsync(Path.Combine(archive, "bomb.png"), OneColourPng(30_000, 30_000));
        await File.WriteAllBytesAsync(Path.Combine(archive, "nothing.jpg"), []);

        var run = await ProgramRun.OfProgramAsync(scratch, "colorize", archive, "--out", "out", "--model", model.Run);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("1 coloured, 0 skipped, 4 failed of 5 pictures", run.Output);
        foreach (var name in (string[])["cut.jpg", "letter.jpg", "bomb.png", "nothing.jpg"])
            Assert.Single(run.ErrorLines, line => line.Contains(name));
        Assert.Contains("30000", run.Error.Replace(",", "", StringComparison.Ordinal));
        Assert.Equal(
            ["good.jpg", "manifest.jsonl"],
            Directory.GetFiles(Path.Combine(scratch.Path, "out")).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_one_line()
    {
        using var scratch = new ScratchFolder();
        DrawnDataset.Draw(Path.Combine(scratch.Path, "archive", "1.jpg"), 1, 64, 64, grey: true);
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "a-file"), "");

        var run = await ProgramRun.OfProgramAsync(scratch, "colorize", "archive", "--out", "a-file", "--model", model.Run);

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("a-file", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_checkpoint_of_another_network_is_refused_before_anything_is_created()
    {
        using var scratch = new ScratchFolder();
        using var data = new DrawnDataset();
        var other = await File.ReadAllTextAsync(model.Configuration);
        var configuration = Path.Combine(scratch.Path, "other.json");
        await File.WriteAllTextAsync(
            configuration,
            other.Replace("[16, 16, 16, 16, 16, 16, 16, 16]", "[16, 16, 16, 16, 16, 16, 16, 32]", StringComparison.Ordinal)
        );
        var checkpoint = Directory.GetDirectories(Path.Combine(model.Run, "checkpoints")).Order().Last();

        var run = await ProgramRun.OfProgramAsync(
            scratch,
            "train",
            "--data",
            data.Root,
            "--run",
            "run",
            "--config",
            configuration,
            "--resume",
            checkpoint
        );

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("different network", Assert.Single(run.ErrorLines));
        Assert.False(Directory.Exists(Path.Combine(scratch.Path, "run")));
    }

    private static List<string> Files(string root) =>
        [
            .. Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Where(path => !path.Contains("/state/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>A grey PNG of one colour, about a hundred kilobytes whatever its size says.</summary>
    private static byte[] OneColourPng(int width, int height)
    {
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1; // bit depth; colour type 0 is grey
        Chunk(png, "IHDR", header);
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var row = new byte[1 + (width + 7) / 8];
            for (var y = 0; y < height; y++)
                zlib.Write(row);
        }

        Chunk(png, "IDAT", compressed.ToArray());
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    private static void Chunk(Stream png, string type, byte[] content)
    {
        var body = new byte[4 + content.Length];
        System.Text.Encoding.ASCII.GetBytes(type, body);
        content.CopyTo(body, 4);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        png.Write(number);
        png.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(body));
        png.Write(number);
    }

    /// <summary>ISO 3309, as the PNG specification has it.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}

using ActorColorize.Actors.Tests.Pictures;
using SkiaSharp;

namespace ActorColorize.Process.Tests;

/// <summary>Colouring with LibTorch and with ONNX Runtime.</summary>
public sealed class EngineProcessTests : IDisposable
{
    private const int Pictures = 5;
    private const string NativeLibrary = "libonnxruntime.so";

    private readonly ScratchFolder _scratch = new();
    private readonly string _archive;

    public EngineProcessTests()
    {
        _archive = Path.Combine(_scratch.Path, "archive");
        _scratch.Environment["XDG_CACHE_HOME"] = Path.Combine(_scratch.Path, "cache"); // a verdict on engines is kept there
        for (var i = 0; i < Pictures; i++)
            DrawnDataset.Draw(Path.Combine(_archive, $"{i}.png"), i, 160 + 40 * i, 120, grey: true);
    }

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Both_engines_give_the_same_colours_and_are_named_at_the_start()
    {
        await ColorizeAsync(Installation.Program, "torch", "torch");
        await ColorizeAsync(Installation.Program, "onnx", "onnx");
        await ColorizeAsync(Installation.Program, "onnx", "isolated", "--isolate=on");

        var colourful = 0;
        for (var i = 0; i < Pictures; i++)
        {
            using var torch = SKBitmap.Decode(Result("torch", i));
            using var onnx = SKBitmap.Decode(Result("onnx", i));
            var pairs = torch.Pixels.Zip(onnx.Pixels).ToList();
            Assert.InRange(pairs.Max(static pair => Distance(pair.First, pair.Second)), 0, 1);
            colourful += pairs.Count(static pair => pair.Second.Red != pair.Second.Green);
            Assert.Equal(await File.ReadAllBytesAsync(Result("onnx", i)), await File.ReadAllBytesAsync(Result("isolated", i)));
        }

        Assert.True(colourful > 1000, $"{colourful}"); // so that the test could fail
    }

    [Fact]
    public async Task Without_its_native_library_LibTorch_takes_its_place_with_one_line_unless_it_is_demanded()
    {
        var program = Installation.CopyWithout(NativeLibrary, _scratch);

        var fallback = await ColorizeAsync(program, "auto", "fallback", named: "torch");
        var demanded = await RunAsync(program, "onnx", "demanded");
        await ColorizeAsync(Installation.Program, "torch", "torch");

        var missing = $"ONNX Runtime cannot be loaded: {Path.Combine(Path.GetDirectoryName(program)!, NativeLibrary)} is missing";
        Assert.Equal([$"warning: {missing}; LibTorch runs the network"], fallback.ErrorLines);
        for (var i = 0; i < Pictures; i++)
            Assert.Equal(await File.ReadAllBytesAsync(Result("torch", i)), await File.ReadAllBytesAsync(Result("fallback", i)));
        Assert.Equal(6, demanded.ExitCode);
        Assert.Equal([$"error: {missing}"], demanded.ErrorLines);
        Assert.False(File.Exists(Result("demanded", 0)));
    }

    private string Result(string folder, int picture) => Path.Combine(_scratch.Path, folder, $"{picture}.png");

    private async Task<ProgramRun> ColorizeAsync(string program, string engine, string folder, string? more = null, string? named = null)
    {
        var run = await RunAsync(program, engine, folder, more is null ? [] : [more]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains($"engine {named ?? engine}", run.Output + run.Error, StringComparison.Ordinal);
        return run;
    }

    private Task<ProgramRun> RunAsync(string program, string engine, string folder, params string[] more) =>
        ProgramRun.OfAsync(program, _scratch, ["colorize", _archive, "--out", folder, "--engine", engine, .. more]);

    private static int Distance(SKColor a, SKColor b) =>
        Math.Max(Math.Abs(a.Red - b.Red), Math.Max(Math.Abs(a.Green - b.Green), Math.Abs(a.Blue - b.Blue)));
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>
/// Damaged files of every format through the program with isolated codecs: each ends in a terminal state, the program lives in constant
/// memory, sound pictures between them are coloured as if they were alone, and nothing is written outside the output.
/// <c>scripts/mutated-pictures</c> runs many.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class MutatedPicturesTests(TrainedModel model, Xunit.Abstractions.ITestOutputHelper output) : IClassFixture<TrainedModel>
{
    private const int PicturesForEachControl = 100;
    private const long MostBytes = 512L << 20;
    private const long MostGrowthBytes = 64L << 20;
    private const int MutantsUntilWarm = 2_000; // fewer end while the program still compiles its methods and loads its network

    private static readonly int Mutants = Number("ACTORCOLORIZE_MUTANTS", 240);
    private static readonly int Seed = Number("ACTORCOLORIZE_MUTANTS_SEED", 1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5) + (TimeSpan.FromSeconds(0.5) * Mutants);

    [Fact]
    public async Task Mutated_pictures_end_in_a_terminal_state_and_harm_nothing()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        var controls = Path.Combine(scratch.Path, "controls");
        var sources = MutatedPicture.Sources();
        DrawMutants(archive, sources);
        var sound = DrawControls(archive, controls);
        var alone = await ProgramRun.OfProgramAsync(
            scratch,
            ["colorize", controls, "--out", "alone", "--model", model.Run, "--isolate=off", "--recolor"]
        );
        Assert.True(alone.ExitCode == 0, alone.Output + alone.Error);
        var before = Tree(scratch.Path);

        using var program = new RunningProgram(
            scratch,
            ["colorize", archive, "--out", "out", "--model", model.Run, "--isolate=codec", "--recolor"]
        );
        var ending = program.EndAsync(Patience);
        var memory = await MemoryUntilAsync(ending, program.Id);
        var end = await ending;

        var outcomes = Outcomes(Path.Combine(scratch.Path, "out", "manifest.jsonl"));
        output.WriteLine(Report(sources.Count, outcomes, memory));
        Assert.True(end.ExitCode == 3, end.Output + end.Error); // complete, and some failed
        Assert.DoesNotContain("unexpected", end.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Directory.GetFiles(archive).Length, outcomes.Count);
        Assert.All(outcomes.Values, static outcome => Assert.Contains(outcome.Status, (string[])["done", "skipped", "failed"]));
        foreach (var name in sound)
            Assert.Equal(Sha256(Path.Combine(scratch.Path, "alone", name)), Sha256(Path.Combine(scratch.Path, "out", name)));
        var outside = Tree(scratch.Path).Except(before).Where(static path => !path.StartsWith("out/", StringComparison.Ordinal)).ToList();
        Assert.All(outside, static path => Assert.Matches("^(state|data|cache)/", path));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(scratch.Path, "out")), static file =>
            file.EndsWith(".partial", StringComparison.Ordinal)
        );
        Assert.InRange(memory.Max(), 1, MostBytes);
        if (Mutants >= MutantsUntilWarm)
        {
            // The first fifth warms up; what follows stays
            var warm = memory.Skip(memory.Count / 5).ToList();
            Assert.InRange(Median(warm.TakeLast(warm.Count / 4)), 0, Median(warm.Take(warm.Count / 4)) + MostGrowthBytes);
        }
    }

    private static void DrawMutants(string folder, IReadOnlyList<(string Name, byte[] Bytes)> sources)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < Mutants; i++)
        {
            var (name, bytes) = sources[i % sources.Count];
            var mutant = MutatedPicture.Of(bytes, sources[(i * 7) % sources.Count].Bytes, new Random((Seed * 1_000_003) ^ i));
            File.WriteAllBytes(
                Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"m{i:D6}{Path.GetExtension(name)}")),
                mutant
            );
        }
    }

    private static List<string> DrawControls(string archive, string controls)
    {
        var names = new List<string>();
        for (var i = 0; i < Math.Max(4, Mutants / PicturesForEachControl); i++)
        {
            // Among the mutants, by name
            var name = string.Create(CultureInfo.InvariantCulture, $"m{i * PicturesForEachControl % Mutants:D6}-control{i}.jpg");
            names.Add(name);
            DrawnDataset.Draw(Path.Combine(controls, name), i, 120, 90, grey: i % 2 == 0);
            File.Copy(Path.Combine(controls, name), Path.Combine(archive, name));
        }

        return names;
    }

    private static async Task<List<long>> MemoryUntilAsync(Task ending, int process)
    {
        var memory = new List<long>();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(Mutants > 1000 ? 1000 : 100));
        while (!ending.IsCompleted && await tick.WaitForNextTickAsync())
        {
            if (Resident(process) is { } bytes)
                memory.Add(bytes);
        }

        return memory;
    }

    private static long? Resident(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null
                ? null
                : long.Parse(line.AsSpan(6, line.Length - 8), NumberStyles.Integer | NumberStyles.AllowTrailingWhite) << 10;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it has ended
        }
    }

    private static Dictionary<string, (string Status, string Reason)> Outcomes(string manifest)
    {
        var outcomes = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(manifest).Select(static text => JsonElement.Parse(text)))
        {
            if (line.TryGetProperty("path", out var path))
            {
                var reason = line.TryGetProperty("reason", out var why) ? why.GetString() ?? "" : "";
                outcomes.Add(path.GetString()!, (line.GetProperty("status").GetString()!, reason));
            }
        }

        return outcomes;
    }

    private static string Report(int sources, Dictionary<string, (string Status, string Reason)> outcomes, List<long> memory)
    {
        var counts = outcomes.Values.CountBy(static outcome => outcome.Status).Select(static pair => $"{pair.Value:N0} {pair.Key}");
        var ended = outcomes.Values.Count(static outcome => outcome.Reason.Contains("process that decoded it", StringComparison.Ordinal));
        var endings = outcomes
            .Where(static pair => pair.Value.Reason.Contains("process that decoded it", StringComparison.Ordinal))
            .GroupBy(static pair => pair.Value.Reason[pair.Value.Reason.IndexOf("process that decoded it", StringComparison.Ordinal)..])
            .Select(static group => $"\n  {group.Count()} × {group.Key} ({group.First().Key})");
        var late = outcomes.Values.Count(static outcome => outcome.Reason.Contains("given up after", StringComparison.Ordinal));
        var figures = memory.Count > 0 ? $"resident {memory[memory.Count / 5] >> 20} MiB after a fifth, {memory[^1] >> 20} at the end" : "";
        return $"{Mutants:N0} mutants of {sources} files, seed {Seed}: {string.Join(", ", counts)}; {ended} ended their process, "
            + $"{late} were given up; {figures}, {memory.DefaultIfEmpty().Max() >> 20} at most"
            + string.Concat(endings);
    }

    private static HashSet<string> Tree(string root) =>
        [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path))];

    private static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}

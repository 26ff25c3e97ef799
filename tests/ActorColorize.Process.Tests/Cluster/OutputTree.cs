using System.Security.Cryptography;
using System.Text.Json;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>The output folder of a job, compared with its manifest.</summary>
internal static class OutputTree
{
    private const string Manifest = "manifest.jsonl";

    /// <summary>Asserts that two jobs have equal counts in each terminal state.</summary>
    public static void RequireSame(JsonElement expected, JsonElement outcome)
    {
        foreach (var count in new[] { "items", "done", "skipped", "failed", "quarantined" })
            Assert.Equal((count, expected.GetProperty(count).GetInt64()), (count, outcome.GetProperty(count).GetInt64()));
        Assert.Equal(expected.GetProperty("phase").GetString(), outcome.GetProperty("phase").GetString());
    }

    /// <summary>How many results there are now.</summary>
    public static int Count(string folder) => Directory.Exists(folder) ? Results(folder).Count() : 0;

    /// <summary>
    /// Asserts that the manifest has one line for each path, that its "done" lines match exactly the existing files and their content, and
    /// that there are no partial files.
    /// </summary>
    /// <returns>The outcome of each picture by path: the hash of its result, or its other terminal state.</returns>
    public static SortedDictionary<string, string> Verified(string folder)
    {
        var recorded = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in File.ReadLines(Path.Combine(folder, Manifest)))
        {
            var line = JsonDocument.Parse(text).RootElement;
            var state = line.GetProperty("status").GetString()!;
            Assert.True(
                recorded.TryAdd(
                    line.GetProperty("path").GetString()!,
                    state == "done" ? line.GetProperty("output_sha256").GetString()! : state
                ),
                $"twice in the manifest: {text}"
            );
        }

        var found = Results(folder).ToDictionary(file => Path.GetRelativePath(folder, file), Hash, StringComparer.Ordinal);
        var done = recorded.Where(line => line.Value.Length == SHA256.HashSizeInBytes * 2).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(done.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(done.Where(line => found[line.Key] != line.Value).Select(line => line.Key));
        return recorded;
    }

    private static IEnumerable<string> Results(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != Manifest);

    private static string Hash(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

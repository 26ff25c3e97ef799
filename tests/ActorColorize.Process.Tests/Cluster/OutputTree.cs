using System.Security.Cryptography;
using System.Text.Json;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>What a job has left in its output folder, against its own record.</summary>
internal static class OutputTree
{
    private const string Manifest = "manifest.jsonl";

    /// <summary>Requires that two jobs have ended alike, with as many pictures in each terminal state.</summary>
    public static void RequireSame(JsonElement expected, JsonElement outcome)
    {
        foreach (var count in new[] { "items", "done", "skipped", "failed", "quarantined" })
            Assert.Equal((count, expected.GetProperty(count).GetInt64()), (count, outcome.GetProperty(count).GetInt64()));
        Assert.Equal(expected.GetProperty("phase").GetString(), outcome.GetProperty("phase").GetString());
    }

    /// <summary>How many results there are now.</summary>
    public static int Count(string folder) => Directory.Exists(folder) ? Results(folder).Count() : 0;

    /// <summary>
    /// Requires that the manifest has one line for each path, that it says "done" of exactly the files that are there and of the bytes that
    /// are in them, and that nothing half-written lies about.
    /// </summary>
    /// <returns>What each picture came to, by path: the hash of its result, or how it ended otherwise.</returns>
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

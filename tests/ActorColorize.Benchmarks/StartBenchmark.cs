namespace ActorColorize.Benchmarks;

/// <summary>
/// Two builds of the program, from the start of the process to its end, for commands in which the start is most of the work.
/// </summary>
internal static class StartBenchmark
{
    private const double SecondsOfAMinute = 60; // so that rates are of a minute

    private const string Configuration = """
        {
          "network": { "channels": [16, 16, 16, 16, 16, 16, 16, 16], "convolutions": [1, 1, 1, 1, 1, 1, 1, 1] },
          "imageSize": 32, "batchSize": 8, "microBatchSize": 8, "steps": 4, "validationPictures": 8, "panelPictures": 4
        }
        """;

    /// <summary>Measures both.</summary>
    /// <param name="program">Path of the program that is judged.</param>
    /// <param name="other">Path of the program that it is compared with.</param>
    /// <param name="pictures">Paths of pictures; the first is coloured, and all are trained on.</param>
    /// <param name="rounds">Pairs of measurements.</param>
    public static void Run(string program, string other, IReadOnlyList<string> pictures, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("actorcolorize-benchmark-").FullName;
        try
        {
            var photographs = Directory.CreateDirectory(Path.Combine(folder, "photographs")).FullName;
            for (var i = 0; i < pictures.Count; i++)
                File.Copy(pictures[i], Path.Combine(photographs, $"{i}{Path.GetExtension(pictures[i])}"));
            var configuration = Path.Combine(folder, "configuration.json");
            File.WriteAllText(configuration, Configuration);

            Compare("the version", _ => ["--version"]);
            Compare("one picture", folder => ["colorize", pictures[0], "--out", Path.Combine(folder, "coloured"), "--recolor"]);
            Compare($"a run of 4 steps on {pictures.Count} pictures", folder =>
                ["train", "--data", photographs, "--run", Path.Combine(folder, "run"), "--config", configuration]
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Compare(string what, Func<string, string[]> arguments) =>
            new PairedComparison($"start: {what}", "commands/minute", rounds).Run(
                "--program",
                () => Start(program, arguments),
                "--other",
                () => Start(other, arguments),
                goal: 1
            );

        double Start(string path, Func<string, string[]> arguments)
        {
            var results = Directory.CreateDirectory(Path.Combine(folder, "results")).FullName;
            BuiltProgram.Run(path, arguments(results), folder);
            Directory.Delete(results, recursive: true);
            return SecondsOfAMinute;
        }
    }
}

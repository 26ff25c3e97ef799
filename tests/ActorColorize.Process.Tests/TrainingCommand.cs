using System.Security.Cryptography;
using System.Text.Json;

namespace ActorColorize.Process.Tests;

/// <summary>A small training run as a user starts it, and what it leaves in its folder.</summary>
internal sealed class TrainingCommand
{
    internal const int Steps = 40;

    private static string Configuration(int steps) =>
        $$"""
            {
              "network": { "channels": [16, 16, 16, 16, 16, 16, 16, 16], "convolutions": [1, 1, 1, 1, 1, 1, 1, 1] },
              "imageSize": 32, "batchSize": 8, "microBatchSize": 8, "steps": {{steps}},
              "learningRate": 0.002, "finalLearningRate": 0.0002, "warmupSteps": 4,
              "checkpointEverySteps": 4, "checkpointEveryMinutes": 60, "keepLast": 2, "logEverySteps": 1,
              "validationPictures": 8, "panelPictures": 4
            }
            """;

    /// <summary>A network with every option, in three stages: pictures of 16, 32 and 48 pixels.</summary>
    /// <param name="stage">Steps of each.</param>
    internal static string Staged(int stage) =>
        $$"""
            {
              "network": { "channels": [16, 16, 16, 16, 16, 16, 16, 16], "convolutions": [1, 1, 1, 1, 1, 1, 1, 1], "context": 8 },
              "colors": { "bins": "gamut313", "neighbours": 5, "weights": "rebalanced", "lambda": 0.7 },
              "sceneWeight": 0.2, "emaDecay": 0.9,
              "imageSize": 48, "batchSize": 8, "microBatchSize": 8, "steps": {{3 * stage}},
              "stages": [
                { "steps": {{stage}}, "imageSize": 16 }, { "steps": {{stage}}, "imageSize": 32, "batchSize": 6, "microBatchSize": 6 }, {}
              ],
              "learningRate": 0.002, "finalLearningRate": 0.0002, "warmupSteps": 4,
              "adam": { "weightDecay": 0.01 },
              "augmentation": {
                "flip": true, "alternateFlip": true, "minimumExtent": 0.6, "lightnessJitter": 0.2, "film": { "start": 0.2 }
              },
              "checkpointEverySteps": 7, "checkpointEveryMinutes": 60, "keepLast": 2, "logEverySteps": 1,
              "validationPictures": 8, "panelPictures": 4
            }
            """;

    private readonly int _steps;

    /// <param name="scratch">Where its files are.</param>
    /// <param name="data">The dataset's folder.</param>
    /// <param name="run">The run folder's name in the scratch folder.</param>
    /// <param name="steps">How many steps it trains: a run that is to be interrupted must not end before, even on a slow machine.</param>
    /// <param name="configuration">The configuration file's text; null: a small network without options.</param>
    internal TrainingCommand(ScratchFolder scratch, string data, string run, int steps = Steps, string? configuration = null)
    {
        _steps = steps;
        Data = data;
        Run = Path.Combine(scratch.Path, run);
        ConfigurationFile = Path.Combine(scratch.Path, $"configuration-{steps}.json");
        File.WriteAllText(ConfigurationFile, configuration ?? Configuration(steps));
    }

    internal string Data { get; }

    internal string ConfigurationFile { get; }

    internal string Run { get; }

    internal IReadOnlyList<string> Arguments =>
        [
            "train",
            "--data",
            Data,
            "--run",
            Run,
            "--config",
            ConfigurationFile,
            "--seed",
            "5",
            "--device",
            "cpu",
            "--precision",
            "fp32",
            "--threads",
            "1",
        ];

    /// <summary>The last step in metrics.jsonl; 0 before there is one.</summary>
    internal long LastStep() => Losses() is [.., var last] ? last.Step : 0;

    /// <summary>Whether metrics.jsonl has an event of this name.</summary>
    internal bool HasNoted(string name) => Metrics().Any(line => line.TryGetProperty("event", out var noted) && noted.ValueEquals(name));

    internal IReadOnlyList<(long Step, string Loss)> Losses() =>
        [
            .. Metrics()
                .Where(line => line.GetProperty("kind").ValueEquals("train"))
                .Select(line => (line.GetProperty("step").GetInt64(), line.GetProperty("loss").GetRawText())),
        ];

    private List<JsonElement> Metrics()
    {
        var path = Path.Combine(Run, "metrics.jsonl");
        if (!File.Exists(path))
            return [];
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var lines = new List<JsonElement>();
        while (file.ReadLine() is { } line)
        {
            if (!line.EndsWith('}'))
                break;
            lines.Add(JsonElement.Parse(line));
        }

        return lines;
    }

    internal string FinalWeightsHash() =>
        Convert.ToHexStringLower(
            SHA256.HashData(File.ReadAllBytes(Path.Combine(Run, "checkpoints", $"step-{_steps:D8}", "model.safetensors")))
        );
}

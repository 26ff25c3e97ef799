using System.Globalization;

namespace ActorColorize.Actors.Training;

/// <summary>Where a run keeps what. The folder is the run: whoever has it can go on with it.</summary>
/// <param name="Path">Absolute.</param>
public sealed record RunFolder(string Path)
{
    /// <summary>What the run was started with: configuration, data and its hash, seed, program.</summary>
    public string Document => System.IO.Path.Combine(Path, "run.json");

    /// <summary>The count of colour bins over the training pictures, and which pictures are left out.</summary>
    public string Census => System.IO.Path.Combine(Path, "census.json");

    /// <summary>Every step, validation and event, a line of JSON each.</summary>
    public string MetricsLog => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>TensorBoard event files.</summary>
    public string TensorBoard => System.IO.Path.Combine(Path, "tensorboard");

    /// <summary>Checkpoints, one folder each.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>Rolling log files.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");

    /// <summary>The panel of fixed validation pictures at a step.</summary>
    public string Panel(long step) => System.IO.Path.Combine(Path, "panel", string.Create(CultureInfo.InvariantCulture, $"step-{step:D8}.png"));
}

using System.Globalization;

namespace ActorColorize.Actors.Training;

/// <summary>The layout of a run's folder. The folder is self-contained: training can be resumed from a copy of it.</summary>
/// <param name="Path">Absolute.</param>
public sealed record RunFolder(string Path)
{
    /// <summary>What the run was started with: configuration, data and its hash, seed, program.</summary>
    public string Document => System.IO.Path.Combine(Path, "run.json");

    /// <summary>The colour histogram of the training pictures, and which pictures are left out.</summary>
    public string Histogram => System.IO.Path.Combine(Path, "color-histogram.json");

    /// <summary>The same file in run folders of version 0.1.</summary>
    public string HistogramOf01 => System.IO.Path.Combine(Path, "census.json");

    /// <summary>Every step, validation and event, a line of JSON each.</summary>
    public string MetricsLog => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>What faults have changed about how the run trains.</summary>
    public string Adjustments => System.IO.Path.Combine(Path, "adjustments.json");

    /// <summary>Skipped batches with the names of their pictures, a line of JSON each.</summary>
    public string SkippedBatches => System.IO.Path.Combine(Path, "skipped-batches.jsonl");

    /// <summary>Injected faults so far, a line of JSON each.</summary>
    public string Injected => System.IO.Path.Combine(Path, "injected.jsonl");

    /// <summary>The failure report of the run.</summary>
    public string Failure => System.IO.Path.Combine(Path, "failure.json");

    /// <summary>The supervisor's journal, if the run has its own.</summary>
    public string Journal => System.IO.Path.Combine(Path, "journal");

    /// <summary>TensorBoard event files.</summary>
    public string TensorBoard => System.IO.Path.Combine(Path, "tensorboard");

    /// <summary>Checkpoints, one folder each.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>Rolling log files.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");

    /// <summary>The panel of fixed validation pictures at a step.</summary>
    public string Panel(long step) =>
        System.IO.Path.Combine(Path, "panel", string.Create(CultureInfo.InvariantCulture, $"step-{step:D8}.png"));
}

using System.ComponentModel;
using System.Text.Json;

namespace ActorColorize.Rest;

/// <summary>
/// Files of runs and jobs that clients may look at. This project opens no files itself. All methods block; paths come from the daemon's own
/// reports about runs and jobs, never from a request.
/// </summary>
public interface IDaemonFiles
{
    /// <summary>Curves of a run; empty if it has not begun.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="query">Which part, and how finely.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    RunCurves Curves(string folder, CurveQuery query);

    /// <summary>Colours of the newest validation up to a step; null if none were counted.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="step">Steps completed; null: the newest of all.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    RunColors? Colors(string folder, long? step);

    /// <summary>The panels of a run, by step.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    IReadOnlyList<RunPanel> Panels(string folder);

    /// <summary>Opens the panel of a step; null if there is none.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="step">Steps completed.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    Stream? OpenPanel(string folder, long step);

    /// <summary>The document that a run was started with: configuration, data and its hash, seed, program; null if there is none.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    JsonElement? Document(string folder);

    /// <summary>A small JPEG of a picture; null if the picture is missing or cannot be read here.</summary>
    /// <param name="root">Input or output folder of the job.</param>
    /// <param name="relativePath">The picture.</param>
    /// <param name="side">The longest side, in pixels.</param>
    /// <param name="knownTag">The tag that the client has.</param>
    /// <param name="cancellation">Cancels waiting for a turn.</param>
    Task<SmallPicture?> ThumbnailAsync(string root, string relativePath, int side, string? knownTag, CancellationToken cancellation);
}

/// <summary>Which part of a run's curves is wanted.</summary>
/// <param name="Points">Largest number of training points; at least 12.</param>
/// <param name="Cursor">The <see cref="RunCurves.Cursor"/> of an earlier answer: only what came after it; null: everything.</param>
/// <param name="From">Leaves out training points before this step.</param>
/// <param name="To">Leaves out training points after this step.</param>
public sealed record CurveQuery(int Points, string? Cursor = null, long From = 0, long To = long.MaxValue);

/// <summary>Curves of a run in columns: element i of each column belongs to step i of <c>steps</c>.</summary>
public sealed record RunCurves(
    [property: Description("For the next request, which then gets only what came after this.")] string Cursor,
    [property: Description(
        "True: this replaces everything that was read before. False: this follows on what was read under the given cursor."
    )]
        bool IsWhole,
    [property: Description("Training points in the log; those that are not listed lie between the listed ones.")] long AllPoints,
    IReadOnlyList<long> Steps,
    [property: Description("Seconds since 1970.")] IReadOnlyList<double> At,
    [property: Description("Mean training loss per pixel, weighted nats; null if not finite.")] IReadOnlyList<float?> Loss,
    IReadOnlyList<float?> LossMaximum,
    IReadOnlyList<float?> LearningRate,
    IReadOnlyList<float?> PicturesPerSecond,
    [property: Description("Share of the time in which the device waited for pictures, 0 to 1.")] IReadOnlyList<float?> DataWaitShare,
    IReadOnlyList<long> MemoryBytes,
    IReadOnlyList<CurveValidation> Validations,
    [property: Description("Starts, checkpoints, faults; at most the newest 500.")] IReadOnlyList<CurveMark> Marks
);

/// <summary>A validation.</summary>
public sealed record CurveValidation(
    long Step,
    DateTimeOffset At,
    double? Loss,
    [property: Description("The same for the best constant distribution.")] double? Baseline,
    double? MeanChroma,
    double? TruthMeanChroma,
    double? SceneAccuracy,
    long Pictures
);

/// <summary>Colours of the pictures of a validation over the ab plane of CIELAB, in cells that are numbered a first.</summary>
public sealed record RunColors(
    long Step,
    [property: Description("Cells in each direction.")] int Side,
    [property: Description("Where the first cell begins, in a and in b.")] double First,
    [property: Description("Width of a cell.")] double CellSize,
    [property: Description("Share of the network's colours in each cell, 0 to 1.")] IReadOnlyList<double> Ours,
    [property: Description("Share of the pictures' own colours in each cell.")] IReadOnlyList<double> Truth
);

/// <summary>An event of a run: started, resumed, checkpoint, fault and so on.</summary>
public sealed record CurveMark(long Step, DateTimeOffset At, string Kind, string Text);

/// <summary>The panel of fixed validation pictures at a step: grey, ours, truth.</summary>
/// <param name="Step">Steps completed.</param>
/// <param name="At">When it was drawn.</param>
/// <param name="Bytes">Length of the PNG.</param>
public sealed record RunPanel(long Step, DateTimeOffset At, long Bytes)
{
    /// <summary>Changes with the content.</summary>
    internal string Tag => $"{Step}-{Bytes}-{At.ToUnixTimeMilliseconds()}";
}

/// <summary>A small picture.</summary>
/// <param name="Tag">Changes with the original.</param>
/// <param name="Jpeg">The picture; null if the client has it.</param>
public sealed record SmallPicture(string Tag, byte[]? Jpeg);

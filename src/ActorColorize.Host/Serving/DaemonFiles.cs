using System.Globalization;
using System.Text.Json;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Imaging.Archives;
using ActorColorize.Model.Evaluation;
using ActorColorize.Rest;

namespace ActorColorize.Host.Serving;

/// <summary>The files of runs and jobs that the dashboard shows. Of the runs shown last, the curves are kept in memory.</summary>
/// <param name="pictures">Makes the thumbnails; disposed with this object.</param>
internal sealed class DaemonFiles(IPictureProcessor pictures) : IDaemonFiles, IDisposable
{
    private const int MostCurves = 4;
    private const int MostMarks = 500;

    private readonly LinkedList<(string Folder, RunCurve Curve)> _curves = []; // the one used last first
    private readonly Thumbnails _thumbnails = new(pictures);

    /// <inheritdoc/>
    public RunCurves Curves(string folder, CurveQuery query) => OfCurve(folder, curve => Answer(curve, query));

    /// <inheritdoc/>
    public RunColors? Colors(string folder, long? step) =>
        OfCurve(folder, curve =>
            curve.Validations.LastOrDefault(line => line.Step <= (step ?? long.MaxValue) && line.OurColors is not null) is { } line
            && CoarseColors.SharesOf(line.OurColors) is { } ours
            && CoarseColors.SharesOf(line.TrueColors) is { } truth
                ? new RunColors(line.Step, CoarseColors.Cells, -AbHistogram.Edge, CoarseColors.CellWidth, ours, truth)
                : null
        );

    /// <inheritdoc/>
    public IReadOnlyList<RunPanel> Panels(string folder)
    {
        var panels = new DirectoryInfo(Path.GetDirectoryName(new RunFolder(folder).Panel(0))!);
        if (!panels.Exists)
            return [];
        return
        [
            .. panels
                .EnumerateFiles("step-*.png")
                .Select(file => (File: file, Step: StepOf(file.Name)))
                .Where(panel => panel.Step is not null)
                .Select(panel => new RunPanel(
                    panel.Step!.Value,
                    new DateTimeOffset(panel.File.LastWriteTimeUtc, TimeSpan.Zero),
                    panel.File.Length
                ))
                .OrderBy(panel => panel.Step),
        ];
    }

    /// <inheritdoc/>
    public Stream? OpenPanel(string folder, long step)
    {
        try
        {
            return File.OpenRead(new RunFolder(folder).Panel(step));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public JsonElement? Document(string folder)
    {
        try
        {
            using var file = File.OpenRead(new RunFolder(folder).Document);
            using var document = JsonDocument.Parse(file);
            return document.RootElement.Clone();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException damaged)
        {
            throw new IOException($"run.json is damaged: {damaged.Message}", damaged);
        }
    }

    /// <inheritdoc/>
    public Task<SmallPicture?> ThumbnailAsync(
        string root,
        string relativePath,
        int side,
        string? knownTag,
        CancellationToken cancellation
    ) => _thumbnails.OfAsync(Path.Join(root, relativePath), side, knownTag, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _thumbnails.Dispose();

    private static long? StepOf(string name) =>
        long.TryParse(
            Path.GetFileNameWithoutExtension(name)["step-".Length..],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var step
        )
            ? step
            : null;

    private T OfCurve<T>(string folder, Func<RunCurve, T> read)
    {
        RunCurve curve;
        lock (_curves)
            curve = CurveOf(folder);
        lock (curve)
        {
            curve.Refresh();
            return read(curve);
        }
    }

    private RunCurve CurveOf(string folder)
    {
        var node = _curves.First;
        while (node is not null && node.Value.Folder != folder)
            node = node.Next;
        if (node is not null)
            _curves.Remove(node);
        else
            node = new((folder, new RunCurve(new RunFolder(folder).MetricsLog)));
        _curves.AddFirst(node);
        if (_curves.Count > MostCurves)
            _curves.RemoveLast();
        return node.Value.Curve;
    }

    private static RunCurves Answer(RunCurve curve, CurveQuery query)
    {
        var (points, validations, marks) = (0, 0, Math.Max(0, curve.Marks.Count - MostMarks));
        var isWhole = true;
        if (query.Cursor?.Split('-') is [var version, var seenPoints, var seenValidations, var seenMarks] && version == curve.Version)
        {
            isWhole = false;
            points = Seen(seenPoints, curve.Points.Count);
            validations = Seen(seenValidations, curve.Validations.Count);
            marks = Math.Max(marks, Seen(seenMarks, curve.Marks.Count));
        }

        var thinned = CurvePoint.Thinned(
            [.. curve.Points.Skip(points).Where(point => point.Step >= query.From && point.Step <= query.To)],
            query.Points
        );
        return new RunCurves(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{curve.Version}-{curve.Points.Count}-{curve.Validations.Count}-{curve.Marks.Count}"
            ),
            isWhole,
            curve.Points.Count,
            [.. thinned.Select(point => point.Step)],
            [.. thinned.Select(point => point.UnixMilliseconds / 1000.0)],
            [.. thinned.Select(point => Finite(point.Loss))],
            [.. thinned.Select(point => Finite(point.LossMaximum))],
            [.. thinned.Select(point => Finite(point.LearningRate))],
            [.. thinned.Select(point => Finite(point.PicturesPerSecond))],
            [.. thinned.Select(point => Finite(point.DataWaitShare))],
            [.. thinned.Select(point => point.MemoryBytes)],
            [.. curve.Validations.Skip(validations).Select(Of)],
            [.. curve.Marks.Skip(marks).Select(Of)]
        );
    }

    private static int Seen(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? Math.Min(seen, most) : 0;

    private static CurveValidation Of(ValidationLine line) =>
        new(
            line.Step,
            line.Time,
            Finite(line.Loss),
            Finite(line.BaselineLoss),
            Finite(line.MeanChroma),
            Finite(line.TrueMeanChroma),
            Finite(line.SceneAccuracy),
            line.Pictures
        );

    private static CurveMark Of(MetricsLine line) =>
        line switch
        {
            FaultLine fault => new(fault.Step, fault.Time, "recovered", $"{fault.Cause}: {fault.Action}"),
            EventLine happened => new(happened.Step, happened.Time, happened.Event, happened.Message),
            _ => new(line.Step, line.Time, "other", ""),
        };

    private static float? Finite(float value) => float.IsFinite(value) ? value : null;

    private static double? Finite(double? value) => value is { } given && double.IsFinite(given) ? given : null;
}

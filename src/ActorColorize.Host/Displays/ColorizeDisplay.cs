namespace ActorColorize.Host.Displays;

/// <summary>Shows a colorizing job. Called from one thread at a time.</summary>
internal interface IColorizeDisplay : IAsyncDisposable
{
    /// <summary>Work before the first picture, for example loading the model or checking convolutions.</summary>
    void Preparing(string what);

    /// <summary>The job starts.</summary>
    void Started(ColorizeStart start);

    /// <summary>The job made progress.</summary>
    void Moved(ColorizeProgress progress);

    /// <summary>A picture could not be coloured.</summary>
    void ItemFailed(ItemProblem problem);

    /// <summary>Something to know about a picture that was coloured or skipped.</summary>
    void ItemNoted(ItemNote note);

    /// <summary>The job waits on a blocker, or has resumed.</summary>
    /// <param name="reason">The blocker; null: the job has resumed.</param>
    void Waits(string? reason);

    /// <summary>The job has ended.</summary>
    void Ended(ColorizeEnd end);
}

/// <summary>Chooses the display that fits the screen.</summary>
internal static class ColorizeDisplay
{
    /// <summary>Failures listed at the end; the manifest has all of them.</summary>
    public const int ListedFailures = 50;

    /// <summary>Creates the display.</summary>
    public static IColorizeDisplay For(Screen screen, TimeProvider time) =>
        screen.Style switch
        {
            OutputStyle.Live => new LiveColorizeDisplay(screen, time),
            OutputStyle.Plain or OutputStyle.Quiet => new PlainColorizeDisplay(screen, time),
            _ => new JsonColorizeDisplay(screen),
        };

    internal static IEnumerable<string> Text(ColorizeStart start)
    {
        yield return $"job {start.Job}: {start.Input} -> {start.Output}";
        yield return $"model: {start.Model}";
        yield return $"device: {start.Device}; {start.Precision}; engine {start.Engine}";
    }

    internal static string Counts(ColorizeProgress progress)
    {
        var finished = progress.Done + progress.Skipped + progress.Failed;
        var total = progress.IsFoundComplete ? Quantities.Count(progress.Found) : $"{Quantities.Count(progress.Found)} found so far";
        return $"{Quantities.Count(finished)} of {total}"
            + (progress.Skipped > 0 ? $", {Quantities.Count(progress.Skipped)} skipped" : string.Empty)
            + (progress.Failed > 0 ? $", {Quantities.Count(progress.Failed)} failed" : string.Empty);
    }

    internal static string Speed(ColorizeProgress progress, DateTimeOffset now) =>
        $"{Quantities.Rate(progress.PicturesPerSecond)} img/s, {Quantities.Rate(progress.MegapixelsPerSecond)} MP/s"
        + (
            progress.Remaining is { } remaining
                ? $", {Quantities.Time(remaining)} left, ends {Quantities.Clock(now + remaining, now)}"
                : string.Empty
        );

    internal static string Waiting(string? reason) => reason is null ? "resumed" : $"waiting: {reason}";

    internal static IEnumerable<string> Text(ColorizeEnd end)
    {
        var totals = end.Totals;
        if (end.CancelledOf is { } all)
            yield return $"cancelled: {Quantities.Count(totals.Items)} of {Quantities.Count(all)}";
        var how =
            end.CancelledOf is not null ? "until then"
            : end.Stopped ? "stopped"
            : "done";
        yield return $"{how}: {Quantities.Count(totals.Done)} coloured, "
            + $"{Quantities.Count(totals.Skipped)} skipped, {Quantities.Count(totals.Failed)} failed"
            + $" of {Quantities.Count(totals.Items, "picture")} in {Quantities.Time(TimeSpan.FromSeconds(totals.Seconds))}"
            + (end.Stopped ? "; the same command resumes from here" : string.Empty);
        foreach (
            var (reason, count) in end
                .SkippedByReason.OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
        )
            yield return $"  skipped {Quantities.Count(count)}: {reason}";
        if (end.Hidden > 0)
            yield return $"  left out {Quantities.Count(end.Hidden)}: hidden files and system folders; --include-hidden takes them along";
        foreach (var failure in end.Failures.Take(ListedFailures))
            yield return $"  failed {PrintableName.Of(failure.Item)}: {failure.Reason}";
        if (totals.Failed > Math.Min(end.Failures.Count, ListedFailures))
            yield return $"  and {Quantities.Count(totals.Failed - Math.Min(end.Failures.Count, ListedFailures))} more";
        yield return $"every picture is listed in {end.Manifest}";
        if (end.ComparePage is { } page)
            yield return $"before and after: {page}";
    }
}

/// <summary>A bar with rate and time left; failures scroll above it.</summary>
internal sealed class LiveColorizeDisplay(Screen screen, TimeProvider time) : IColorizeDisplay
{
    private LiveBar? _bar;

    /// <inheritdoc/>
    public void Preparing(string what) => Bar(what).Update(what, null, string.Empty);

    /// <inheritdoc/>
    public void Started(ColorizeStart start)
    {
        foreach (var line in ColorizeDisplay.Text(start))
            screen.Line(line);
    }

    /// <inheritdoc/>
    public void Moved(ColorizeProgress progress)
    {
        var finished = progress.Done + progress.Skipped + progress.Failed;
        Bar("colouring")
            .Update(
                ColorizeDisplay.Counts(progress),
                progress.IsFoundComplete && progress.Found > 0 ? (double)finished / progress.Found : null,
                ColorizeDisplay.Speed(progress, time.GetLocalNow())
            );
    }

    /// <inheritdoc/>
    public void ItemFailed(ItemProblem problem) => screen.Warn($"{PrintableName.Of(problem.Item)}: {problem.Reason}");

    /// <inheritdoc/>
    public void ItemNoted(ItemNote note) => screen.Warn($"{PrintableName.Of(note.Item)}: {note.Note}");

    /// <inheritdoc/>
    public void Waits(string? reason) => screen.Line(ColorizeDisplay.Waiting(reason));

    /// <inheritdoc/>
    public void Ended(ColorizeEnd end)
    {
        foreach (var line in ColorizeDisplay.Text(end))
            screen.Line(line);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_bar is not null)
            await _bar.DisposeAsync();
    }

    private LiveBar Bar(string title) => _bar ??= LiveBar.Show(screen.People, title);
}

/// <summary>One line every five seconds, and the summary.</summary>
internal sealed class PlainColorizeDisplay(Screen screen, TimeProvider time) : IColorizeDisplay
{
    private readonly Throttle _throttle = new(time, TimeSpan.FromSeconds(5));

    /// <inheritdoc/>
    public void Preparing(string what) => screen.Line(what);

    /// <inheritdoc/>
    public void Started(ColorizeStart start)
    {
        foreach (var line in ColorizeDisplay.Text(start))
            screen.Line(line);
    }

    /// <inheritdoc/>
    public void Moved(ColorizeProgress progress)
    {
        if (_throttle.MayPass("progress", isLast: false))
            screen.Line($"{ColorizeDisplay.Counts(progress)} | {ColorizeDisplay.Speed(progress, time.GetLocalNow())}");
    }

    /// <inheritdoc/>
    public void ItemFailed(ItemProblem problem) => screen.Warn($"{PrintableName.Of(problem.Item)}: {problem.Reason}");

    /// <inheritdoc/>
    public void ItemNoted(ItemNote note) => screen.Warn($"{PrintableName.Of(note.Item)}: {note.Note}");

    /// <inheritdoc/>
    public void Waits(string? reason) => screen.Line(ColorizeDisplay.Waiting(reason));

    /// <inheritdoc/>
    public void Ended(ColorizeEnd end)
    {
        foreach (var line in ColorizeDisplay.Text(end))
            screen.Line(line);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>
/// One JSON line per failed picture (<c>item</c>, <c>reason</c>), one per oddity (<c>item</c>, <c>note</c>), one each time that the job
/// starts or stops waiting (<c>waits_for</c>), and last the totals (<c>items done skipped failed seconds</c>).
/// </summary>
internal sealed class JsonColorizeDisplay(Screen screen) : IColorizeDisplay
{
    /// <inheritdoc/>
    public void Preparing(string what) { }

    /// <inheritdoc/>
    public void Started(ColorizeStart start) { }

    /// <inheritdoc/>
    public void Moved(ColorizeProgress progress) { }

    /// <inheritdoc/>
    public void ItemFailed(ItemProblem problem) => screen.Json(problem);

    /// <inheritdoc/>
    public void ItemNoted(ItemNote note) => screen.Json(note);

    /// <inheritdoc/>
    public void Waits(string? reason) => screen.Json(new { WaitsFor = reason });

    /// <inheritdoc/>
    public void Ended(ColorizeEnd end) => screen.Json(end.Totals);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

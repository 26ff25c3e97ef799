using ActorColorize.Protocol;
using Spectre.Console;

namespace ActorColorize.Host.Displays;

/// <summary>Shows a training run. Called from one thread at a time.</summary>
internal interface ITrainingDisplay : IAsyncDisposable
{
    /// <summary>Work before the first step: indexing, counting colours, checking convolutions.</summary>
    /// <param name="what">What is being done, for example "counting colours".</param>
    /// <param name="done">Units done.</param>
    /// <param name="total">Units in all; null when not known.</param>
    void Preparing(string what, long done, long? total);

    /// <summary>A notice on one line.</summary>
    void Noticed(string what);

    /// <summary>The run starts or resumes.</summary>
    void Started(TrainingStart start);

    /// <summary>One log step.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">Steps completed.</param>
    /// <param name="totalSteps">Steps of the whole run.</param>
    /// <param name="window">Measures of the steps since the last log step.</param>
    /// <param name="validation">The validation at this step; null if there was none.</param>
    void Logged(RunId run, StepNumber step, long totalSteps, StepWindow window, RunValidation? validation);

    /// <summary>A checkpoint is on disk.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="panel">The panel picture written with it, or null.</param>
    void Saved(long step, string folder, string? panel);

    /// <summary>The run, or this session of it, has ended.</summary>
    void Ended(TrainingEnd end);
}

/// <summary>Chooses the display that fits the screen.</summary>
internal static class TrainingDisplay
{
    /// <summary>Creates the display.</summary>
    public static ITrainingDisplay For(Screen screen, TimeProvider time) =>
        screen.Style switch
        {
            OutputStyle.Live => new LiveTrainingDisplay(screen, time),
            OutputStyle.Plain or OutputStyle.Quiet => new PlainTrainingDisplay(screen, time),
            _ => new JsonTrainingDisplay(screen),
        };

    /// <summary>A log step as one line.</summary>
    internal static string Text(StepNumber step, long totalSteps, StepWindow window, RunValidation? validation, DateTimeOffset now)
    {
        var measured = validation is null ? string.Empty : $" | val {validation.Loss:0.000} (baseline {validation.Baseline:0.000})";
        var end = window.Remaining is { } remaining
            ? $" | {Quantities.Time(remaining)} left, ends {Quantities.Clock(now + remaining, now)}"
            : string.Empty;
        return $"epoch {window.Epoch} | step {Quantities.Count(step.Value)}/{Quantities.Count(totalSteps)}"
            + $" | loss {window.LossMean:0.000} (max {window.LossMaximum:0.000}){measured} | lr {window.LearningRate:0.0e-0}"
            + $" | {Quantities.Rate(window.PicturesPerSecond)} img/s | data wait {100 * window.DataWaitShare:0} % | "
            + $"{Quantities.Bytes(window.ResidentBytes)}{end}";
    }

    /// <summary>The lines shown when a run starts.</summary>
    internal static IEnumerable<string> Text(TrainingStart start)
    {
        yield return $"run {start.Run} in {start.Folder}"
            + (start.ResumedFromStep is { } step ? $", resumed from step {Quantities.Count(step)}" : string.Empty);
        yield return $"data: {Quantities.Count(start.TrainingPictures, "picture")} to train on, "
            + $"{Quantities.Count(start.ValidationPictures)} to validate";
        yield return $"network: {start.Network}; {Quantities.Count(start.Steps, "step")}";
        yield return $"device: {start.Device}; {start.Precision}; {Quantities.Count(start.Threads, "thread")}";
    }

    /// <summary>The lines shown when a run ends.</summary>
    internal static IEnumerable<string> Text(TrainingEnd end)
    {
        var share = end.Steps is { } steps
            ? $"step {Quantities.Count(end.Step)} of {Quantities.Count(steps)}"
            : $"step {Quantities.Count(end.Step)}";
        yield return $"{(end.Stopped ? "stopped and saved" : "done")}: {share} after {Quantities.Time(TimeSpan.FromSeconds(end.Seconds))}"
            + (end.Stopped ? "; the same command resumes from here" : string.Empty);
        if (end.Validation is { } validation && end.Baseline is { } baseline)
            yield return $"validation loss {validation:0.000}, trivial baseline {baseline:0.000} ({Verdict(validation, baseline)})";
        if (end.Checkpoint is { } checkpoint)
            yield return $"checkpoint: {checkpoint}";
        if (end.Panel is { } panel)
            yield return $"panel (grey, ours, truth): {panel}";
    }

    private static string Verdict(double validation, double baseline) =>
        validation < baseline
            ? $"{100 * (baseline - validation) / baseline:0} % below: the network has learned"
            : "not below: the network has not learned yet";
}

/// <summary>Lines above a bar that shows the whole run.</summary>
internal sealed class LiveTrainingDisplay(Screen screen, TimeProvider time) : ITrainingDisplay
{
    private LiveBar? _bar;

    /// <inheritdoc/>
    public void Preparing(string what, long done, long? total) =>
        Bar(what)
            .Update(
                what,
                total is > 0 ? (double)done / total.Value : null,
                total is { } all ? $"{Quantities.Count(done)} of {Quantities.Count(all)}" : Quantities.Count(done)
            );

    /// <inheritdoc/>
    public void Noticed(string what) => screen.Line(what);

    /// <inheritdoc/>
    public void Started(TrainingStart start)
    {
        foreach (var line in TrainingDisplay.Text(start))
            screen.Line(line);
    }

    /// <inheritdoc/>
    public void Logged(RunId run, StepNumber step, long totalSteps, StepWindow window, RunValidation? validation)
    {
        var now = time.GetLocalNow();
        var text = TrainingDisplay.Text(step, totalSteps, window, validation, now);
        screen.Line(text, validation is null ? Markup.Escape(text) : $"[bold]{Markup.Escape(text)}[/]");
        var end = window.Remaining is { } remaining
            ? $"{Quantities.Time(remaining)} left, ends {Quantities.Clock(now + remaining, now)}"
            : string.Empty;
        Bar("training")
            .Update(
                $"step {Quantities.Count(step.Value)}",
                (double)step.Value / totalSteps,
                $"{Quantities.Rate(window.PicturesPerSecond)} img/s  {end}"
            );
    }

    /// <inheritdoc/>
    public void Saved(long step, string folder, string? panel) => screen.Line($"saved step {Quantities.Count(step)}: {panel ?? folder}");

    /// <inheritdoc/>
    public void Ended(TrainingEnd end)
    {
        foreach (var line in TrainingDisplay.Text(end))
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

/// <summary>
/// Whole lines; log steps within two seconds of the previous one are omitted, except those with a validation and the last.
/// </summary>
internal sealed class PlainTrainingDisplay(Screen screen, TimeProvider time) : ITrainingDisplay
{
    private readonly Throttle _preparing = new(time, TimeSpan.FromSeconds(5));
    private readonly Throttle _logging = new(time, TimeSpan.FromSeconds(2));

    /// <inheritdoc/>
    public void Preparing(string what, long done, long? total)
    {
        if (_preparing.MayPass(what, isLast: done == total))
            screen.Line(
                total is { } all ? $"{what}: {Quantities.Count(done)} of {Quantities.Count(all)}" : $"{what}: {Quantities.Count(done)}"
            );
    }

    /// <inheritdoc/>
    public void Noticed(string what) => screen.Line(what);

    /// <inheritdoc/>
    public void Started(TrainingStart start)
    {
        foreach (var line in TrainingDisplay.Text(start))
            screen.Line(line);
    }

    /// <inheritdoc/>
    public void Logged(RunId run, StepNumber step, long totalSteps, StepWindow window, RunValidation? validation)
    {
        if (_logging.MayPass("step", isLast: validation is not null || step.Value == totalSteps))
            screen.Line(TrainingDisplay.Text(step, totalSteps, window, validation, time.GetLocalNow()));
    }

    /// <inheritdoc/>
    public void Saved(long step, string folder, string? panel) => screen.Line($"saved step {Quantities.Count(step)}: {panel ?? folder}");

    /// <inheritdoc/>
    public void Ended(TrainingEnd end)
    {
        foreach (var line in TrainingDisplay.Text(end))
            screen.Line(line);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Writes one JSON object at the end; the run folder's metrics hold every step.</summary>
internal sealed class JsonTrainingDisplay(Screen screen) : ITrainingDisplay
{
    /// <inheritdoc/>
    public void Preparing(string what, long done, long? total) { }

    /// <inheritdoc/>
    public void Noticed(string what) { }

    /// <inheritdoc/>
    public void Started(TrainingStart start) { }

    /// <inheritdoc/>
    public void Logged(RunId run, StepNumber step, long totalSteps, StepWindow window, RunValidation? validation) { }

    /// <inheritdoc/>
    public void Saved(long step, string folder, string? panel) { }

    /// <inheritdoc/>
    public void Ended(TrainingEnd end) => screen.Json(end);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

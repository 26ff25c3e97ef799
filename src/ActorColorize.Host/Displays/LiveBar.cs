using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorColorize.Host.Displays;

/// <summary>
/// A progress bar at the bottom of a terminal; lines written in the meantime scroll above it. The caller supplies the text at its right end
/// (rate, time left).
/// </summary>
internal sealed class LiveBar : IAsyncDisposable
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProgressTask> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _showing;
    private volatile string _text = string.Empty;

    private LiveBar(IAnsiConsole console, string title) =>
        _showing = console
            .Progress()
            .AutoClear(true)
            .HideCompleted(false)
            .Columns(
                new SpinnerColumn(),
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new TextColumn(() => _text)
            )
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(title));
                task.IsIndeterminate = true;
                _started.SetResult(task);
                await _end.Task;
            });

    /// <summary>Shows a bar of unknown length.</summary>
    public static LiveBar Show(IAnsiConsole console, string title) => new(console, title);

    /// <summary>Updates the bar.</summary>
    /// <param name="title">The current activity.</param>
    /// <param name="share">Done so far, 0 to 1; null if unknown.</param>
    /// <param name="text">Rate and time left.</param>
    public void Update(string title, double? share, string text)
    {
        _text = text;
        if (!_started.Task.IsCompletedSuccessfully)
            return;
        var task = _started.Task.Result;
        task.Description = Markup.Escape(title);
        task.IsIndeterminate = share is null;
        task.Value = Math.Clamp(share ?? 0, 0, 1) * task.MaxValue;
    }

    /// <summary>Removes the bar.</summary>
    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await _showing;
    }

    private sealed class TextColumn(Func<string> text) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(text());
    }
}

using ActorColorize.Actors.Gpu;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Evaluation;
using Spectre.Console;

namespace ActorColorize.Host.Displays;

/// <summary>Shows how an evaluation moves on, and its figures. Progress is called from one thread at a time.</summary>
internal sealed class EvaluationDisplay : IAsyncDisposable
{
    private readonly Screen _screen;
    private readonly Throttle _throttle;
    private readonly LiveBar? _bar;

    /// <summary>A display that fits the screen.</summary>
    public EvaluationDisplay(Screen screen, TimeProvider time)
    {
        _screen = screen;
        _throttle = new Throttle(time, TimeSpan.FromSeconds(5));
        _bar = screen.Style == OutputStyle.Live ? LiveBar.Show(screen.People, "evaluating") : null;
    }

    /// <summary>The evaluation moved on.</summary>
    public void Moved(GpuEvents.EvaluationProgressed progress)
    {
        var text = $"{Quantities.Count(progress.Done)} of {Quantities.Count(progress.Total)}";
        if (_bar is not null) _bar.Update(progress.What, (double)progress.Done / progress.Total, text);
        else if (_throttle.MayPass(progress.What, isLast: progress.Done == progress.Total)) _screen.Line($"{progress.What}: {text}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _bar?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The figures: a table for people, one JSON object for programs.</summary>
    public static void Show(Screen screen, GpuEvents.Evaluated evaluated, string model, string split, DeviceChoice device, string precision)
    {
        var report = evaluated.Report;
        if (screen.Style == OutputStyle.Json)
        {
            screen.RawJson(report.ToJson(indented: false, evaluated.Frontier));
            return;
        }

        screen.Line($"model: {model}");
        screen.Line($"{Quantities.Count(report.Pictures, "picture")} of split '{split}' on {device.Name}, {precision}");
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("").AddColumn("AuC %").AddColumn("rebalanced %").AddColumn("PSNR dB").AddColumn("CIEDE2000").AddColumn("colorfulness");
        Row(table, "model", report.Model);
        Row(table, "grey", report.Grey);
        if (report.Random is { } random) Row(table, "random", random);
        table.AddRow("truth", "", "", "", "", report.Truth.Colorfulness.ToString("0.0"));
        screen.People.Write(table);
        screen.Line(
            $"over grey: AuC {report.Model.Auc - report.Grey.Auc:+0.0;-0.0}, rebalanced {report.Model.AucRebalanced - report.Grey.AucRebalanced:+0.0;-0.0}; "
            + "grey is what doing nothing gives, random paints each picture with another one's colours");
        if (evaluated.Frontier.Count > 0) ShowFrontier(screen, evaluated);
    }

    private static void ShowFrontier(Screen screen, GpuEvents.Evaluated evaluated)
    {
        var grey = evaluated.Report.Grey;
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("rebalance").AddColumn("temperature").AddColumn("AuC over grey").AddColumn("rebalanced over grey").AddColumn("colorfulness");
        foreach (var point in evaluated.Frontier)
        {
            table.AddRow(
                point.Rebalance?.ToString("0.00") ?? "as trained",
                point.Temperature.ToString("0.00"),
                (point.Auc - grey.Auc).ToString("+0.00;-0.00"),
                (point.AucRebalanced - grey.AucRebalanced).ToString("+0.00;-0.00"),
                point.Colorfulness.ToString("0.0"));
        }

        screen.People.Write(table);
    }

    private static void Row(Table table, string name, MeasureSet measures) => table.AddRow(
        name,
        measures.Auc.ToString("0.0"),
        measures.AucRebalanced.ToString("0.0"),
        measures.Psnr.ToString("0.0"),
        measures.Ciede2000.ToString("0.0"),
        measures.Colorfulness.ToString("0.0"));
}

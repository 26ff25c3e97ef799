using System.CommandLine;
using System.Reflection;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Doctor;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;
using ActorColorize.Interchange;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;

namespace ActorColorize.Host.Commands;

/// <summary>The options of <c>doctor</c>.</summary>
/// <param name="Daemon">Whether to examine what a daemon needs instead of what computing needs.</param>
/// <param name="Config">The daemon's settings file; null: the defaults.</param>
/// <param name="DataFolder">The daemon's data folder; null: that of the settings.</param>
internal sealed record DoctorOptions(bool Daemon, string? Config, string? DataFolder);

/// <summary><c>doctor</c>: reports on this machine. A machine that cannot compute still gets its report, and exit code 6.</summary>
internal sealed class DoctorCommand(CommandContext context)
    : BoundCommand<DoctorOptions>(
        "doctor",
        "Report on this machine: runtime, native libraries, devices, speed, disk, picture formats, and whether the "
            + "convolutions compute correctly. With --daemon: on a daemon's settings, ports, certificates, database, "
            + "shared folders and clock.",
        new("doctor", "a report for people"),
        new("doctor --daemon --config daemon.json", "whether a daemon with these settings can start here, before it is started"),
        new("doctor --json", "the same as JSON, for a program or a bug report")
    )
{
    private const string Preset = "quarter";

    public readonly Option<bool> Daemon = OptionValues.Switch("--daemon", "Examine what a daemon needs, and nothing else");
    public readonly Option<string> Config = OptionValues.Path("--config", "FILE", "With --daemon: the daemon's settings file");
    public readonly Option<string> Data = DaemonOptions.Data("With --daemon: the daemon's data folder");
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override DoctorOptions Bind(ParseResult parsed) =>
        new(parsed.GetValue(Daemon), parsed.GetValue(Config), parsed.GetValue(Data));

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(DoctorOptions options)
    {
        if (options.Daemon)
            return ExamineDaemon(options);
        if (options is not { Config: null, DataFolder: null })
            throw new UsageException("doctor: --config and --data-folder require --daemon");
        var report = Look();
        foreach (var line in DoctorText.Machine(report))
            context.Screen.Line(line);
        report = await CheckConvolutionsAsync(report);
        foreach (var line in DoctorText.Verdict(report))
            context.Screen.Line(line);
        context.Screen.Json(report);
        return report.IsHealthy ? ExitCode.Success : ExitCode.Device;
    }

    private ExitCode ExamineDaemon(DoctorOptions options)
    {
        var settings = ServeConfiguration.Load(options.Config, options.DataFolder, Environment.GetEnvironmentVariables(), out var files);
        List<DaemonFinding> findings =
        [
            DaemonFinding.Good("settings", files.Count == 0 ? "the defaults" : string.Join(", ", files)),
            .. new DaemonExamination(settings, context.Time).Findings(),
        ];
        var width = findings.Max(static finding => finding.What.Length);
        foreach (var finding in findings)
        {
            var line = $"{finding.What.PadRight(width)}  {finding.Text}";
            if (finding.Verdict == DaemonVerdict.Failure)
                context.Screen.Error(line);
            else if (finding.Verdict == DaemonVerdict.Warning)
                context.Screen.Warn(line);
            else
                context.Screen.Line(line);
        }

        var code = findings.FirstOrDefault(static finding => finding.Verdict == DaemonVerdict.Failure)?.Code ?? ExitCode.Success;
        context.Screen.Json(new { Passed = code == ExitCode.Success, Findings = findings });
        return code;
    }

    private static DoctorReport Look()
    {
        var host = HostFacts.Gather();
        var device = host.LibTorch is null ? null : DeviceChoice.Resolve("auto");
        return new DoctorReport(
            Version(),
            host,
            device,
            device is null ? null : EngineFor(device, host),
            CodecFacts.Find(),
            DiskFacts.Find(),
            Convolutions: null,
            ConvolutionNote: null
        );
    }

    private static EngineDecision? EngineFor(DeviceChoice device, HostFacts host)
    {
        if (device.Name != "cpu" || host.CpuPrecision is not { } precision || DefaultModel.Shipped(DefaultModel.Name) is not { } places)
            return null;
        var model = ModelLocator.Resolve(places);
        return EngineSelection.Decide(EngineChoice.Auto, model, device.Name, precision.Precision, Environment.ProcessorCount, null);
    }

    private async Task<DoctorReport> CheckConvolutionsAsync(DoctorReport report)
    {
        if (report.Device is not { } device)
            return report with { ConvolutionNote = "not checked: LibTorch is not loaded" };
        if (device.Name != "cpu" || report.Host.CpuPrecision is not { } precision)
            return report with { ConvolutionNote = "not checked: only CPU kernels are checked" };

        const string Doing = "checking convolutions against float64 (the first time here: up to a minute)";
        await using var bar = context.Screen.Style == OutputStyle.Live ? LiveBar.Show(context.Screen.People, Doing) : null;
        var table = new ConvolutionTable(device, precision.Precision, report.Host.Threads);
        var convolutions = table.Check(
            Preset,
            (done, all) => bar?.Update(Doing, (double)done / all, $"{done} of {all}"),
            context.Stop.Token
        );
        return report with { Convolutions = convolutions, ConvolutionNote = table.CacheProblem };
    }

    private static string Version() =>
        typeof(DoctorCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}

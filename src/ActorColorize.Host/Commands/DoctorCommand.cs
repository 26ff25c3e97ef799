using System.CommandLine;
using System.Reflection;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Doctor;
using ActorColorize.Host.Failures;
using ActorColorize.Model.Devices;

namespace ActorColorize.Host.Commands;

/// <summary><c>doctor</c>: reports on this machine. A machine that cannot compute still gets its report, and exit code 6.</summary>
internal sealed class DoctorCommand(CommandContext context)
    : BoundCommand<NoOptions>(
        "doctor",
        "Report on this machine: runtime, native libraries, devices, speed, disk, picture formats, and whether the "
            + "convolutions compute correctly.",
        new("doctor", "a report for people"),
        new("doctor --json", "the same as JSON, for a program or a bug report")
    )
{
    private const string Preset = "quarter";

    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override NoOptions Bind(ParseResult parsed) => default;

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(NoOptions options)
    {
        var report = Look();
        foreach (var line in DoctorText.Machine(report))
            context.Screen.Line(line);
        report = await CheckConvolutionsAsync(report);
        foreach (var line in DoctorText.Verdict(report))
            context.Screen.Line(line);
        context.Screen.Json(report);
        return report.IsHealthy ? ExitCode.Success : ExitCode.Device;
    }

    private static DoctorReport Look()
    {
        var host = HostFacts.Gather();
        var device = host.LibTorch is null ? null : DeviceChoice.Resolve("auto");
        return new DoctorReport(Version(), host, device, CodecFacts.Find(), DiskFacts.Find(), Convolutions: null, ConvolutionNote: null);
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

using ActorColorize.Host.Displays;
using ActorColorize.Model.Inference;

namespace ActorColorize.Host.Doctor;

/// <summary>A doctor's report as lines of text.</summary>
internal static class DoctorText
{
    private const int NameWidth = 14;

    /// <summary>The machine; every line can be quoted on its own.</summary>
    public static IEnumerable<string> Machine(DoctorReport report)
    {
        var host = report.Host;
        yield return Line("ActorColorize", report.Version);
        yield return Line(".NET", host.DotNet);
        yield return Line("system", $"{host.OperatingSystem}; glibc {host.Glibc ?? "none"}; libstdc++ {host.NewestGlibcxx ?? "none"}");
        yield return Line(
            "processor",
            $"{host.Cpu.Model}; {Quantities.Count(host.Cpu.Cores, "core")}, {Quantities.Count(host.Threads, "thread")} for tensors"
        );
        yield return Line("memory", Quantities.Bytes(host.MemoryBytes));
        yield return Line("LibTorch", host.LibTorch ?? WithoutItsName(host.LibTorchProblem ?? "not loaded"));
        if (report.Device is { } device)
            yield return Line("devices", $"{string.Join(", ", host.Devices)}; uses {device.Name} ({device.Reason})");
        if (host.CpuPrecision is { } precision)
            yield return Line("precision", $"{precision.Precision.ToString().ToLowerInvariant()} on the CPU ({precision.Reason})");
        if (report.Engine is { } engine)
            yield return Line(
                "engine",
                $"torch; --engine auto takes {engine.Engine.Word()} for the places model ({engine.Problem ?? engine.Reason})"
            );
        yield return Line("pictures", $"{report.Codecs.Library}; {string.Join(", ", report.Codecs.Codecs.Select(InWords))}");
        foreach (var disk in report.Disks)
            yield return Line(
                "disk",
                $"{(disk.FreeBytes is { } free ? $"{Quantities.Bytes(free)} free" : "free space unknown")} for {disk.Use} ({disk.Folder})"
            );
    }

    /// <summary>The numerical self-test, and the verdict on the whole.</summary>
    public static IEnumerable<string> Verdict(DoctorReport report)
    {
        if (report.Convolutions is { } table)
        {
            var wrong = table.Count(convolution => convolution.Rejected.Count > 0);
            yield return Line(
                "convolutions",
                wrong == 0
                    ? $"all {table.Count} are accurate, checked against float64"
                    : $"{wrong} of {table.Count} give wrong results on their fastest route and use another one"
            );
            var width = table.Max(convolution => convolution.Convolution.Length);
            foreach (var convolution in table)
            {
                var outcome = convolution.Route is null
                    ? "WRONG on every route"
                    : $"{convolution.Route}, error {convolution.WorstRelativeError:0.0e-0} of {convolution.Tolerance:0.0e-0} allowed";
                var rejected = string.Concat(
                    convolution.Rejected.Select(route =>
                        $"; {route.Route} is wrong ({route.Quantity} "
                        + $"{(route.WorstRelativeError is { } error ? $"{error:0.0e-0}" : "not a number")})"
                    )
                );
                yield return $"  {convolution.Convolution.PadRight(width)}  {convolution.Precision}  {outcome}{rejected}";
            }
        }

        if (report.ConvolutionNote is { } note)
            yield return Line("convolutions", note);
        yield return report.IsHealthy ? "OK: training and colouring can run here" : "NOT OK: see above for what is missing";
    }

    private static string InWords(Codec codec) =>
        (codec.Reads, codec.Writes) switch
        {
            (true, true) => codec.Format,
            (true, false) => $"{codec.Format} (read only)",
            (false, true) => $"{codec.Format} (write only)",
            _ => $"no {codec.Format}",
        };

    // The line already begins with the name.
    private static string WithoutItsName(string problem) =>
        problem.StartsWith("LibTorch ", StringComparison.Ordinal) ? problem["LibTorch ".Length..] : problem;

    private static string Line(string name, string text) => $"{name.PadRight(NameWidth)}{text}";
}

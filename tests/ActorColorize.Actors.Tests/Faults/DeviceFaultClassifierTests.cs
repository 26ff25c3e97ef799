using System.Runtime.InteropServices;
using System.Text.Json;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Loader;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Faults;

/// <summary>The messages are real ones: each names where it was reported, in <c>Fixtures/device-faults.json</c>.</summary>
public sealed class DeviceFaultClassifierTests
{
    public static TheoryData<string, string> Reported()
    {
        var data = new TheoryData<string, string>();
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", "device-faults.json"));
        foreach (var report in JsonDocument.Parse(stream).RootElement.EnumerateArray())
            data.Add(report.GetProperty("kind").GetString()!, report.GetProperty("message").GetString()!);
        return data;
    }

    [Theory]
    [MemberData(nameof(Reported))]
    public void A_reported_message_is_of_its_kind_and_its_cause_is_one_line(string kind, string message)
    {
        var fault = DeviceFaultClassifier.Of(new NativeException(message));

        Assert.Equal(Enum.Parse<DeviceFaultKind>(kind), fault.Kind);
        Assert.Equal(fault.Kind, DeviceFaultClassifier.KindOf(message));
        Assert.DoesNotContain('\n', fault.Cause);
        Assert.StartsWith(fault.Cause.TrimEnd('…'), message, StringComparison.Ordinal);
        Assert.InRange(fault.Cause.Length, 1, DeviceFaultClassifier.LongestCause);
    }

    [Fact]
    public void Every_kind_that_a_message_can_name_has_reports()
    {
        var kinds = Reported().Select(row => (string)((object[])row)[0]).ToHashSet(StringComparer.Ordinal);

        Assert.Superset(new HashSet<string> { "OutOfMemory", "Sticky", "Crash" }, kinds);
    }

    [Fact]
    public void A_message_inside_other_exceptions_counts()
    {
        var native = new NativeException("CUDA error: device-side assert triggered\nException raised from somewhere");

        var fault = DeviceFaultClassifier.Of(new InvalidOperationException("the step failed", new AggregateException(native)));

        Assert.Equal(new DeviceFault(DeviceFaultKind.Sticky, "CUDA error: device-side assert triggered"), fault);
    }

    [Fact]
    public void The_type_decides_where_the_text_does_not()
    {
        Assert.Equal(DeviceFaultKind.OutOfMemory, DeviceFaultClassifier.Of(new InsufficientMemoryException()).Kind);
        Assert.Equal(DeviceFaultKind.Data, DeviceFaultClassifier.Of(new LoaderException(new IOException("gone"))).Kind);
        Assert.Equal(
            new DeviceFault(DeviceFaultKind.Crash, "InvalidOperationException: batch 3 came where 2 was due"),
            DeviceFaultClassifier.Of(new InvalidOperationException("batch 3 came where 2 was due"))
        );
    }

    /// <summary>Same base type as the exceptions of TorchSharp.</summary>
    private sealed class NativeException(string message) : ExternalException(message);
}

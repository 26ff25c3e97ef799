using ActorColorize.Actors.Metrics;
using ActorColorize.Host.Training;
using ActorColorize.Protocol;
using ActorColorize.Rest;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ActorColorize.Host.Monitoring;

/// <summary>
/// Sends this process's metrics and traces to an OpenTelemetry collector. It is off unless <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; it
/// and the other variables of the OpenTelemetry specification (https://opentelemetry.io/docs/specs/otel/protocol/exporter/) are read by the
/// exporter, and child processes inherit them.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "actorcolorize";
    private const string HttpSource = "Microsoft.AspNetCore";
    private const string HttpMeter = "Microsoft.AspNetCore.Hosting";
    private const string RuntimeMeter = "System.Runtime";

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;

    private Telemetry(string role)
    {
        var resource = ResourceBuilder
            .CreateDefault()
            .AddService(
                ServiceName,
                serviceVersion: RunPreparation.ProgramVersion,
                serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}"
            )
            .AddAttributes([new KeyValuePair<string, object>("actorcolorize.process", role)]);
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(ProgramMeter.Name, RestSettings.DefaultMeterName, HttpMeter, RuntimeMeter)
            .AddOtlpExporter()
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Tracing.SourceName, HttpSource)
            .AddOtlpExporter()
            .Build();
    }

    /// <summary>Starts sending if an endpoint is configured.</summary>
    /// <param name="role">What this process does: <c>client</c>, <c>serve</c>, <c>coordinator</c>, <c>device-1</c>.</param>
    /// <returns>Dispose of it at the end of the process, so that the last spans are sent; null if no endpoint is configured.</returns>
    public static Telemetry? StartIfConfigured(string role) =>
        Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } ? new Telemetry(role) : null;

    /// <summary>Sends what has not been sent yet.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }
}

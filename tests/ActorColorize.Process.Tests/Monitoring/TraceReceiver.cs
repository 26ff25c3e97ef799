using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ActorColorize.Process.Tests.Monitoring.Otlp;

namespace ActorColorize.Process.Tests.Monitoring;

/// <summary>A span as it was received.</summary>
/// <param name="Process">The process that sent it.</param>
/// <param name="Trace">Its trace, hexadecimal.</param>
/// <param name="Id">Its id.</param>
/// <param name="Parent">Its parent's id; empty for the first of a trace.</param>
/// <param name="Name">What was done.</param>
internal sealed record ReceivedSpan(string Process, string Trace, string Id, string Parent, string Name);

/// <summary>A collector of OpenTelemetry's protocol over HTTP, which keeps the spans and forgets everything else.</summary>
internal sealed class TraceReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly Task _serving;

    internal TraceReceiver()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Endpoint = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Endpoint + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The value of <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    internal string Endpoint { get; }

    /// <summary>All spans so far.</summary>
    internal IReadOnlyList<ReceivedSpan> Spans => [.. _spans];

    public void Dispose()
    {
        _listener.Stop();
        _serving.Wait();
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                Answer(await _listener.GetContextAsync());
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
        {
            // The test is over
        }
    }

    private void Answer(HttpListenerContext context)
    {
        if (context.Request.Url!.AbsolutePath == "/v1/traces")
        {
            foreach (var sent in ExportTraceServiceRequest.Parser.ParseFrom(context.Request.InputStream).ResourceSpans)
                Keep(sent);
        }

        context.Response.StatusCode = 200;
        context.Response.Close();
    }

    private void Keep(ResourceSpans sent)
    {
        var process = sent.Resource.Attributes.Single(attribute => attribute.Key == "service.instance.id").Value.StringValue;
        foreach (var span in sent.ScopeSpans.SelectMany(scope => scope.Spans))
            _spans.Enqueue(
                new ReceivedSpan(
                    process,
                    Convert.ToHexStringLower(span.TraceId.Span),
                    Convert.ToHexStringLower(span.SpanId.Span),
                    Convert.ToHexStringLower(span.ParentSpanId.Span),
                    span.Name
                )
            );
    }
}

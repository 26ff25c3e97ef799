using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Storage;

namespace ActorColorize.Actors.Faults;

/// <summary>
/// The record of injected faults (<c>injected.jsonl</c>). A fault is recorded on disk before it occurs, so that it occurs once, however the
/// process ends and however often its step is repeated.
/// </summary>
internal sealed class InjectedFaults : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly string _injection;
    private readonly List<PlannedFault> _ahead;
    private readonly AppendLog _log;

    /// <summary>Opens the record of a plan.</summary>
    /// <exception cref="IOException">The record cannot be opened.</exception>
    internal InjectedFaults(RunFolder folder, FaultInjectionPlan injection, long totalSteps)
    {
        _injection = injection.Text;
        _ahead = [.. injection.Faults(totalSteps)];
        _log = new AppendLog(folder.Injected);
        foreach (var line in AppendLog.ReadLines(folder.Injected).Select(Parse).OfType<Line>().Where(line => line.Injection == _injection))
        {
            var struck = _ahead.FindIndex(planned => planned.Step == line.Step && planned.Fault.Word() == line.Fault);
            if (struck >= 0)
                _ahead.RemoveAt(struck);
        }
    }

    /// <summary>The next fault to inject in a step, already recorded; null if there is none.</summary>
    /// <exception cref="IOException">It cannot be recorded; it has not occurred.</exception>
    internal FaultKind? Take(long step)
    {
        var index = _ahead.FindIndex(planned => planned.Step == step);
        if (index < 0)
            return null;
        var fault = _ahead[index].Fault;
        _log.Append(JsonSerializer.SerializeToUtf8Bytes(new Line(_injection, fault.Word(), step, DateTimeOffset.UtcNow), Json));
        _log.Sync();
        _ahead.RemoveAt(index);
        return fault;
    }

    /// <inheritdoc/>
    public void Dispose() => _log.Dispose();

    private static Line? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(line, Json);
        }
        catch (JsonException)
        {
            return null; // an incomplete line before a crash: that fault had not occurred yet
        }
    }

    private sealed record Line([property: JsonPropertyName("drill")] string Injection, string Fault, long Step, DateTimeOffset Time);
}

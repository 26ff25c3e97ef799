using System.Globalization;
using ActorColorize.Data.Sampling;
using ActorColorize.Model.Training;

namespace ActorColorize.Actors.Faults;

/// <summary>One fault of a plan.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Step">Number of the step in which it occurs, from 1.</param>
public readonly record struct PlannedFault(FaultKind Fault, long Step);

/// <summary>
/// Faults to inject, so that operators see how their runs recover. Written as <c>oom@120,nan@200*2,hang@300</c>: a fault, the step, and how
/// often it occurs in that step (once per try of the step); or as <c>soak:SEED:COUNT</c>, which draws faults and steps from a seed,
/// optionally of some kinds only: <c>soak:7:25:oom+nan+segv</c>.
/// </summary>
public sealed class FaultInjectionPlan
{
    private const string Soak = "soak";
    private const int MostFaults = 10_000;
    private const long StepStream = 101;
    private const long KindStream = 102;

    private readonly IReadOnlyList<PlannedFault> _listed;
    private readonly (ulong Seed, int Count, IReadOnlyList<FaultKind> Kinds)? _soak;

    private FaultInjectionPlan(string text, IReadOnlyList<PlannedFault> listed, (ulong, int, IReadOnlyList<FaultKind>)? soak)
    {
        Text = text;
        _listed = listed;
        _soak = soak;
    }

    /// <summary>The plan as written; identifies the record of injected faults.</summary>
    public string Text { get; }

    /// <summary>A fault of the plan that hangs forever unless the process is watched from outside; null if there is none.</summary>
    public FaultKind? NeedsWatcher
    {
        get
        {
            foreach (var fault in _soak?.Kinds ?? [.. _listed.Select(static planned => planned.Fault)])
            {
                if (fault.NeedsWatcher())
                    return fault;
            }

            return null;
        }
    }

    /// <summary>Parses a plan.</summary>
    /// <exception cref="ConfigurationException">The text is not a valid plan; the message says what is wrong with which part.</exception>
    public static FaultInjectionPlan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
            throw Wrong(text, "no fault is named");
        if (parts[0].StartsWith($"{Soak}:", StringComparison.Ordinal))
            return parts.Length == 1
                ? new FaultInjectionPlan(text, [], ParseSoak(parts[0]))
                : throw Wrong(text, $"{Soak} cannot be combined with other faults: it draws all faults itself");
        var listed = parts.SelectMany(ParseListed).ToList();
        return listed.Count <= MostFaults ? new FaultInjectionPlan(text, listed, null) : throw Wrong(text, $"at most {MostFaults} faults");
    }

    /// <summary>The faults of the plan in a run, in the order of their steps; deterministic.</summary>
    /// <param name="totalSteps">Steps of the run, which a soak spreads its faults over.</param>
    public IReadOnlyList<PlannedFault> Faults(long totalSteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        var faults = _soak is var (seed, count, kinds)
            ? Enumerable
                .Range(0, count)
                .Select(number => new PlannedFault(
                    kinds[(int)(StatelessRandom.Hash(seed, number, 0, KindStream) % (ulong)kinds.Count)],
                    1 + (long)(StatelessRandom.Hash(seed, number, 0, StepStream) % (ulong)totalSteps)
                ))
            : _listed;
        return [.. faults.OrderBy(static planned => planned.Step)];
    }

    private static IEnumerable<PlannedFault> ParseListed(string part)
    {
        var at = part.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
            throw Wrong(part, "write FAULT@STEP, for example oom@120");
        var fault = ParseFault(part, part[..at]);
        var numbers = part[(at + 1)..].Split('*', 2);
        if (!long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step < 1)
            throw Wrong(part, $"'{numbers[0]}' is not a valid step: steps are counted from 1");
        var times = 1;
        if (
            numbers.Length == 2
            && (!int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out times) || times is < 1 or > MostFaults)
        )
            throw Wrong(part, $"'{numbers[1]}' is not a valid number of times: write a number from 1 to {MostFaults}");
        return Enumerable.Repeat(new PlannedFault(fault, step), times);
    }

    private static (ulong, int, IReadOnlyList<FaultKind>) ParseSoak(string part)
    {
        var fields = part.Split(':');
        if (fields.Length is < 3 or > 4)
            throw Wrong(part, $"write {Soak}:SEED:COUNT or {Soak}:SEED:COUNT:FAULT+FAULT");
        if (!ulong.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
            throw Wrong(part, $"'{fields[1]}' is not a valid seed: write a whole number from 0 up");
        if (!int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MostFaults)
            throw Wrong(part, $"'{fields[2]}' is not a valid number of faults: write a number from 1 to {MostFaults}");
        // Faults that only a new process cures are drawn only if they are named.
        IReadOnlyList<FaultKind> kinds =
            fields.Length == 4
                ? [.. fields[3].Split('+').Select(word => ParseFault(part, word))]
                : [.. FaultKinds.Words.Select(static pair => pair.Fault).Where(static fault => fault.IsDrawn())];
        return (seed, count, kinds);
    }

    private static FaultKind ParseFault(string part, string word)
    {
        foreach (var (known, fault) in FaultKinds.Words)
        {
            if (known == word)
                return fault;
        }

        throw Wrong(part, $"'{word}' is not a fault: use one of {string.Join(", ", FaultKinds.Words.Select(static pair => pair.Word))}");
    }

    private static ConfigurationException Wrong(string part, string why) => new($"--inject {part}: {why}");
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace ActorColorize.Rest.Tests;

/// <summary>Samples in Prometheus' text format, without the label that names the meter.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    /// <summary>Reads the samples; comments are left out.</summary>
    internal Exposition(string text)
    {
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var sample = Sample().Match(line);
            Assert.True(sample.Success, line);
            var labels = sample
                .Groups["labels"]
                .Value.Split(',')
                .Where(label => label.Length > 0 && !label.StartsWith("otel_scope_name", StringComparison.Ordinal));
            // Servers of other tests in this process share the meter of HTTP requests.
            _samples[$"{sample.Groups["name"].Value}{{{string.Join(',', labels.Order(StringComparer.Ordinal))}}}"] = double.Parse(
                sample.Groups["value"].Value,
                CultureInfo.InvariantCulture
            );
        }
    }

    /// <summary>Names of all samples.</summary>
    internal IEnumerable<string> Names => _samples.Keys.Select(key => key[..key.IndexOf('{')]);

    /// <summary>The value of a sample, or null if there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels as they are written, in alphabetical order: <c>phase="running"</c>.</param>
    internal double? Value(string name, string labels = "") => _samples.TryGetValue($"{name}{{{labels}}}", out var value) ? value : null;

    // No label of these tests has a comma in its value.
    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>\S+)( \d+)?$""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Sample();
}

using System.Globalization;
using System.Text;

namespace ActorColorize.Rest;

/// <summary>
/// Writes metrics in Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/.
/// </summary>
internal sealed class PrometheusText
{
    /// <summary>The format's content type.</summary>
    public const string ContentType = "text/plain; version=0.0.4";

    private readonly StringBuilder _text = new();

    /// <summary>Begins a metric family.</summary>
    /// <param name="name">Letters, digits and underscores.</param>
    /// <param name="type"><c>gauge</c> or <c>counter</c>.</param>
    /// <param name="help">One line.</param>
    public PrometheusText Family(string name, string type, string help)
    {
        _text
            .Append("# HELP ")
            .Append(name)
            .Append(' ')
            .Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
            .Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    /// <summary>Adds a sample to the family.</summary>
    public PrometheusText Sample(string name, double value, params IReadOnlyList<(string Name, string Value)> labels)
    {
        _text.Append(name);
        if (labels.Count > 0)
            _text.Append('{').AppendJoin(',', labels.Select(label => $"{label.Name}=\"{Escaped(label.Value)}\"")).Append('}');
        _text
            .Append(' ')
            .Append(
                double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture)
                : double.IsNaN(value) ? "NaN"
                : value > 0 ? "+Inf"
                : "-Inf"
            )
            .Append('\n');
        return this;
    }

    /// <summary>Converts a dotted instrument name to a Prometheus name.</summary>
    public static string NameOf(string dotted) => string.Concat(dotted.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Escaped(string value) =>
        value
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}

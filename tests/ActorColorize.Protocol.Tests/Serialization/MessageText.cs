using System.Collections;
using System.Globalization;

namespace ActorColorize.Protocol.Tests.Serialization;

/// <summary>
/// A message as lines of <c>path = value</c>, one for each thing that its constructor takes: what was said, independent of how it is
/// written.
/// </summary>
internal static class MessageText
{
    public static IReadOnlyList<string> Of(object message)
    {
        var lines = new List<string>();
        Write(message.GetType().Name, message, lines);
        return lines;
    }

    private static void Write(string path, object? value, List<string> lines)
    {
        switch (value)
        {
            case null:
                lines.Add($"{path} = (absent)");
                break;
            case string text:
                lines.Add($"{path} = {Escaped(text)}");
                break;
            case Enum or IFormattable:
                lines.Add($"{path} = {((IFormattable)value).ToString(FormatOf(value), CultureInfo.InvariantCulture)}");
                break;
            case bool truth:
                lines.Add($"{path} = {(truth ? "yes" : "no")}");
                break;
            case IEnumerable list:
                var index = 0;
                foreach (var element in list)
                    Write($"{path}[{index++}]", element, lines);
                lines.Add($"{path} = {index} elements");
                break;
            default:
                if (value.GetType().DeclaringType?.IsAbstract == true)
                    lines.Add($"{path} is {value.GetType().Name}");
                foreach (var parameter in ExampleMessage.ConstructorOf(value.GetType()).GetParameters())
                {
                    var property = value
                        .GetType()
                        .GetProperties()
                        .Single(property => string.Equals(property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase));
                    Write($"{path}.{property.Name}", property.GetValue(value), lines);
                }

                break;
        }
    }

    private static string? FormatOf(object value) =>
        value switch
        {
            double => "R",
            DateTimeOffset => "O",
            _ => null,
        };

    private static string Escaped(string text) =>
        text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
}

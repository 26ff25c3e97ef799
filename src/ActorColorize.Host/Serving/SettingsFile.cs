using System.Text.Json;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Serving;

/// <summary>One member of a settings file that is not a section.</summary>
/// <param name="Key">Section and key: <c>gateway:port</c>.</param>
/// <param name="Form">Form of its value.</param>
/// <param name="Text">Its value; a list's entries are joined by commas. Empty for null and for an object.</param>
internal sealed record SettingsEntry(string Key, SettingsForm Form, string Text);

/// <summary>Form of a value in a settings file.</summary>
internal enum SettingsForm
{
    /// <summary>JSON's null: not set.</summary>
    Null,

    /// <summary>A string, a number, true or false.</summary>
    Single,

    /// <summary>A list of strings or numbers.</summary>
    List,

    /// <summary>An object, which only sections may be.</summary>
    Object,
}

/// <summary>
/// Reads a JSON file with settings as a list of entries, in the order of the file. Comments and trailing commas are allowed. Keys are not
/// looked up here; sections are known, and no member stands twice.
/// </summary>
/// <param name="name">The file's name in messages.</param>
/// <param name="sections">The names of the sections, in lower case.</param>
internal sealed class SettingsFile(string name, IReadOnlySet<string> sections)
{
    /// <summary>The member by which editors find the schema; its value is ignored.</summary>
    internal const string SchemaKey = "$schema";

    private static readonly JsonDocumentOptions Style = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly List<SettingsEntry> _entries = [];

    /// <summary>Reads the file.</summary>
    /// <exception cref="UsageException">It does not exist, cannot be read or is not a settings file.</exception>
    public IReadOnlyList<SettingsEntry> Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(SmallFile.Read(path), Style);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new UsageException($"{name} must be a JSON object with sections, not {Word(document.RootElement)}");
            Read(document.RootElement, string.Empty);
            return _entries;
        }
        catch (JsonException wrong)
        {
            throw new UsageException($"{name} is not valid JSON: {FailureMapping.OneLine(wrong.Message)}", wrong);
        }
        catch (InvalidDataException wrong)
        {
            throw new UsageException($"{name} is not a settings file: it is {wrong.Message}", wrong);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{name} cannot be read: {StorageFault.Reason(unreadable)}", unreadable);
        }
    }

    private void Read(JsonElement element, string prefix)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in element.EnumerateObject())
        {
            var key = prefix + member.Name;
            if (!seen.Add(member.Name))
                throw new UsageException($"{name}: '{ServeConfiguration.Dotted(key)}' stands twice");
            if (prefix.Length > 0 || !sections.Contains(member.Name.ToLowerInvariant()))
            {
                if (key != SchemaKey)
                    _entries.Add(Entry(key, member.Value));
                continue;
            }

            if (member.Value.ValueKind != JsonValueKind.Object)
                throw new UsageException(
                    $"{name}: '{member.Name}' must be an object with keys, not {Word(member.Value)}; omit it to set none of them"
                );
            Read(member.Value, $"{key}:");
        }
    }

    private SettingsEntry Entry(string key, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => new(key, SettingsForm.Null, string.Empty),
            JsonValueKind.Object => new(key, SettingsForm.Object, string.Empty),
            JsonValueKind.Array => new(key, SettingsForm.List, string.Join(',', value.EnumerateArray().Select(entry => Text(key, entry)))),
            _ => new(key, SettingsForm.Single, Text(value)),
        };

    private string Text(string list, JsonElement entry)
    {
        if (entry.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
            throw new UsageException($"{name}: '{ServeConfiguration.Dotted(list)}' must be a list of strings, not of {Word(entry)}");
        var text = Text(entry);
        return text.Contains(',', StringComparison.Ordinal)
            ? throw new UsageException(
                $"{name}: '{ServeConfiguration.Dotted(list)}': '{text}' contains a comma; make each of its parts an entry of the list"
            )
            : text;
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Word(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => "a list",
            JsonValueKind.Object => "an object",
            _ => value.GetRawText(),
        };
}

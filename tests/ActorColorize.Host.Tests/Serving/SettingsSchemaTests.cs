using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorColorize.Host.Serving;
using ActorColorize.Model.Training;
using Microsoft.Extensions.Configuration;

namespace ActorColorize.Host.Tests.Serving;

/// <summary>
/// The JSON schemas of settings files are those of the code, described by <c>config/README.md</c>. If one is out of date, the test writes
/// what it should be.
/// </summary>
public sealed partial class SettingsSchemaTests
{
    private const string Draft = "https://json-schema.org/draft/2020-12/schema";

    private static readonly JsonSerializerOptions Style = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly IReadOnlyList<string[]> Rows =
    [
        .. File.ReadAllLines(Path.Combine(Repository.Root, "config", "README.md"))
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(static line => Cell().Split(line.Trim().Trim('|')).Select(static cell => cell.Trim()).ToArray()),
    ];

    [Fact]
    public void The_schema_of_a_daemons_settings_is_that_of_the_code() => Check("serve", ServeSchema());

    [Fact]
    public void The_schema_of_training_configurations_is_that_of_the_code() => Check("training", TrainingSchema());

    [Theory]
    [InlineData("serve")]
    [InlineData("training")]
    public void Every_example_has_only_members_of_the_schema(string folder)
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "config", folder, "schema.json")))!;
        var examples = Directory
            .GetFiles(Path.Combine(Repository.Root, "config", folder), "*.json")
            .Where(static path => Path.GetFileName(path) != "schema.json")
            .ToList();

        Assert.NotEmpty(examples);
        foreach (var example in examples)
            Require(
                JsonNode.Parse(
                    File.ReadAllText(example),
                    documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
                )!,
                schema,
                example
            );
    }

    [Fact]
    public void A_training_configuration_may_name_its_schema() =>
        Assert.Equal(new TrainingConfiguration().Hash, TrainingConfiguration.Parse("""{"$schema": "schema.json"}"""u8.ToArray()).Hash);

    [Fact]
    public void The_schema_is_not_a_preset() => Assert.DoesNotContain("schema", TrainingPresets.Files().Keys);

    private static void Require(JsonNode value, JsonNode schema, string place)
    {
        if (value is not JsonObject members || schema["properties"] is not { } properties)
            return;
        foreach (var (key, member) in members)
        {
            Assert.True(properties[key] is not null, $"{place}: {key} is not in the schema");
            if (member is not null)
                Require(member, properties[key]!, $"{place}: {key}");
        }
    }

    private static void Check(string folder, JsonObject expected)
    {
        var file = Path.Combine(Repository.Root, "config", folder, "schema.json");
        var proposal = Path.Combine(AppContext.BaseDirectory, $"{folder}-schema.json");
        var text = expected.ToJsonString(Style) + "\n";
        File.WriteAllText(proposal, text);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == text, $"{file} is out of date: replace it by {proposal}");
    }

    private static JsonObject ServeSchema()
    {
        var properties = new JsonObject
        {
            [SettingsFile.SchemaKey] = new JsonObject { ["type"] = "string" },
            ["include"] = new JsonObject { ["type"] = Types("string"), ["description"] = Meaning("include") },
        };
        foreach (var section in typeof(ServeKeys).GetProperties())
        {
            if (!section.PropertyType.IsNested)
            {
                properties[NameOf(section)] = Key(section, NameOf(section));
                continue;
            }

            var keys = new JsonObject();
            foreach (var key in section.PropertyType.GetProperties())
                keys[NameOf(key)] = Key(key, $"{NameOf(section)}.{NameOf(key)}");
            properties[NameOf(section)] = Section(keys);
        }

        return Document("Settings of an ActorColorize daemon (serve --config)", properties);
    }

    private static JsonObject Key(PropertyInfo property, string name)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var schema = new JsonObject();
        if (type.IsEnum)
            schema["enum"] = new JsonArray([.. Enum.GetNames(type).Select(static word => (JsonNode)word.ToLowerInvariant()), null]);
        else if (name is "roles" or "cluster.seeds" or "device.name" or "rest.browse_roots")
            schema["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = Types("string") },
                new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = new JsonObject { ["type"] = "string" },
                }
            );
        else
            schema["type"] = Types(
                type == typeof(int) ? "integer"
                : type == typeof(double) ? "number"
                : "string"
            );
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            schema["minimum"] = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
            schema["maximum"] = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        }

        schema["description"] = Meaning(name);
        return schema;
    }

    private static JsonObject TrainingSchema()
    {
        var root = new JsonObject { [SettingsFile.SchemaKey] = new JsonObject { ["type"] = "string" } };
        foreach (var row in Rows.Where(static row => row.Length == 4 && !row[0].Contains(' ', StringComparison.Ordinal)))
        {
            var path = row[0].Trim('`').Split('.');
            var keys = root;
            foreach (var section in path[..^1])
            {
                keys[section] ??= Section([]);
                keys = (JsonObject)keys[section]!["properties"]!;
            }

            if (keys[path[^1]] is null)
                keys[path[^1]] = TrainingKey(path, row[2], row[1]);
        }

        var stage = new JsonObject();
        foreach (
            var key in new[] { "steps", "imageSize", "batchSize", "microBatchSize", "learningRate", "finalLearningRate", "warmupSteps" }
        )
            stage[key] = root[key]!.DeepClone();
        stage["minimumExtent"] = root["augmentation"]!["properties"]!["minimumExtent"]!.DeepClone();
        root["stages"]!["items"] = Section(stage);
        return Document("Training configuration of ActorColorize (train --config, run start --config)", root);
    }

    /// <summary>Types are found by asking the program to read something else; bounds are those of the page.</summary>
    private static JsonObject TrainingKey(string[] path, string range, string meaning)
    {
        var problem = Assert.Throws<ConfigurationException>(() =>
            TrainingConfiguration.Parse(
                Encoding.UTF8.GetBytes(path.Reverse().Aggregate("\"\"", static (inner, key) => $$"""{"{{key}}": {{inner}}}"""))
            )
        );
        Assert.DoesNotContain("unknown", problem.Message, StringComparison.Ordinal);
        if (
            problem.Message.Contains("an object in braces", StringComparison.Ordinal)
            && !problem.Message.Contains("list", StringComparison.Ordinal)
        )
            return Section([], Plain(meaning));
        var schema = new JsonObject
        {
            ["type"] =
                problem.Message.Contains("true or false", StringComparison.Ordinal) ? "boolean"
                : problem.Message.Contains("list", StringComparison.Ordinal) ? "array"
                : problem.Message.Contains("whole number", StringComparison.Ordinal) ? "integer"
                : problem.Message.Contains("number", StringComparison.Ordinal) ? "number"
                : "string",
        };
        if (schema["type"]!.GetValue<string>() == "array" && path[^1] != "stages")
            schema["items"] = new JsonObject { ["type"] = "integer" };
        else if (schema["type"]!.GetValue<string>() is "integer" or "number")
            Bound(schema, range);
        schema["description"] = Plain(meaning);
        return schema;
    }

    private static void Bound(JsonObject schema, string range)
    {
        if (Between().Match(range) is { Success: true } between)
        {
            schema["minimum"] = Number(between.Groups["least"].Value);
            schema[between.Groups["below"].Success ? "exclusiveMaximum" : "maximum"] = Number(between.Groups["most"].Value);
        }
        else if (AtLeast().Match(range) is { Success: true } least)
        {
            schema["minimum"] = Number(least.Groups["least"].Value);
        }
        else if (Above().Match(range) is { Success: true } above)
        {
            schema["exclusiveMinimum"] = Number(above.Groups["bound"].Value);
            if (above.Groups["most"].Success)
                schema["maximum"] = Number(above.Groups["most"].Value);
        }
        else
        {
            Assert.Matches("^0 to `|^1 to `", range); // up to another key's value
            schema["minimum"] = Number(range[..1]);
        }

        if (range.Contains("multiple of 16", StringComparison.Ordinal))
            schema["multipleOf"] = 16;
    }

    private static double Number(string text) =>
        double.Parse(text.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private static JsonObject Document(string title, JsonObject properties) =>
        new()
        {
            ["$schema"] = Draft,
            ["title"] = title,
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };

    private static JsonObject Section(JsonObject keys, string? description = null)
    {
        var section = new JsonObject { ["type"] = "object", ["additionalProperties"] = false };
        if (description is not null)
            section["description"] = description;
        section["properties"] = keys;
        return section;
    }

    private static JsonArray Types(string type) => [type, "null"];

    private static string Meaning(string key) => Plain(Assert.Single(Rows, row => row[0] == $"`{key}`" && row.Length == 3)[1]);

    private static string Plain(string markdown) => Link().Replace(markdown, "${text}").Replace("`", "", StringComparison.Ordinal);

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name.ToLowerInvariant();

    [GeneratedRegex(@"(?<!\\)\|", RegexOptions.None, 1000)]
    private static partial Regex Cell();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\([^)]*\)", RegexOptions.None, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<least>[\d.,]+) to (?<below>below )?(?<most>[\d.,]+)", RegexOptions.None, 1000)]
    private static partial Regex Between();

    [GeneratedRegex(@"(?<least>[\d.,]+) or above", RegexOptions.None, 1000)]
    private static partial Regex AtLeast();

    [GeneratedRegex(@"above (?<bound>[\d.]+)(?:, at most (?<most>[\d.]+))?", RegexOptions.None, 1000)]
    private static partial Regex Above();
}

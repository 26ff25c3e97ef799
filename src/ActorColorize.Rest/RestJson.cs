using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorColorize.Rest;

/// <summary>JSON options of this server: the same names and words as the program's <c>--json</c>. Unknown members are refused.</summary>
internal static class RestJson
{
    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = With(new JsonSerializerOptions());

    /// <summary>Applies the settings to existing options.</summary>
    public static JsonSerializerOptions With(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        // Keeps file names readable; the output is never embedded in HTML
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        return options;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorColorize.Rest;

/// <summary>How JSON looks at this server: the same names and words as the program's <c>--json</c>. What is not known is not taken.</summary>
internal static class RestJson
{
    /// <summary>The style.</summary>
    public static JsonSerializerOptions Options { get; } = With(new JsonSerializerOptions());

    /// <summary>Puts the style into options.</summary>
    public static JsonSerializerOptions With(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        // Names of files are read by people; nothing of this is put into a page
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        return options;
    }
}

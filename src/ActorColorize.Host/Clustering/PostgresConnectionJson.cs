using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Actors.Jobs.Store;

namespace ActorColorize.Host.Clustering;

/// <summary>A database connection in a bootstrap message, including its password.</summary>
internal sealed class PostgresConnectionJson : JsonConverter<PostgresConnection>
{
    /// <inheritdoc/>
    public override PostgresConnection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PostgresConnection.Parse(reader.GetString()!);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PostgresConnection value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.WithPassword);
}

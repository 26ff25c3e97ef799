using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Model.Training;

namespace ActorColorize.Actors.Training;

/// <summary>Embeds a training configuration in another document in its own strict format.</summary>
internal sealed class TrainingConfigurationConverter : JsonConverter<TrainingConfiguration>
{
    public override TrainingConfiguration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return TrainingConfiguration.Parse(Encoding.UTF8.GetBytes(document.RootElement.GetRawText()));
        }
        catch (ConfigurationException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, TrainingConfiguration value, JsonSerializerOptions options)
    {
        using var document = JsonDocument.Parse(value.ToJson(indented: false));
        document.RootElement.WriteTo(writer);
    }
}

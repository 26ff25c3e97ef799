using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>A picture's remarks in one text column, as JSON.</summary>
internal static class RemarksText
{
    internal static string? Of(PictureRemarks? remarks) =>
        remarks is null ? null : StoredForms.OfText(JsonSerializer.Serialize(remarks, RemarksJson.Default.PictureRemarks));

    internal static PictureRemarks? Read(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : JsonSerializer.Deserialize(row.GetString(column), RemarksJson.Default.PictureRemarks);
}

/// <summary>Source-generated serialization of the remarks.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(PictureRemarks))]
internal sealed partial class RemarksJson : JsonSerializerContext;

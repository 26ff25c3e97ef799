using System.Text.Json;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Serving;

/// <summary>
/// The format of a data folder: which files it has, and what the events in the journal look like. <c>format.json</c> names it, so that a
/// version of the program that does not know it refuses the folder instead of misreading it. The tables of the job store have a number of
/// their own in the database.
/// </summary>
internal static class DataFormat
{
    /// <summary>The format that this program writes. 1: without <c>format.json</c>. 2: with it.</summary>
    public const int Current = 2;

    /// <summary>The file.</summary>
    public const string FileName = "format.json";

    private static readonly JsonSerializerOptions Style = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>Step N brings a folder from format N + 1 to N + 2. A step that was interrupted is taken again.</summary>
    private static readonly IReadOnlyList<Action<string>> Migrations =
    [
        static _ => { }, // 1 to 2: only the file is new
    ];

    /// <summary>The format of a folder; null if it holds no data of a daemon yet.</summary>
    /// <exception cref="InputException">It was written by a later version of the program, or its file cannot be read.</exception>
    public static int? Of(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        Content content;
        try
        {
            if (!File.Exists(path))
                return File.Exists(Path.Combine(dataFolder, "journal.db")) || Directory.Exists(Path.Combine(dataFolder, "models"))
                    ? 1
                    : null;
            content = JsonSerializer.Deserialize<Content>(SmallFile.Read(path), Style) ?? throw new JsonException("it is null");
        }
        catch (Exception damaged) when (damaged is JsonException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException($"{path} cannot be read: {FailureMapping.OneLine(damaged.Message)}", damaged);
        }

        return content.Format is >= 1 and <= Current
            ? content.Format
            : throw new InputException(
                $"the data folder {dataFolder} has format {content.Format}, written by {content.Program ?? "another program"}; this "
                    + $"program knows formats up to {Current}: use that version or a later one, or restore a backup"
            );
    }

    /// <summary>Brings a folder to the current format. The caller holds the folder's lock.</summary>
    /// <returns>The format that it had; null if it was empty.</returns>
    /// <exception cref="InputException">It was written by a later version of the program.</exception>
    public static int? Upgrade(string dataFolder, string program)
    {
        var had = Of(dataFolder);
        for (var format = had ?? Current; format < Current; format++)
            Migrations[format - 1](dataFolder);
        if (had != Current)
            Record(dataFolder, Current, program);
        return had;
    }

    /// <summary>Writes the format of a folder.</summary>
    public static void Record(string dataFolder, int format, string program) =>
        AtomicFile.Write(Path.Combine(dataFolder, FileName), stream =>
            JsonSerializer.Serialize(stream, new Content(format, program), Style)
        );

    private sealed record Content(int Format, string? Program);
}

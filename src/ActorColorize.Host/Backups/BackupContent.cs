using System.Text.Json;

namespace ActorColorize.Host.Backups;

/// <summary>
/// What a backup contains: the first entry of its tar file, <c>backup.json</c>. The other entries are the files that it lists, under
/// <c>data/</c> (the SQLite files), <c>models/</c> (the named models), <c>settings/</c> (the settings files) and <c>database.dump</c>.
/// </summary>
/// <param name="Format">Format of the backup.</param>
/// <param name="Program">The program that wrote it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="DataFormat">Format of the data folder.</param>
/// <param name="JobTables">Version of the job store's tables; null if there were none.</param>
/// <param name="DataFolder">The data folder.</param>
/// <param name="ModelsFolder">The folder of the named models.</param>
/// <param name="Database">The PostgreSQL database; null if the jobs are in SQLite files.</param>
/// <param name="Files">The files.</param>
internal sealed record BackupContent(
    int Format,
    string Program,
    DateTimeOffset CreatedAt,
    int DataFormat,
    long? JobTables,
    string DataFolder,
    string ModelsFolder,
    string? Database,
    IReadOnlyList<BackupEntry> Files
)
{
    /// <summary>The format that this program writes, and the newest that it reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The first entry.</summary>
    public const string EntryName = "backup.json";

    /// <summary>Folder of the SQLite files.</summary>
    public const string Data = "data/";

    /// <summary>Folder of the named models.</summary>
    public const string Models = "models/";

    /// <summary>Folder of the settings files.</summary>
    public const string Settings = "settings/";

    /// <summary>The dump of a PostgreSQL database, in pg_dump's custom format.</summary>
    public const string Dump = "database.dump";

    /// <summary>How it is written.</summary>
    public static JsonSerializerOptions Style { get; } =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
}

/// <summary>A file of a backup.</summary>
/// <param name="Name">Name of its entry.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256 in hexadecimal digits.</param>
internal sealed record BackupEntry(string Name, long Bytes, string Sha256);

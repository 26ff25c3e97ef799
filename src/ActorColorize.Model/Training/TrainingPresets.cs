namespace ActorColorize.Model.Training;

/// <summary>The training configurations that come with the program.</summary>
public static class TrainingPresets
{
    private const string Folder = "config/training"; // below the program's own
    private const string Schema = "schema.json"; // of all configurations, for editors

    /// <summary>Their files, by name.</summary>
    public static IReadOnlyDictionary<string, string> Files()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, Folder);
        if (!Directory.Exists(folder))
            return new Dictionary<string, string>(StringComparer.Ordinal);
        return Directory
            .EnumerateFiles(folder, "*.json")
            .Where(static path => Path.GetFileName(path) != Schema)
            .Order(StringComparer.Ordinal)
            .ToDictionary(static path => Path.GetFileNameWithoutExtension(path), static path => path, StringComparer.Ordinal);
    }

    /// <summary>Reads a preset.</summary>
    /// <exception cref="ConfigurationException">The preset does not exist, or its file is invalid.</exception>
    public static TrainingConfiguration Load(string preset)
    {
        var files = Files();
        return files.TryGetValue(preset, out var path)
            ? TrainingConfiguration.Load(path)
            : throw new ConfigurationException($"unknown preset '{preset}': available presets are {string.Join(", ", files.Keys)}");
    }
}

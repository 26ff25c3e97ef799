using System.Text;
using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>Puts the authenticated client's name on commands about runs, and validates them without any access to the disk.</summary>
internal static class ClientTraining
{
    private const int LongestKey = 256;
    private const int LongestName = 128;
    private const int LongestText = 1024;

    /// <summary>The command with this client's name.</summary>
    public static TrainingCommands.ITrainingCommand Of(ClientId client, TrainingCommands.ITrainingCommand command) =>
        command switch
        {
            TrainingCommands.Submit submit => submit with { Client = client },
            TrainingCommands.Pause pause => pause with { Client = client },
            TrainingCommands.Resume resume => resume with { Client = client },
            TrainingCommands.Stop stop => stop with { Client = client },
            TrainingCommands.Promote promote => promote with { Client = client },
            _ => throw new ArgumentException($"{command.GetType().Name} has no client field", nameof(command)),
        };

    /// <summary>Why the command is invalid, in one line; null if it is valid.</summary>
    public static string? Objection(TrainingCommands.ITrainingCommand command) =>
        command switch
        {
            TrainingCommands.Submit submit => Objection(submit.Key, submit.Request),
            TrainingCommands.Promote promote when !ModelName.IsOne(promote.Model) => ModelName.Form,
            _ => null,
        };

    private static string? Objection(string key, TrainingRequest request)
    {
        if (key.Length is 0 or > LongestKey)
            return $"a key must have 1 to {LongestKey} characters";
        if (request.Name is { } name && (name.Length is 0 or > LongestName || name.Any(char.IsControl)))
            return $"a run's name must have 1 to {LongestName} characters on one line";
        return PathObjection("the data folder", request.Data)
            ?? PathObjection("the run folder", request.RunFolder)
            ?? PathObjection("the configuration", request.Configuration)
            ?? PathObjection("the checkpoint", request.Checkpoint)
            ?? (request is { Preset: not null, Configuration: not null } ? "preset and configuration are mutually exclusive" : null)
            ?? LengthObjection(request.Preset, request.Profile, request.Precision, request.Recovery)
            ?? (request.Steps is < 1 ? "a run must have at least 1 step" : null)
            ?? (request.Batch is < 1 or > 65_536 ? "the batch size must be from 1 to 65536" : null);
    }

    private static string? PathObjection(string what, string? path)
    {
        if (path is null)
            return null;
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(path) > JobRequest.LongestPath)
            return $"{what} is not a path of 1 to {JobRequest.LongestPath} bytes";
        return Path.IsPathFullyQualified(path) ? null : $"{what} '{path}' is not an absolute path";
    }

    private static string? LengthObjection(params IReadOnlyList<string?> texts) =>
        texts.Any(static text => text is { Length: 0 or > LongestText })
            ? $"preset, profile, precision and recovery must have 1 to {LongestText} characters"
            : null;
}

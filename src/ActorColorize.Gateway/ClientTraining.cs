using System.Text;
using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>Puts the authenticated client's name on commands about runs, and validates them without any access to the disk.</summary>
internal static class ClientTraining
{
    private const int LongestKey = 256;
    private const int LongestName = 128;
    private const int LongestText = 1024;
    private const int MostBytesOfMoreFolders = 8192; // a message stays below 32 kB

    /// <summary>The command with this client's name.</summary>
    public static TrainingCommands.ITrainingCommand Of(ClientId client, TrainingCommands.ITrainingCommand command) =>
        command switch
        {
            TrainingCommands.Submit submit => submit with { Client = client },
            TrainingCommands.Pause pause => pause with { Client = client },
            TrainingCommands.Resume resume => resume with { Client = client },
            TrainingCommands.Stop stop => stop with { Client = client },
            TrainingCommands.Promote promote => promote with { Client = client },
            TrainingCommands.DeleteModel delete => delete with { Client = client },
            _ => throw new ArgumentException($"{command.GetType().Name} has no client field", nameof(command)),
        };

    /// <summary>Why the command is invalid, in one line; null if it is valid.</summary>
    public static string? Objection(TrainingCommands.ITrainingCommand command) =>
        command switch
        {
            TrainingCommands.Submit submit => Objection(submit.Key, submit.Request),
            TrainingCommands.Promote promote when !ModelName.IsOne(promote.Model) => ModelName.Form,
            TrainingCommands.DeleteModel delete when !ModelName.IsOne(delete.Model) => ModelName.Form,
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
            ?? PathObjection("the initial weights", request.InitialWeights)
            ?? request.MoreData.Select(static more => PathObjection("the data folder", more)).OfType<string>().FirstOrDefault()
            ?? MixtureObjection(request)
            ?? (request is { Preset: not null, Configuration: not null } ? "preset and configuration are mutually exclusive" : null)
            ?? LengthObjection(request.Preset, request.Profile, request.Precision, request.Recovery)
            ?? (request.Steps is < 1 ? "a run must have at least 1 step" : null)
            ?? (request.Batch is < 1 or > 65_536 ? "the batch size must be from 1 to 65536" : null);
    }

    private static string? MixtureObjection(TrainingRequest request)
    {
        if (request.MoreData.Sum(static more => Encoding.UTF8.GetByteCount(more)) > MostBytesOfMoreFolders)
            return $"the paths of the further data folders have more than {MostBytesOfMoreFolders} bytes: give fewer, or shorter ones";
        if (request.Shares.Any(static share => !(share > 0 && double.IsFinite(share))))
            return "shares must be numbers above 0";
        if (request.Shares.Count > 0 && (request.MoreData.Count == 0 || request.Shares.Count != request.MoreData.Count + 1))
            return $"{request.Shares.Count} shares for {request.MoreData.Count + 1} data folders: give several folders, a share for each";
        return request is { InitialWeights: not null, Checkpoint: not null }
            ? "initial weights and a checkpoint exclude each other: a checkpoint has weights of its own"
            : null;
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

using System.Text;
using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>Validates a request without any access to the disk.</summary>
internal static class JobRequestCheck
{
    private const int LongestKey = 256;
    private const int LongestId = 64;

    /// <exception cref="JobRequestException">The request is invalid; the message says why.</exception>
    public static void Require(GatewayCommands.SubmitJob command)
    {
        var request = command.Request;
        if (command.Key.Length is 0 or > LongestKey)
            throw new JobRequestException($"a key must have 1 to {LongestKey} characters");
        RequirePath("the input", request.Input);
        RequirePath("the output", request.Output);
        if (request.Model is { } model && !ModelName.IsOne(model))
            RequirePath("the model", model);
        if (request.RejectedOf is { Value.Length: 0 or > LongestId })
            throw new JobRequestException("the job whose rejected pictures are wanted is not a job's id");
        RequireBetween("temperature", request.Temperature, 0, 1);
        RequireBetween("rebalance", request.Rebalance, 0, 1);
        RequireBetween("strength", request.Strength, 0, 1);
        RequireBetween("saturation", request.Saturation, 0, 4);
        RequireBetween("batch", request.Batch, 1, 1024);
        RequireBetween("quality", request.Quality, 1, 100);
        RequireBetween("max_megapixels", request.MaxMegapixels, 1, JobRequest.MostMegapixels);
    }

    private static void RequirePath(string what, string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(path) > JobRequest.LongestPath)
            throw new JobRequestException($"{what} is not a path of 1 to {JobRequest.LongestPath} bytes");
        if (!Path.IsPathFullyQualified(path))
            throw new JobRequestException($"{what} '{path}' is not an absolute path");
    }

    private static void RequireBetween(string what, double? value, double least, double most)
    {
        if (value is { } given && !(given >= least && given <= most))
            throw new JobRequestException($"{what} must be from {least} to {most}, not {given}");
    }
}

using ActorColorize.Host.Failures;
using ActorColorize.Interchange;

namespace ActorColorize.Host.Commands.Models;

/// <summary>
/// <c>model verify</c>: reads every byte of a model and runs it once. Exit code 3: the model can be used, but some of its run's checkpoints
/// cannot.
/// </summary>
internal sealed class ModelVerifyCommand(CommandContext context)
    : ModelLookCommand(
        "verify",
        "Read all of a model, check hashes, shapes and that all values are finite, and run it once.",
        new("model verify runs/first", "all checkpoints of a run"),
        new("model verify colorization_release_v2-9b330a0b.pth", "a published file, verified by the hash in its name")
    )
{
    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(string options)
    {
        var checks = ModelVerification.Verify(DefaultModel.Choose(options).Path);
        var width = checks.Max(static check => check.What.Length);
        foreach (var check in checks)
        {
            if (check.Passed)
                context.Screen.Line($"{check.What.PadRight(width)}  {check.Finding}");
            else
                context.Screen.Error(check.Finding);
        }

        var code =
            checks.All(static check => check.Passed) ? ExitCode.Success
            : checks[^1].Passed ? ExitCode.CompletedWithErrors
            : ExitCode.Input;
        context.Screen.Json(new { Passed = code == ExitCode.Success, Checks = checks });
        return Task.FromResult(code);
    }
}

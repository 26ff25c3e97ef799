using ActorColorize.Host.Failures;
using ActorColorize.Model.Interchange;

namespace ActorColorize.Host.Commands;

/// <summary>
/// Reads every byte of a model and runs it once. A model that can be used although some of its run's checkpoints cannot gives exit code 3.
/// </summary>
internal sealed class ModelVerifyCommand(CommandContext context)
{
    /// <summary>Verifies, and shows each check.</summary>
    public Task<ExitCode> RunAsync(ModelLookOptions options)
    {
        var checks = ModelVerification.Verify(options.Model);
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

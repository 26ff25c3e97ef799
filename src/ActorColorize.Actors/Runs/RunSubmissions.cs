using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Runs;

/// <summary>
/// Submissions whose run is being identified. That reads from disk, and the same submission may be sent again in the meantime.
/// </summary>
/// <param name="registry">The known runs.</param>
/// <param name="preparation">Identifies runs.</param>
/// <param name="coordinator">Gets <see cref="Identified"/>.</param>
/// <param name="mostOpenRuns">Most runs that may be open at a time.</param>
internal sealed class RunSubmissions(RunRegistry registry, IRunPreparation preparation, IActorRef coordinator, int mostOpenRuns)
{
    private readonly Dictionary<(ClientId Client, string Key), List<(CommandId Command, IActorRef Asker)>> _identifying = [];

    /// <summary>Accepts a submission: answers one whose key is known, and identifies the run of any other.</summary>
    internal void Take(TrainingCommands.Submit submit, IActorRef asker)
    {
        if (registry.Find(submit.Client, submit.Key) is { } known)
        {
            asker.Tell(
                known.Origin.Request == submit.Request || known.Origin.Key != submit.Key
                    ? new TrainingAnswers.Submitted(submit.Command, known.Run, IsNew: false)
                    : new TrainingAnswers.Refused(
                        submit.Command,
                        TrainingRefusal.KeyInUse,
                        $"the key '{submit.Key}' belongs to run {known.Run}, which has other settings: use another key, or omit it"
                    )
            );
            return;
        }

        if (_identifying.TryGetValue((submit.Client, submit.Key), out var askers))
        {
            askers.Add((submit.Command, asker)); // sent again before the first was answered
            return;
        }

        _identifying.Add((submit.Client, submit.Key), [(submit.Command, asker)]);
        preparation
            .IdentifyAsync(submit.Request)
            .PipeTo(coordinator, success: run => new Identified(submit, run, null), failure: e => new Identified(submit, null, e));
    }

    /// <summary>Why a submission is refused; null if it is accepted.</summary>
    internal (TrainingRefusal Kind, string Reason, RefusalCause Cause)? ObjectionTo(Identified identified)
    {
        if (identified.Problem is { } problem)
            return problem is RunPreparationException known
                ? (TrainingRefusal.Invalid, known.Message, known.Cause ?? RefusalCause.Request)
                : (TrainingRefusal.Invalid, $"it cannot be examined: {problem.Message}", RefusalCause.Request);
        var folder = identified.Submit.Request.RunFolder;
        var open = registry.Open.ToList();
        if (open.Find(entry => entry.Run == identified.Run || entry.Origin.Request.RunFolder == folder) is { } other)
            return (
                TrainingRefusal.NotInThisPhase,
                $"run {other.Run} has not ended and uses the folder {folder}: 'actorcolorize run show {other.Run}' shows its status",
                RefusalCause.Request
            );
        return open.Count < mostOpenRuns
            ? null
            : (
                TrainingRefusal.TooManyRuns,
                $"{open.Count} runs have not ended, which is this daemon's limit: stop some, or wait for them",
                RefusalCause.Request
            );
    }

    /// <summary>Answers all senders of this submission.</summary>
    internal void Answer(TrainingCommands.Submit submit, Func<CommandId, object> answer)
    {
        if (!_identifying.Remove((submit.Client, submit.Key), out var askers))
            return;
        foreach (var (command, asker) in askers)
            asker.Tell(answer(command));
    }

    /// <summary>The run of a submission is identified.</summary>
    /// <param name="Submit">The submission.</param>
    /// <param name="Run">The run; null if it cannot be identified.</param>
    /// <param name="Problem">Why it cannot be identified.</param>
    internal sealed record Identified(TrainingCommands.Submit Submit, RunId? Run, Exception? Problem);
}

using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Runs;

/// <summary>
/// Submissions on their way to becoming runs: which run it is takes a look at the disk, and meanwhile the same may be submitted again.
/// </summary>
/// <param name="registry">The runs that are known.</param>
/// <param name="preparation">Looks.</param>
/// <param name="coordinator">Gets <see cref="Identified"/>.</param>
/// <param name="mostOpenRuns">Runs that may be open at a time.</param>
internal sealed class RunSubmissions(RunRegistry registry, IRunPreparation preparation, IActorRef coordinator, int mostOpenRuns)
{
    private readonly Dictionary<(ClientId Client, string Key), List<(CommandId Command, IActorRef Asker)>> _identifying = [];

    /// <summary>Takes a submission in: answers one whose key is known, and has a look taken for any other.</summary>
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
                        $"'{submit.Key}' is run {known.Run}, which does something else: use another key, or leave it out"
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

    /// <summary>Why a submission cannot become a run; null where it can.</summary>
    internal (TrainingRefusal Kind, string Reason)? ObjectionTo(Identified identified)
    {
        if (identified.Problem is { } problem)
            return (
                TrainingRefusal.Invalid,
                problem is RunPreparationException ? problem.Message : $"it cannot be looked at: {problem.Message}"
            );
        var folder = identified.Submit.Request.RunFolder;
        var open = registry.Open.ToList();
        if (open.Find(entry => entry.Run == identified.Run || entry.Origin.Request.RunFolder == folder) is { } other)
            return (
                TrainingRefusal.NotInThisPhase,
                $"run {other.Run} is not over and has the folder {folder}: 'actorcolorize run show {other.Run}' says where it stands"
            );
        return open.Count < mostOpenRuns
            ? null
            : (TrainingRefusal.TooManyRuns, $"{open.Count} runs are not over, which is this daemon's limit: stop some, or wait for them");
    }

    /// <summary>Answers everyone who has sent this submission.</summary>
    internal void Answer(TrainingCommands.Submit submit, Func<CommandId, object> answer)
    {
        if (!_identifying.Remove((submit.Client, submit.Key), out var askers))
            return;
        foreach (var (command, asker) in askers)
            asker.Tell(answer(command));
    }

    /// <summary>Which run a submission is about.</summary>
    /// <param name="Submit">The submission.</param>
    /// <param name="Run">The run; null where that cannot be found out.</param>
    /// <param name="Problem">Why it cannot.</param>
    internal sealed record Identified(TrainingCommands.Submit Submit, RunId? Run, Exception? Problem);
}

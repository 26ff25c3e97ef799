using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Runs;

/// <summary>The promotions in progress on the thread pool, with the actors that wait for them.</summary>
/// <param name="models">The named models.</param>
/// <param name="coordinator">Gets <see cref="PromotionEnded"/>.</param>
internal sealed class RunPromotions(ModelRegistry models, IActorRef coordinator)
{
    private readonly Dictionary<CommandId, List<IActorRef>> _underWay = [];

    /// <summary>Begins to promote a checkpoint; a command that is sent again in the meantime is answered together with the first.</summary>
    internal void Begin(TrainingCommands.Promote command, string runFolder, IActorRef asker)
    {
        if (_underWay.TryGetValue(command.Command, out var askers))
        {
            askers.Add(asker);
            return;
        }

        _underWay.Add(command.Command, [asker]);
        Task.Run(() => models.Promote(command.Model, new RunFolder(runFolder), command.Checkpoint))
            .PipeTo(
                coordinator,
                success: model => new PromotionEnded(command, model, null),
                failure: e => new PromotionEnded(command, null, e)
            );
    }

    /// <summary>Answers all actors that wait for a promotion.</summary>
    internal void Answer(TrainingCommands.Promote command, object answer)
    {
        if (!_underWay.Remove(command.Command, out var askers))
            return;
        foreach (var asker in askers)
            asker.Tell(answer);
    }

    /// <summary>A promotion has ended.</summary>
    /// <param name="Command">The promotion.</param>
    /// <param name="Model">The model; null if the promotion failed.</param>
    /// <param name="Problem">Why it failed; null if it succeeded.</param>
    internal sealed record PromotionEnded(TrainingCommands.Promote Command, NamedModel? Model, Exception? Problem);
}

using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Runs;

/// <summary>The promotions that are under way beside a coordinator, and who has asked for them.</summary>
/// <param name="models">The models that have names.</param>
/// <param name="coordinator">Gets <see cref="PromotionEnded"/>.</param>
internal sealed class RunPromotions(ModelRegistry models, IActorRef coordinator)
{
    private readonly Dictionary<CommandId, List<IActorRef>> _underWay = [];

    /// <summary>Makes a checkpoint the model of a name; sent again meanwhile, it is answered together with the first.</summary>
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

    /// <summary>Answers everyone who has asked for a promotion.</summary>
    internal void Answer(TrainingCommands.Promote command, object answer)
    {
        if (!_underWay.Remove(command.Command, out var askers))
            return;
        foreach (var asker in askers)
            asker.Tell(answer);
    }

    /// <summary>A promotion is over.</summary>
    /// <param name="Command">The promotion.</param>
    /// <param name="Model">The model; null where the checkpoint is no usable one.</param>
    /// <param name="Problem">Why it is not.</param>
    internal sealed record PromotionEnded(TrainingCommands.Promote Command, NamedModel? Model, Exception? Problem);
}

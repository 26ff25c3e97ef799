using ActorColorize.Model.Inference;
using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <content>How good models are.</content>
public sealed partial class GpuActor
{
    private void Evaluate(GpuCommands.Evaluate command)
    {
        _evaluation?.Dispose();
        _evaluation = null;
        var models = new List<Colorizer>();
        foreach (var model in command.Models)
        {
            try
            {
                models.Add(Load(model.Path).Colorizer);
            }
            catch (Exception e) when (IsRefusal(e))
            {
                foreach (var loaded in models)
                    loaded.Dispose();
                command.ReplyTo.Tell(new GpuEvents.ModelRefused(model.Path, e.Message));
                return;
            }
        }

        _evaluation = new EvaluationPass(command, models, Compute().Device);
        CountThenMeasure(command, _evaluation);
    }

    private void CountThenMeasure(GpuCommands.Evaluate command, EvaluationPass pass) =>
        Begin(
            new BatchFeed(_others.Loader, Self, command.PriorPictures, pass.CountingPlan, 0, PassBuffers, PassBuffers),
            batch =>
            {
                pass.Count(batch);
                command.ReplyTo.Tell(new GpuEvents.EvaluationProgressed("counting colours", pass.Counted, command.PriorPictures.Count));
            },
            () =>
            {
                if (pass.TryBeginMeasuring())
                    Measure(command, pass);
                else
                    EndEvaluation(
                        command.ReplyTo,
                        new GpuEvents.ModelRefused(
                            command.Models[0].Path,
                            $"no picture in {command.PriorPictures.Root} has colour that could be read"
                        )
                    );
            }
        );

    private void Measure(GpuCommands.Evaluate command, EvaluationPass pass) =>
        Begin(
            new BatchFeed(_others.Loader, Self, command.Pictures, pass.MeasuringPlan, 0, PassBuffers, PassBuffers),
            batch =>
            {
                pass.Measure(batch);
                command.ReplyTo.Tell(new GpuEvents.EvaluationProgressed("measuring", pass.Measured, command.Pictures.Count));
            },
            () =>
                EndEvaluation(
                    command.ReplyTo,
                    (object?)pass.Result()
                        ?? new GpuEvents.ModelRefused(command.Models[0].Path, $"no picture in {command.Pictures.Root} can be read")
                )
        );

    private void EndEvaluation(IActorRef evaluator, object answer)
    {
        evaluator.Tell(answer);
        _evaluation?.Dispose();
        _evaluation = null;
    }
}

using ActorColorize.Model.Inference;
using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <summary>
/// The part of a GPU actor that evaluates models: it counts the colours of the training pictures, then measures every model on the same
/// decoded pictures.
/// </summary>
internal sealed class EvaluationHost(GpuDevice device) : IDisposable
{
    private EvaluationPass? _evaluation;

    /// <summary>Starts an evaluation in place of one that is running.</summary>
    internal void Evaluate(GpuCommands.Evaluate command)
    {
        Dispose();
        var models = new List<Colorizer>();
        foreach (var model in command.Models)
        {
            try
            {
                models.Add(device.Load(model.Path, EngineChoice.Torch).Colorizer);
            }
            catch (Exception e) when (GpuDevice.IsRefusal(e))
            {
                foreach (var loaded in models)
                    loaded.Dispose();
                command.ReplyTo.Tell(new GpuEvents.ModelRefused(model.Path, e.Message));
                return;
            }
        }

        _evaluation = new EvaluationPass(command, models, device.Compute().Device);
        CountThenMeasure(command, _evaluation);
    }

    private void CountThenMeasure(GpuCommands.Evaluate command, EvaluationPass pass) =>
        device.BeginPass(
            command.PriorPictures,
            pass.CountingPlan,
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
                    End(command, $"no picture in {command.PriorPictures.Root} has colour that could be read");
            }
        );

    private void Measure(GpuCommands.Evaluate command, EvaluationPass pass) =>
        device.BeginPass(
            command.Pictures,
            pass.MeasuringPlan,
            batch =>
            {
                pass.Measure(batch);
                command.ReplyTo.Tell(new GpuEvents.EvaluationProgressed("measuring", pass.Measured, command.Pictures.Count));
            },
            () =>
            {
                if (pass.Result() is { } result)
                    End(command.ReplyTo, result);
                else
                    End(command, $"no picture in {command.Pictures.Root} can be read");
            }
        );

    private void End(GpuCommands.Evaluate command, string refusal) =>
        End(command.ReplyTo, new GpuEvents.ModelRefused(command.Models[0].Path, refusal));

    private void End(IActorRef evaluator, object answer)
    {
        evaluator.Tell(answer);
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _evaluation?.Dispose();
        _evaluation = null;
    }
}

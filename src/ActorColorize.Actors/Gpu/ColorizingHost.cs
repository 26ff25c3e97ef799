using ActorColorize.Actors.Metrics;
using ActorColorize.Imaging.Archives;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Inference;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Gpu;

/// <summary>The part of a GPU actor that predicts the colours of archive pictures, with one open model.</summary>
/// <param name="device">The device.</param>
/// <param name="log">Gets a line for each model that is opened.</param>
internal sealed class ColorizingHost(GpuDevice device, ILoggingAdapter log) : IDisposable
{
    private Colorizer? _colorizer;
    private ModelDefaults _recommended = ModelDefaults.Unknown;

    /// <summary>Opens a model in place of the one before.</summary>
    internal void Open(GpuCommands.OpenModel command, IActorRef asker)
    {
        try
        {
            Dispose();
            (_colorizer, _recommended, var engine) = device.Load(command.Path, device.Settings.Engine);
            if (engine.Problem is { } problem)
                log.Warning("{0}", problem);
            log.Info("{0} runs in the engine {1} ({2})", command.Path, engine.Engine.Word(), engine.Reason);
            asker.Tell(new GpuEvents.ModelOpened(command.Path, $"{device.Settings}, {engine.Engine.Word()}"));
        }
        catch (Exception e) when (GpuDevice.IsRefusal(e))
        {
            asker.Tell(new GpuEvents.ModelRefused(command.Path, e.Message));
        }
    }

    /// <summary>
    /// Predicts the ab planes of a batch. Without an open model nothing is answered: after a crash the asker opens it and asks again.
    /// </summary>
    internal void Colorize(GpuCommands.Colorize command, IActorRef asker)
    {
        if (_colorizer is null)
            return;
        using var stage = PictureInstruments.Measure("network", command.TraceParent, picture: null);
        var (width, height) = (command.Thumbnails[0].Width, command.Thumbnails[0].Height);
        var pictureBytes = width * height * 3;
        var rgb_BHWC = new byte[command.BatchSize * pictureBytes];
        for (var i = 0; i < command.Thumbnails.Count; i++)
            command.Thumbnails[i].Rgb_HWC.CopyTo(rgb_BHWC, i * pictureBytes);
        var decoding = _recommended.Complete(command.Decoding);
        var isAlone = command is { WithDistribution: true, BatchSize: 1 };
        var (ab, distribution) = isAlone
            ? _colorizer.PredictWithDistribution(rgb_BHWC, height, width, decoding)
            : (_colorizer.PredictAb(rgb_BHWC, command.BatchSize, height, width, decoding), null);
        device.IsProven = true;
        var planeFloats = 2 * (height / 4) * (width / 4);
        asker.Tell(
            new GpuEvents.Colorized(
                command.Batch,
                [
                    .. command.Thumbnails.Select(
                        (_, i) => new AbPlane(width / 4, height / 4, ab[(i * planeFloats)..((i + 1) * planeFloats)])
                    ),
                ],
                distribution
            )
        );
    }

    /// <summary>Forgets the model without releasing its tensors, because the device's context is dead.</summary>
    internal void Abandon() => _colorizer = null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _colorizer?.Dispose();
        _colorizer = null;
    }
}

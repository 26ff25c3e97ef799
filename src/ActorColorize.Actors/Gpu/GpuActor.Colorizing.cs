using ActorColorize.Imaging.Archives;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Inference;
using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <content>Colours for pictures of an archive.</content>
public sealed partial class GpuActor
{
    private ModelDefaults _recommended = ModelDefaults.Unknown;

    private void OpenModel(GpuCommands.OpenModel command)
    {
        try
        {
            _colorizer?.Dispose();
            (_colorizer, _recommended) = Load(command.Path);
            Sender.Tell(new GpuEvents.ModelOpened(command.Path, _settings.ToString()));
        }
        catch (Exception e) when (IsRefusal(e))
        {
            Sender.Tell(new GpuEvents.ModelRefused(command.Path, e.Message));
        }
    }

    private void Colorize(GpuCommands.Colorize command)
    {
        if (_colorizer is null)
            return; // after a crash: the asker opens the model and asks again
        var (width, height) = (command.Thumbnails[0].Width, command.Thumbnails[0].Height);
        var pictureBytes = width * height * 3;
        var rgb_BHWC = new byte[command.BatchSize * pictureBytes];
        for (var i = 0; i < command.Thumbnails.Count; i++)
            command.Thumbnails[i].Rgb_HWC.CopyTo(rgb_BHWC, i * pictureBytes);
        var ab = _colorizer.PredictAb(rgb_BHWC, command.BatchSize, height, width, _recommended.Complete(command.Decoding));
        _isProven = true;
        var planeFloats = 2 * (height / 4) * (width / 4);
        Sender.Tell(
            new GpuEvents.Colorized(
                command.Batch,
                [.. command.Thumbnails.Select((_, i) => new AbPlane(width / 4, height / 4, ab[(i * planeFloats)..((i + 1) * planeFloats)]))]
            )
        );
    }

    private (Colorizer Colorizer, ModelDefaults Recommended) Load(string path)
    {
        var model = ModelLocator.Resolve(path);
        return (new Colorizer(model.Network, model.Tensors, Compute(), model.Colors), model.Defaults);
    }
}

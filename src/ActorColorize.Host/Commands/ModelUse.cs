using ActorColorize.Actors.Training;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Training;

namespace ActorColorize.Host.Commands;

/// <summary>A model's recommended settings, from its file, from its run, or the program's defaults.</summary>
internal static class ModelUse
{
    private const int DefaultSide = 128; // what most presets train on

    /// <summary>The model's manifest and location.</summary>
    public static ModelDefaults Of(ModelSource model) => model.Defaults with { ImageSize = model.Defaults.ImageSize ?? TrainedSide(model) };

    /// <summary>The size at which pictures go through the network: colours are best at the scale that it was trained on.</summary>
    public static int SideOf(ModelSource model) => Of(model).ImageSize ?? DefaultSide;

    /// <summary>Temperature of the annealed mean.</summary>
    public static double TemperatureOf(ModelSource model) => model.Defaults.Temperature ?? TrainingSession.DefaultTemperature;

    private static int? TrainedSide(ModelSource model)
    {
        if (model.Manifest is null)
            return null;
        var run = new RunFolder(Path.GetFullPath(Path.Combine(model.Path, "..", "..")));
        // With stages of different sizes, the size of the last steps.
        return File.Exists(run.Document)
            ? RunDocument.Load(run).Configuration.StageAt(Math.Max(0, model.Manifest.Step - 1)).Configuration.ImageSize
            : null;
    }
}

using ActorColorize.Actors.Device;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;
using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <summary>
/// What the parts of a GPU actor share: the device, the actors around it, and the one ordered pass over pictures that may be running. Used
/// on
/// the actor's thread only.
/// </summary>
/// <param name="settings">The device.</param>
/// <param name="others">The actors that it works with.</param>
/// <param name="progress">Shows other threads that work advances.</param>
/// <param name="self">The GPU actor, which batches are sent to.</param>
internal sealed class GpuDevice(DeviceSettings settings, DeviceActors others, DeviceProgressCounter progress, IActorRef self)
{
    private const int PassBuffers = 3;

    private ComputeSettings? _compute;
    private DatasetPass? _pass;

    internal DeviceSettings Settings => settings;

    internal DeviceActors Others => others;

    internal IActorRef Self => self;

    /// <summary>
    /// Whether a step or batch has succeeded since the last model or run was opened; before that, kernels are still being checked.
    /// </summary>
    internal bool IsProven { get; set; }

    /// <summary>Whether an ordered pass is running.</summary>
    internal bool IsPassing => _pass is not null;

    /// <summary>The compute settings. The first call touches the device, on this actor's thread.</summary>
    internal ComputeSettings Compute() => _compute ??= ComputeSetup.Prepare(settings, progress, avoided => others.Metrics.Tell(avoided));

    /// <summary>Loads a model for inference.</summary>
    /// <param name="path">A model file, checkpoint folder or run folder.</param>
    /// <param name="engine">What runs its network.</param>
    internal LoadedModel Load(string path, EngineChoice engine)
    {
        var model = ModelLocator.Resolve(path);
        var (opened, decision) = EngineSelection.Open(engine, model, Compute(), settings.SelfTestCache);
        return new LoadedModel(new Colorizer(opened, model.Tensors, Compute(), model.Colors), model.Defaults, decision);
    }

    /// <summary>Starts an ordered pass over pictures; one that is running is abandoned.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="plan">Which of them, in which order.</param>
    /// <param name="onBatch">Called once for each batch, in order.</param>
    /// <param name="onEnd">Called once after the last batch.</param>
    internal void BeginPass(PictureSet pictures, OrderedPlan plan, Action<ImageBatch> onBatch, Action onEnd)
    {
        ClosePass();
        var feed = new BatchFeed(others.Loader, self, pictures, plan, 0, PassBuffers, PassBuffers);
        _pass = new DatasetPass(feed, onBatch, onEnd);
        feed.Open();
    }

    /// <summary>Takes a batch if it belongs to the pass.</summary>
    /// <returns>False if it belongs to something else.</returns>
    internal bool OfferToPass(ImageBatch batch)
    {
        if (_pass?.Feed.Offer(batch) != true)
            return false;
        while (_pass is { } pass && pass.Feed.TryTake(out var next))
        {
            pass.OnBatch(next);
            progress.Beat();
            IsProven = true;
            pass.Feed.HandBack(next);
            if (!pass.Feed.AtEnd)
                continue;
            ClosePass();
            pass.OnEnd();
        }

        return true;
    }

    /// <summary>Opens the pass's stream again after the loader lost it.</summary>
    internal void ReopenPass() => _pass?.Feed.Open();

    /// <summary>Abandons the pass, if one is running.</summary>
    internal void ClosePass()
    {
        _pass?.Feed.Close();
        _pass = null;
    }

    /// <summary>A model that is on the device.</summary>
    /// <param name="Colorizer">Runs it.</param>
    /// <param name="Recommended">The settings that its file recommends.</param>
    /// <param name="Engine">What runs its network, and why.</param>
    internal sealed record LoadedModel(Colorizer Colorizer, ModelDefaults Recommended, EngineDecision Engine);

    /// <summary>Whether the user has to fix the cause of an exception, so that trying again would not help.</summary>
    internal static bool IsRefusal(Exception e) =>
        e
            is DatasetException
                or ConfigurationException
                or CheckpointException
                or NetworkMismatchException
                or RunFolderException
                or DeviceException;
}

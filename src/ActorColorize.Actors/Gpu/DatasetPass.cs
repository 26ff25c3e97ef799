using ActorColorize.Actors.Loader;

namespace ActorColorize.Actors.Gpu;

/// <summary>One ordered pass over some pictures: what is done with each batch, and at the end.</summary>
/// <param name="Feed">Where the batches come from.</param>
/// <param name="OnBatch">Uses a batch; called once for each, in order.</param>
/// <param name="OnEnd">Called once after the last.</param>
internal sealed record DatasetPass(BatchFeed Feed, Action<ImageBatch> OnBatch, Action OnEnd);

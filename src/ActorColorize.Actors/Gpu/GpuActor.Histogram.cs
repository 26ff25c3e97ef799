using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <content>Counting the colours of a training set.</content>
public sealed partial class GpuActor
{
    private void CountColors(DeviceCommands.CountColors command)
    {
        var folder = new RunFolder(command.RunFolder);
        var document = RunDocument.Load(folder);
        var side = document.Configuration.ImageSize;
        var pictures = DatasetLayout.Open(document.DataRoot, "train");
        if (pictures.Hash != document.DataHash)
            throw new RunFolderException(
                $"the pictures in {document.DataRoot} are not those that the run was started with: start a new run folder, or put them back"
            );
        var bins = document.Configuration.Colors.ToBins();
        if (ColorHistogramDocument.TryLoad(folder, document.DataHash, bins.Name, side) is { } known)
        {
            Announce(command, known, pictures, fromCache: true);
            return;
        }

        var counting = new BinCounting(pictures, bins, side, Compute().Device);
        Begin(
            new BatchFeed(_others.Loader, Self, pictures, counting.Plan, 0, PassBuffers, PassBuffers),
            batch =>
            {
                counting.Add(batch);
                foreach (var picture in batch.Unreadable)
                    _others.Metrics.Tell(new RunEvents.PictureUnreadable(command.Run, pictures.RelativePath(picture.Item), picture.Reason));
                _others.Metrics.Tell(new RunEvents.ColorCountProgressed(command.Run, counting.Looked, pictures.Count));
            },
            () =>
            {
                var histogram = new ColorHistogramDocument(
                    document.DataHash,
                    bins.Name,
                    side,
                    counting.Counts,
                    counting.Unreadable,
                    counting.Monochrome
                );
                try
                {
                    histogram.Save(folder);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    _supervisor.Tell(new DeviceEvents.Refused(command.Run, command.Attempt, e.Message, folder.Histogram));
                    return;
                }

                Announce(command, histogram, pictures, fromCache: false);
            }
        );
    }

    private void Announce(DeviceCommands.CountColors command, ColorHistogramDocument histogram, PictureSet pictures, bool fromCache)
    {
        var used = pictures.Count - histogram.Unreadable.Count - histogram.Monochrome.Count;
        if (used == 0)
        {
            _supervisor.Tell(
                new DeviceEvents.Refused(
                    command.Run,
                    command.Attempt,
                    $"no picture in {pictures.Root} can be trained on: {histogram.Unreadable.Count} cannot be read, {histogram.Monochrome.Count} have no colour"
                )
            );
            return;
        }

        var prior = histogram.ToPrior();
        _others.Metrics.Tell(
            new RunEvents.ColorCountCompleted(
                command.Run,
                used,
                histogram.Unreadable.Count,
                histogram.Monochrome.Count,
                prior.OccurringBins,
                prior.Counts.Length,
                prior.EntropyNats,
                fromCache
            )
        );
        _supervisor.Tell(new DeviceEvents.ColorsCounted(command.Run, command.Attempt));
    }
}

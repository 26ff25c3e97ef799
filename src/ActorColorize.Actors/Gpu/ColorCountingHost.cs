using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <summary>The part of a GPU actor that counts the colours of a run's training pictures, once for each run folder.</summary>
internal sealed class ColorCountingHost(GpuDevice device)
{
    /// <summary>Counts, or announces the count that the run folder has already.</summary>
    internal void Count(DeviceCommands.CountColors command, IActorRef supervisor)
    {
        var folder = new RunFolder(command.RunFolder);
        var document = RunDocument.Load(folder);
        var side = document.Configuration.ImageSize;
        var pictures = document.OpenPictures("train");
        if (pictures.Hash != document.DataHash)
            throw new RunFolderException(
                $"the pictures in {pictures.Root} have changed since the run was started: restore them, or use a new run folder"
            );
        var bins = document.Configuration.Colors.ToBins();
        if (ColorHistogramDocument.TryLoad(folder, document.DataHash, bins.Name, side) is { } known)
        {
            Announce(command, supervisor, document, known, pictures, fromCache: true);
            return;
        }

        var counting = new BinCounting(pictures, bins, side, device.Compute().Device);
        device.BeginPass(
            pictures,
            counting.Plan,
            batch =>
            {
                counting.Add(batch);
                foreach (var picture in batch.Unreadable)
                    device.Others.Metrics.Tell(
                        new RunEvents.PictureUnreadable(command.Run, pictures.RelativePath(picture.Item), picture.Reason)
                    );
                device.Others.Metrics.Tell(new RunEvents.ColorCountProgressed(command.Run, counting.Looked, pictures.Count));
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
                )
                {
                    SourceBinCounts = pictures.Sources.Count > 1 ? counting.CountsOfSources : null,
                };
                try
                {
                    histogram.Save(folder);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    supervisor.Tell(new DeviceEvents.Refused(command.Run, command.Attempt, e.Message, folder.Histogram));
                    return;
                }

                Announce(command, supervisor, document, histogram, pictures, fromCache: false);
            }
        );
    }

    private void Announce(
        DeviceCommands.CountColors command,
        IActorRef supervisor,
        RunDocument document,
        ColorHistogramDocument histogram,
        PictureSet pictures,
        bool fromCache
    )
    {
        var used = pictures.Count - histogram.Unreadable.Count - histogram.Monochrome.Count;
        var usable = pictures.BySource(histogram.UsableItems(pictures));
        if (pictures.Sources.Zip(usable).FirstOrDefault(static source => source.Second.Length == 0).First is { } empty)
        {
            supervisor.Tell(
                new DeviceEvents.Refused(
                    command.Run,
                    command.Attempt,
                    $"no picture in {(pictures.Sources.Count == 1 ? pictures.Root : empty.PictureFolder)} can be used for training: "
                        + $"{histogram.Unreadable.Count} cannot be read, {histogram.Monochrome.Count} have no colour"
                )
            );
            return;
        }

        var prior = histogram.ToPrior(document.Shares);
        device.Others.Metrics.Tell(
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
        supervisor.Tell(new DeviceEvents.ColorsCounted(command.Run, command.Attempt));
    }
}

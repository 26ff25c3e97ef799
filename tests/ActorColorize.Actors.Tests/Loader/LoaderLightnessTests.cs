using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Sampling;
using ActorColorize.Model.Training;
using Akka.Actor;

namespace ActorColorize.Actors.Tests.Loader;

public sealed class LoaderLightnessTests : PatientTestKit, IDisposable
{
    private readonly DrawnDataset _data = new(training: 6, validation: 1);

    [Fact]
    public void A_batch_carries_the_curve_of_each_of_its_pictures_also_where_a_substitute_stands_in()
    {
        File.WriteAllText(_data.TrainingPicture(2), "no picture");
        var options = new AugmentationOptions { LightnessJitter = 0.4 };
        var pictures = DatasetLayout.Open(_data.Root, "train");
        var plan = new TrainingPlan([.. Enumerable.Range(0, pictures.Count)], Configuration(6, options), seed: 9);

        var batch = FirstBatch(pictures, plan);

        Assert.Equal(6, batch.Items.Count);
        Assert.Single(batch.Unreadable);
        var expected = Enumerable
            .Range(0, 6)
            .Select(slot =>
            {
                var planned = plan.RequestFor(0, slot, 0)!.Value;
                return planned.Item == batch.Unreadable[0].Item
                    ? plan.RequestFor(0, slot, 1)!.Value.Augmentation.Lightness
                    : planned.Augmentation.Lightness;
            });
        Assert.Equal(expected, batch.Lightness);
        Assert.Equal(6, batch.Lightness.Count(static curve => !curve.IsIdentity));
    }

    [Fact]
    public void Without_jitter_a_batch_carries_no_curves()
    {
        var pictures = DatasetLayout.Open(_data.Root, "train");

        Assert.Empty(FirstBatch(pictures, new TrainingPlan([0, 1, 2], Configuration(3, new AugmentationOptions()), seed: 9)).Lightness);
    }

    [Fact]
    public void A_batch_carries_the_film_of_each_picture_once_films_have_begun()
    {
        var pictures = DatasetLayout.Open(_data.Root, "train");
        var options = new AugmentationOptions
        {
            Film = new FilmOptions { Start = 0.5, Grain = 1 },
        };
        int[] items = [.. Enumerable.Range(0, pictures.Count)];
        var late = new TrainingPlan(items, Configuration(6, options) with { Steps = 2 }, seed: 9);
        var now = new TrainingPlan(items, Configuration(6, options with { Film = options.Film with { Start = 0 } }), seed: 9);

        Assert.Empty(FirstBatch(pictures, late).Films);
        Assert.All(Enumerable.Range(0, 6), slot => Assert.NotNull(late.RequestFor(1, slot, 0)!.Value.Augmentation.Film));
        Assert.Equal(
            Enumerable.Range(0, 6).Select(slot => now.RequestFor(0, slot, 0)!.Value.Augmentation.Film),
            FirstBatch(pictures, now).Films
        );
    }

    void IDisposable.Dispose()
    {
        Dispose();
        _data.Dispose();
    }

    private static TrainingConfiguration Configuration(int batch, AugmentationOptions options) =>
        new()
        {
            BatchSize = batch,
            MicroBatchSize = batch,
            ImageSize = 32,
            Augmentation = options,
        };

    private ImageBatch FirstBatch(PictureSet pictures, TrainingPlan plan)
    {
        var loader = Sys.ActorOf(Props.Create(() => new LoaderActor(new LoaderSettings { Parallelism = 1 })));
        loader.Tell(new LoaderCommands.OpenStream(StreamId.Next(), pictures, plan, 0, 1, 1, TestActor));
        return ExpectMsg<ImageBatch>(TimeSpan.FromMinutes(1));
    }
}

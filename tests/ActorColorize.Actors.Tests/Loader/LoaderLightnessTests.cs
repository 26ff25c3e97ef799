using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Sampling;
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
        var plan = new TrainingPlan([.. Enumerable.Range(0, pictures.Count)], 6, 32, seed: 9, options);

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

        Assert.Empty(FirstBatch(pictures, new TrainingPlan([0, 1, 2], 3, 32, seed: 9, new AugmentationOptions())).Lightness);
    }

    void IDisposable.Dispose()
    {
        Dispose();
        _data.Dispose();
    }

    private ImageBatch FirstBatch(PictureSet pictures, TrainingPlan plan)
    {
        var loader = Sys.ActorOf(Props.Create(() => new LoaderActor(new LoaderSettings { Parallelism = 1 })));
        loader.Tell(new LoaderCommands.OpenStream(StreamId.Next(), pictures, plan, 0, 1, 1, TestActor));
        return ExpectMsg<ImageBatch>(TimeSpan.FromMinutes(1));
    }
}

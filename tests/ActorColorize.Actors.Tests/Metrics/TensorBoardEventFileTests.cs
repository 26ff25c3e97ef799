using ActorColorize.Actors.Metrics;

namespace ActorColorize.Actors.Tests.Metrics;

public sealed class TensorBoardEventFileTests : IDisposable
{
    // The picture in scripts/tfevents_reference.py.
    private static readonly byte[] Png = Convert.FromHexString(
        "89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d"
            + "0000001049444154789c63f8cfc0c000c17016003bd805fbde1037650000000049454e44ae426082"
    );

    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_events_make_the_same_bytes_as_the_Python_reference()
    {
        string path;
        using (var events = new TensorBoardEventFile(folder.Path, 400, clock, host: "here"))
        {
            path = events.FilePath;
            clock.Advance(1);
            events.AddScalar("loss/train", 410, 2.5);
            clock.Advance(1);
            events.AddScalar("größe", 420, -0.1);
            clock.Advance(1);
            events.AddImage("panel", 420, Png);
            events.AddScalar("loss/train", 5_000_000_000, 1e-20);
        }

        Assert.Equal(folder.File("events.out.tfevents.1700000000.here"), path);
        Assert.Equal(
            File.ReadAllBytes(Path.Join(AppContext.BaseDirectory, "Metrics", "Fixtures", "reference.tfevents")),
            File.ReadAllBytes(path)
        );
    }

    [Fact]
    public void Each_start_writes_its_own_file_and_their_names_sort_by_time()
    {
        var paths = new List<string>();
        foreach (var wait in (double[])[0, 0, 1, 100])
        {
            clock.Advance(wait);
            using var events = new TensorBoardEventFile(folder.Path, 0, clock, host: "here");
            paths.Add(events.FilePath);
        }

        Assert.Equal(4, paths.Distinct().Count());
        Assert.Equal(paths, paths.Order(StringComparer.Ordinal));
        Assert.Equal(paths, Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Events_wait_no_longer_than_the_interval_and_pictures_not_at_all()
    {
        using var events = new TensorBoardEventFile(folder.Path, 0, clock, TimeSpan.FromSeconds(10), "here");
        long Length() => new FileInfo(events.FilePath).Length;
        var start = Length();
        Assert.True(start > 0);

        events.AddScalar("loss", 1, 1);
        clock.Advance(9);
        events.AddScalar("loss", 2, 1);
        Assert.Equal(start, Length());

        clock.Advance(1);
        events.AddScalar("loss", 3, 1);
        var afterInterval = Length();
        Assert.True(afterInterval > start);

        events.AddScalar("loss", 4, 1);
        Assert.Equal(afterInterval, Length());
        events.AddImage("panel", 4, Png);
        var afterImage = Length();
        Assert.True(afterImage > afterInterval + Png.Length);

        events.AddScalar("loss", 5, 1);
        events.Flush();
        Assert.True(Length() > afterImage);
    }

    [Fact]
    public void An_image_that_is_not_a_PNG_is_refused()
    {
        using var events = new TensorBoardEventFile(folder.Path, 0, clock, host: "here");

        Assert.Throws<ArgumentException>(() => events.AddImage("panel", 1, Png.AsSpan(0, 20)));
        Assert.Throws<ArgumentException>(() => events.AddImage("panel", 1, new byte[100]));
    }

    [Fact]
    public void A_closed_file_accepts_no_more_events()
    {
        var events = new TensorBoardEventFile(folder.Path, 0, clock, host: "here");
        events.Dispose();
        events.Dispose();

        Assert.Throws<ObjectDisposedException>(() => events.AddScalar("loss", 1, 1));
    }
}

using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.Tests.Serving;

/// <summary>Pictures over HTTP leave nothing on the disk, even after a crash.</summary>
public sealed class PictureSpoolTests
{
    [Fact]
    public void A_place_holds_a_picture_and_its_result_until_it_is_disposed()
    {
        using var folder = new ScratchFolder();
        using var spool = PictureSpool.Open(folder.Path);

        var place = spool.NewPlace();
        using (var picture = place.Receive(".png"))
            picture.WriteByte(1);
        File.WriteAllText(Path.Combine(place.Output, "manifest.jsonl"), "{}");
        File.WriteAllBytes(Path.Combine(place.Output, "picture.png"), [2, 3]);
        using (var result = place.OpenResult())
            Assert.Equal(2, result.Length);

        Assert.True(File.Exists(place.Input));
        Assert.True(PictureSpool.Holds(folder.Path, place.Input));
        Assert.False(PictureSpool.Holds(folder.Path, folder.Path + "2/in/picture.png"));
        place.Dispose();
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }

    [Fact]
    public void Leftovers_of_a_killed_daemon_are_removed_and_so_are_later_files_of_its_jobs()
    {
        using var folder = new ScratchFolder();
        var left = Directory.CreateDirectory(Path.Combine(folder.Path, "of-before", "out")).Parent!;
        using var spool = PictureSpool.Open(folder.Path);
        Assert.False(Directory.Exists(left.FullName));

        left.Create();
        using var first = spool.NewPlace();
        using var second = spool.NewPlace();

        Assert.False(Directory.Exists(left.FullName));
        Assert.Equal(2, Directory.GetDirectories(folder.Path).Length);
    }

    [Fact]
    public void Only_one_daemon_at_a_time_uses_a_folder()
    {
        using var folder = new ScratchFolder();
        using var spool = PictureSpool.Open(folder.Path);

        Assert.Contains(
            "'rest.scratch'",
            Assert.Throws<UsageException>(() => PictureSpool.Open(folder.Path)).Message,
            StringComparison.Ordinal
        );
    }
}

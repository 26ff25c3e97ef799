using ActorColorize.Data.Sampling;
using ActorColorize.Imaging.Similarity;
using ActorColorize.Imaging.Training;
using NetVips;

namespace ActorColorize.Imaging.Tests.Similarity;

public sealed class LikenessTests : IDisposable
{
    private const int Width = 320;
    private const int Height = 240;

    private readonly TemporaryFolder _folder = new();
    private readonly TrainingPictureDecoder _decoder = new();

    public static TheoryData<string> Versions =>
        new(["half the size", "strongly compressed", "darker", "paler", "another tint", "cropped by two pixels"]);

    [Theory]
    [MemberData(nameof(Versions))]
    public void Another_version_of_a_picture_is_found_and_shows_the_same(string version)
    {
        using var original = Drawing.LandscapeImage(Width, Height);
        using var other = Version(original, version);
        var (first, second) = (
            Write("original.png", original.PngsaveBuffer()),
            Write("other.jpg", other.JpegsaveBuffer(q: version == "strongly compressed" ? 12 : 90))
        );

        Assert.Equal([0], Find(first, second)[1]);
        Assert.True(Likeness.IsSame(Decode(first, Likeness.Side), Decode(second, Likeness.Side)));
    }

    [Fact]
    public void A_mirrored_picture_and_its_negative_do_not_show_the_same()
    {
        using var original = Drawing.LandscapeImage(Width, Height);
        using var mirrored = original.FlipHor();
        using var negative = original.Invert();
        var first = Decode(Write("original.png", original.PngsaveBuffer()), Likeness.Side);

        Assert.False(Likeness.IsSame(first, Decode(Write("mirrored.png", mirrored.PngsaveBuffer()), Likeness.Side)));
        Assert.False(Likeness.IsSame(first, Decode(Write("negative.png", negative.PngsaveBuffer()), Likeness.Side)));
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _folder.Dispose();
    }

    private static Image Version(Image original, string version) =>
        version switch
        {
            "half the size" => original.Resize(0.5),
            "darker" => original.Linear([0.8], [-10], uchar: true),
            "paler" => original.Linear([0.6], [90], uchar: true),
            "another tint" => original.Linear([1, 0.95, 0.8], [10, 0, 0], uchar: true),
            "cropped by two pixels" => original.Crop(2, 2, Width - 2, Height - 2),
            _ => original.Copy(),
        };

    private int[][] Find(string first, string second)
    {
        var table = new FingerprintTable(2);
        table.Enter(0, Decode(first, 128), 128);
        table.Enter(1, Decode(second, 128), 128);
        return NearDuplicates.Find(table, CancellationToken.None);
    }

    private byte[] Decode(string path, int side)
    {
        var rgb_HWC = new byte[side * side * 3];
        _decoder.Decode(path, side, Augmentation.None, rgb_HWC);
        return rgb_HWC;
    }

    private string Write(string name, byte[] bytes)
    {
        var path = _folder.At(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}

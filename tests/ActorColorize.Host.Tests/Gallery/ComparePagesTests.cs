using System.Text.RegularExpressions;
using ActorColorize.Host.Gallery;
using SkiaSharp;

namespace ActorColorize.Host.Tests.Gallery;

public sealed partial class ComparePagesTests
{
    [Fact]
    public void Every_reference_is_relative_and_exists()
    {
        using var scratch = new ScratchFolder();
        var pairs = Pairs(scratch, "out", "a b#1?.jpg", "sub/ünï [0].jpg");

        var page = ComparePages.Write(scratch["out"], pairs, new ComparePageOptions(), null, CancellationToken.None);

        var html = File.ReadAllText(page);
        Assert.DoesNotContain("http", html);
        var references = Reference().Matches(html).Select(match => match.Groups["target"].Value).ToList();
        Assert.Equal(2 * 3, references.Count);
        Assert.All(references, reference =>
            Assert.True(File.Exists(Path.Combine(scratch["out"], Uri.UnescapeDataString(reference))), reference)
        );
    }

    [Fact]
    public void Names_are_text_and_never_markup()
    {
        using var scratch = new ScratchFolder();
        var pair = Pairs(scratch, "out", "x.jpg")[0] with { Title = "<script>alert(1)</script>\"'&\n.jpg", Note = "<b>" };

        var html = File.ReadAllText(
            ComparePages.Write(
                scratch["out"],
                [pair],
                new ComparePageOptions { Heading = "<i>", Subtitle = "a & b" },
                null,
                CancellationToken.None
            )
        );

        Assert.DoesNotContain("<script>alert", html);
        Assert.DoesNotContain("<i>", html);
        Assert.DoesNotContain("<b>", html);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;\\u000a.jpg", html);
        Assert.Contains("a &amp; b", html);
    }

    [Fact]
    public void A_result_outside_the_pages_folder_gets_no_link()
    {
        using var scratch = new ScratchFolder();

        var html = File.ReadAllText(
            ComparePages.Write(
                scratch["page"],
                Pairs(scratch, "elsewhere", "a.jpg"),
                new ComparePageOptions(),
                null,
                CancellationToken.None
            )
        );

        Assert.DoesNotContain("Full size", html);
        Assert.DoesNotContain("elsewhere", html);
    }

    [Fact]
    public void Large_archives_are_split_into_pages_that_link_to_each_other()
    {
        using var scratch = new ScratchFolder();
        var one = Pairs(scratch, "out", "a.jpg")[0];
        var pairs = Enumerable.Range(0, 23).Select(number => one with { Title = $"picture {number}" }).ToList();

        ComparePages.Write(scratch["out"], pairs, new ComparePageOptions { PairsPerPage = 2 }, null, CancellationToken.None);

        Assert.Equal(12, Directory.GetFiles(scratch["out"], "*.html").Length);
        var first = File.ReadAllText(scratch["out/compare.html"]);
        var sixth = File.ReadAllText(scratch["out/compare-6.html"]);
        var last = File.ReadAllText(scratch["out/compare-12.html"]);
        Assert.Equal(["2", "3", "4", "12"], PageLinks(first));
        Assert.Equal(["1", "3", "4", "5", "7", "8", "9", "12"], PageLinks(sixth));
        Assert.Contains("picture 22<", last);
        Assert.DoesNotContain("picture 21<", last);
        Assert.Contains("23 pictures", last);
    }

    [Fact]
    public void An_unreadable_picture_is_reported_and_excluded()
    {
        using var scratch = new ScratchFolder();
        var pairs = Pairs(scratch, "out", "good.jpg", "bad.jpg", "gone.jpg");
        File.WriteAllText(pairs[1].Before, "not a picture");
        File.Delete(pairs[2].After);
        var leftOut = new System.Collections.Concurrent.ConcurrentBag<string>();

        var html = File.ReadAllText(
            ComparePages.Write(
                scratch["out"],
                pairs,
                new ComparePageOptions(),
                (pair, _) => leftOut.Add(pair.Title),
                CancellationToken.None
            )
        );

        Assert.Equal(["bad.jpg", "gone.jpg"], leftOut.Order(StringComparer.Ordinal));
        Assert.Contains("good.jpg", html);
        Assert.DoesNotContain("bad.jpg", html);
        Assert.Contains("1 picture<", html);
    }

    [Fact]
    public void Previews_are_made_small_and_once()
    {
        using var scratch = new ScratchFolder();
        var pairs = Pairs(scratch, "out", "a.jpg");
        WritePicture(pairs[0].After, 1600, 400);

        ComparePages.Write(scratch["out"], pairs, new ComparePageOptions(), null, CancellationToken.None);
        var preview = Directory.GetFiles(scratch["out/compare"], "*-after.jpg").Single();
        var written = File.GetLastWriteTimeUtc(preview);
        using (var codec = SKCodec.Create(preview))
            Assert.Equal((960, 240), (codec.Info.Width, codec.Info.Height));

        ComparePages.Write(scratch["out"], pairs, new ComparePageOptions(), null, CancellationToken.None);
        Assert.Equal(written, File.GetLastWriteTimeUtc(preview));

        File.SetLastWriteTimeUtc(pairs[0].After, written.AddMinutes(1));
        ComparePages.Write(scratch["out"], pairs, new ComparePageOptions(), null, CancellationToken.None);
        Assert.Equal(2, Directory.GetFiles(scratch["out/compare"]).Length);
    }

    [Fact]
    public void An_empty_list_still_makes_a_page()
    {
        using var scratch = new ScratchFolder();

        Assert.Contains(
            "0 pictures",
            File.ReadAllText(ComparePages.Write(scratch["out"], [], new ComparePageOptions(), null, CancellationToken.None))
        );
    }

    [GeneratedRegex("(?:src|href)=\"(?<target>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Reference();

    [GeneratedRegex(
        "<a href=\"compare(?:-[0-9]+)?\\.html\">(?<number>[0-9]+)</a>",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex PageLink();

    private static IEnumerable<string> PageLinks(string html) => PageLink().Matches(html).Select(match => match.Groups["number"].Value);

    private static List<ComparePair> Pairs(ScratchFolder scratch, string results, params string[] names) =>
        [
            .. names.Select(name =>
            {
                var pair = new ComparePair(name, Path.Combine(scratch["in"], name), Path.Combine(scratch[results], name));
                WritePicture(pair.Before, 40, 30);
                WritePicture(pair.After, 40, 30);
                return pair;
            }),
        ];

    private static void WritePicture(string path, int width, int height)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var picture = new SKBitmap(width, height);
        picture.Erase(new SKColor(40, 90, 160));
        using var file = File.Create(path);
        picture.Encode(SKEncodedImageFormat.Jpeg, 90).SaveTo(file);
    }
}

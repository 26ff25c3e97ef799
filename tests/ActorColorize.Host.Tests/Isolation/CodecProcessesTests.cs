using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using ActorColorize.Actors.CodecProcess;
using ActorColorize.Host.Isolation;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Host.Tests.Isolation;

/// <summary>Pictures that are read and written in processes of their own, beside the same work in this process.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class CodecProcessesTests : IDisposable
{
    private const int NetworkSide = 64;
    private static readonly PictureReadOptions Reading = new(PictureLimits.Default, NetworkSide);

    private readonly ScratchFolder _scratch = new();
    private readonly CodecProcesses _isolated = new(OwnProgram.Command, new CodecLimits());
    private readonly PictureProcessor _here = new();

    public void Dispose()
    {
        _isolated.Dispose();
        _here.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void Results_are_the_same_to_the_byte_as_those_of_this_process_and_one_process_makes_them_all()
    {
        foreach (var path in Sound())
        {
            var (here, isolated) = (_here.Read(path, Reading), _isolated.Read(path, Reading));
            Assert.Equivalent(here, isolated, strict: true);
            var picture = new PictureToRecompose(
                path,
                [new RecomposePage(here.Header, here.Thumbnail!, new AbPlane(2, 2, [20, -10, 5, 30, -20, 40, 10, 0]))]
            );
            var options = new RecomposeOptions { Strength = 0.8, Saturation = 1.2 };
            var expected = _here.Recompose(picture, options, _scratch["here"]);
            var theirs = picture with { Pages = [picture.Pages[0] with { Header = isolated.Header, Thumbnail = isolated.Thumbnail! }] };
            Assert.Equal(expected, _isolated.Recompose(theirs, options, _scratch["isolated"]));
            Assert.Equal(Sha256(_scratch["here"]), Sha256(_scratch["isolated"]));
        }

        Assert.Equal(1, _isolated.Started);
        Assert.StartsWith("seccomp on, Landlock ", _isolated.Protection, StringComparison.Ordinal);
    }

    [Fact]
    public void All_pages_of_a_picture_are_the_same_to_the_byte()
    {
        const int pages = 3,
            height = 48;
        var path = _scratch["pages.tif"];
        using (var ramp = Image.Xyz(64, pages * height))
        using (var grey = ramp.ExtractBand(1).Cast(Enums.BandFormat.Uchar))
        using (var paged = grey.Mutate(static fields => fields.Set(GValue.GIntType, "page-height", height)))
            paged.Tiffsave(path);
        var limits = PictureLimits.Default with { MaximumFrames = pages };
        var options = Enumerable.Range(0, pages).Select(page => new PictureReadOptions(limits, NetworkSide) { Page = page }).ToList();
        var (here, isolated) = (options.ConvertAll(Read(_here)), options.ConvertAll(Read(_isolated)));
        Assert.Equal(pages, here[0].Header.Pages);
        Assert.Equivalent(here, isolated, strict: true);

        var expected = _here.Recompose(Picture(here), new RecomposeOptions(), _scratch["here.tif"]);

        Assert.Equal(expected, _isolated.Recompose(Picture(isolated), new RecomposeOptions(), _scratch["isolated.tif"]));

        Converter<PictureReadOptions, PictureReading> Read(IPictureProcessor pictures) => page => pictures.Read(path, page);

        PictureToRecompose Picture(List<PictureReading> read) =>
            new(path, [.. read.Select((page, i) => new RecomposePage(page.Header, page.Thumbnail!, new AbPlane(1, 1, [10 * i, 20])))]);
    }

    [Fact]
    public void A_codec_process_may_do_next_to_nothing()
    {
        _isolated.Read(Sound()[0], Reading);
        var status = File.ReadAllLines($"/proc/{Assert.Single(_isolated.Idle)}/status");

        Assert.Contains("NoNewPrivs:\t1", status);
        Assert.Contains("Seccomp:\t2", status); // SECCOMP_MODE_FILTER
        var environment = File.ReadAllText($"/proc/{_isolated.Idle[0]}/environ").Split('\0');
        Assert.DoesNotContain(environment, static variable => variable.StartsWith("HOME=", StringComparison.Ordinal));
        var limits = File.ReadAllLines($"/proc/{_isolated.Idle[0]}/limits");
        Assert.Contains(limits, static line => line.StartsWith("Max core file size        0 ", StringComparison.Ordinal));
        Assert.DoesNotContain(limits, static line => line.StartsWith("Max data size             unlimited", StringComparison.Ordinal));
    }

    [Fact]
    public void Thirty_damaged_files_side_by_side_have_the_same_reasons_ten_times_wherever_they_are_read()
    {
        const int rounds = 10;
        var damaged = Damaged();
        var alone = damaged.ToDictionary(static path => path, path => Reason(_here, path));
        Assert.True(alone.Values.Distinct(StringComparer.Ordinal).Count() >= 4, "the files fail for different reasons");
        foreach (IPictureProcessor pictures in new IPictureProcessor[] { _here, _isolated })
        {
            var wrong = new ConcurrentBag<string>();
            for (var round = 0; round < rounds; round++)
            {
                Parallel.ForEach(damaged, new ParallelOptions { MaxDegreeOfParallelism = 4 }, path =>
                {
                    if (Reason(pictures, path) is var reason && reason != alone[path])
                        wrong.Add($"{alone[path]} became {reason}");
                });
            }

            Assert.Empty(wrong);
        }

        Assert.InRange(_isolated.Started, 1, 4);
    }

    [Fact]
    public void A_process_that_died_while_it_waited_costs_no_picture()
    {
        var path = Sound()[0];
        _isolated.Read(path, Reading);
        Signal(Assert.Single(_isolated.Idle), "KILL");

        Assert.Equal(_here.Read(path, Reading).Thumbnail!.Rgb_HWC, _isolated.Read(path, Reading).Thumbnail!.Rgb_HWC);
        Assert.Equal(2, _isolated.Started);
    }

    [Fact]
    public void A_process_that_hangs_costs_one_picture_with_the_reason()
    {
        using var impatient = new CodecProcesses(
            OwnProgram.Command,
            new CodecLimits { Time = TimeSpan.FromSeconds(20), TimePerMega = TimeSpan.Zero }
        );
        var path = Sound()[0];
        impatient.Read(path, Reading);
        var hung = Assert.Single(impatient.Idle);
        Signal(hung, "STOP");

        var fault = Assert.Throws<PictureException>(() => impatient.Read(path, Reading));

        Assert.Equal($"{path}: decoding it was given up after 20 s.", fault.Message);
        Assert.NotEmpty(impatient.Read(path, Reading).Thumbnail!.Rgb_HWC);
        Assert.NotEqual(hung, Assert.Single(impatient.Idle));
    }

    [Fact]
    public void A_picture_that_takes_too_much_memory_fails_with_the_reason_and_the_next_one_is_read()
    {
        using var narrow = new CodecProcesses(OwnProgram.Command, new CodecLimits { BaseBytes = 150L << 20, PictureFactor = 0 });
        var large = _scratch["large.jpg"];
        using (var black = Image.Black(9000, 9000, bands: 3))
            black.Jpegsave(large, interlace: true); // its coefficients are decoded as a whole

        var fault = Assert.Throws<PictureException>(() => narrow.Read(large, Reading));

        Assert.StartsWith(large + ": ", fault.Message, StringComparison.Ordinal);
        Assert.Matches("was ended by SIG(ABRT|TRAP|SEGV)|MiB of memory|memory", fault.Message);
        Assert.NotEmpty(narrow.Read(Sound()[0], Reading).Thumbnail!.Rgb_HWC);
    }

    [Fact]
    public void Processes_are_replaced_after_so_many_pictures()
    {
        using var shortLived = new CodecProcesses(OwnProgram.Command, new CodecLimits { PicturesPerProcess = 2 });
        var path = Sound()[0];
        for (var i = 0; i < 5; i++)
            shortLived.Read(path, Reading);

        Assert.Equal(3, shortLived.Started);
    }

    [Fact]
    public void A_result_that_cannot_be_written_is_a_fault_of_the_output()
    {
        var path = Sound()[0];
        var read = _isolated.Read(path, Reading);
        var picture = new PictureToRecompose(path, [new RecomposePage(read.Header, read.Thumbnail!, new AbPlane(1, 1, [0, 0]))]);

        Assert.ThrowsAny<IOException>(() => _isolated.Recompose(picture, new RecomposeOptions(), Path.Combine(path, "result.jpg")));
        var abandoned = Assert.Throws<InvalidOperationException>(() =>
            _isolated.Recompose(picture, new RecomposeOptions(), _scratch["never.jpg"], () =>
                throw new InvalidOperationException("expired")
            )
        );

        Assert.Equal("expired", abandoned.Message);
        Assert.DoesNotContain(Directory.GetFiles(_scratch.Path), static file => file.Contains("never", StringComparison.Ordinal));
    }

    private static string Reason(IPictureProcessor pictures, string path)
    {
        try
        {
            pictures.Read(path, Reading);
            return "sound";
        }
        catch (PictureException fault)
        {
            return $"{fault.Problem}: {fault.Message}";
        }
    }

    private List<string> Sound()
    {
        using var noise = Image.Gaussnoise(240, 160, sigma: 20, mean: 128);
        using var grey = noise.Cast(Enums.BandFormat.Uchar);
        using var wide = (noise * 257).Cast(Enums.BandFormat.Ushort);
        using var deep = wide.Copy(interpretation: Enums.Interpretation.Grey16);
        using var rgb = grey.Bandjoin([grey, grey]);
        using var sized = rgb.Copy(interpretation: Enums.Interpretation.Srgb);
        List<string> paths =
        [
            _scratch["grey.jpg"],
            _scratch["progressive.jpg"],
            _scratch["deep.png"],
            _scratch["lossy.webp"],
            _scratch["lzw.tif"],
            _scratch["deep.tif"],
        ];
        if (File.Exists(paths[^1]))
            return paths;
        grey.Jpegsave(paths[0]);
        sized.Jpegsave(paths[1], interlace: true);
        deep.Pngsave(paths[2]);
        sized.Webpsave(paths[3]);
        sized.Tiffsave(paths[4], compression: Enums.ForeignTiffCompression.Lzw);
        deep.Tiffsave(paths[5]);
        return paths;
    }

    /// <summary>Thirty files: five kinds of damage to each of six formats.</summary>
    private List<string> Damaged()
    {
        var damaged = new List<string>();
        foreach (var (path, number) in Sound().Select(static (path, number) => (path, number)))
        {
            var sound = File.ReadAllBytes(path);
            byte[][] kinds =
            [
                sound[..(sound.Length / 2)],
                sound[..(sound.Length / 10)],
                [.. sound[..40], .. new byte[sound.Length - 40]],
                sound[..20],
                [.. sound[..(sound.Length / 3)], .. sound[(sound.Length / 2)..]],
            ];
            for (var i = 0; i < kinds.Length; i++)
            {
                damaged.Add(_scratch[string.Create(CultureInfo.InvariantCulture, $"damaged-{number}-{i}{Path.GetExtension(path)}")]);
                File.WriteAllBytes(damaged[^1], kinds[i]);
            }
        }

        return damaged;
    }

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static void Signal(int process, string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}

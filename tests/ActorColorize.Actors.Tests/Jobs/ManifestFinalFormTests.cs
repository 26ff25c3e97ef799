using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Actors.Tests.Metrics;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>A manifest lists exactly the results in its folder.</summary>
public sealed class ManifestFinalFormTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JobSpecification _job;

    public ManifestFinalFormTests() => _job = Samples.Specification with { OutputRoot = Path.Combine(_folder.Path, "out") };

    private string Manifest => Path.Combine(_job.OutputRoot, JobManifest.FileName);

    [Fact]
    public void It_has_one_line_for_each_path_in_order_the_jobs_own_and_those_of_earlier_jobs_that_are_still_there()
    {
        Result("earlier.jpg", 10);
        Result("gone over again.jpg", 30);
        Result("kept.jpg", 5);
        Result("z/new.jpg", 40);
        Append(
            Line("gone over again.jpg", 20),
            Line("earlier.jpg", 9),
            Line("earlier.jpg", 10),
            Line("kept.jpg", 5),
            Line("removed.jpg", 7)
        );
        File.AppendAllText(Manifest, "not one of ours\n{\"path\":\"half");

        var gone = Write(
            new SettledPicture("z/new.jpg", Done(40), Samples.At),
            new SettledPicture("gone over again.jpg", Done(30), Samples.At),
            new SettledPicture("kept.jpg", new ItemOutcome.Skipped(SkipReason.AlreadyDone), Samples.At),
            new SettledPicture("colour.jpg", new ItemOutcome.Skipped(SkipReason.AlreadyColour), Samples.At),
            new SettledPicture("bad.jpg", Samples.Failed, Samples.At),
            new SettledPicture("deadly.jpg", new ItemOutcome.Quarantined(3, "segfault"), Samples.At),
            new SettledPicture("stolen.jpg", Done(50), Samples.At)
        );

        Assert.Equal(["removed.jpg", "stolen.jpg"], gone);
        Assert.Equal(
            [
                "bad.jpg failed ",
                "colour.jpg skipped ",
                "deadly.jpg quarantined ",
                "earlier.jpg done 10",
                "gone over again.jpg done 30",
                "kept.jpg done 5",
                "z/new.jpg done 40",
            ],
            JobManifest.Read(Manifest).Select(line => $"{line.Path} {line.Status} {line.OutputBytes}")
        );
    }

    [Fact]
    public void Writing_it_again_changes_nothing()
    {
        Result("a.jpg", 1);
        SettledPicture[] settled = [new("a.jpg", Done(1), Samples.At), new("ü [1]🎨\n.jpg", Samples.Failed, Samples.At)];
        Write(settled);
        var first = File.ReadAllBytes(Manifest);
        Write(settled);

        Assert.Equal(first, File.ReadAllBytes(Manifest));
        Assert.Equal(
            [JobManifest.FileName, "a.jpg"],
            Directory.GetFiles(_job.OutputRoot).Select(Path.GetFileName).Order(StringComparer.OrdinalIgnoreCase).Reverse()
        );
        Assert.Equal(["out"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<string> Write(params SettledPicture[] settled) =>
        ManifestFinalForm.Write(new SharedFolderFiles(), _job, settled, _folder.Path);

    private static ItemOutcome.Done Done(long bytes) => (ItemOutcome.Done)Samples.Done with { OutputBytes = bytes };

    private static JobManifestLine Line(string path, long bytes) =>
        new(path, JobManifestLine.Done, Samples.At)
        {
            OutputBytes = bytes,
            SourceSha256 = new string('1', 64),
            ResultKey = "k",
        };

    private void Append(params JobManifestLine[] lines) => File.AppendAllLines(Manifest, lines.Select(JobManifest.ToText));

    private void Result(string path, int bytes)
    {
        var full = Path.Combine(_job.OutputRoot, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, new byte[bytes]);
    }
}

using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Tests.Metrics;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Jobs;

public sealed class SharedFolderFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SharedFolderFiles _files = new();
    private readonly JobSpecification _job;

    public SharedFolderFilesTests()
    {
        _job = Samples.Specification with { InputRoot = At("archive"), OutputRoot = At("out"), ModelPath = At("model.safetensors") };
        Directory.CreateDirectory(At("archive/sub"));
        File.WriteAllText(At("archive/sub/a.jpg"), "picture");
        File.WriteAllText(_job.ModelPath, "weights");
        _job = _job with { ModelHash = FileHash.Sha256Hex(_job.ModelPath) };
    }

    [Fact]
    public void Without_a_blocker_a_check_finds_nothing_and_leaves_nothing_behind()
    {
        Assert.All(Enum.GetValues<JobFailure>(), what => Assert.Null(_files.Blocker(_job, what)));
        Assert.Empty(Directory.GetFileSystemEntries(_job.OutputRoot));
    }

    [Fact]
    public void Incomplete_files_of_killed_processes_are_removed_and_nothing_else()
    {
        var result = At("out/sub/a.jpg");
        Directory.CreateDirectory(Path.GetDirectoryName(result)!);
        File.WriteAllText(result, "result");
        File.WriteAllText(At("out/.hidden.jpg"), "somebody's");
        File.WriteAllText(AtomicFile.TemporaryPathFor(result), "res");
        File.WriteAllText(AtomicFile.TemporaryPathFor(At("out/b.jpg")), "");

        _files.ClearLeftovers(_job);

        Assert.Equal(
            [At("out/.hidden.jpg"), result],
            Directory
                .GetFiles(
                    _job.OutputRoot,
                    "*",
                    new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }
                )
                .Order(StringComparer.Ordinal)
        );
        _files.ClearLeftovers(_job with { OutputRoot = At("not there") });
    }

    [Fact]
    public void A_missing_archive_or_an_empty_mount_point_is_a_blocker()
    {
        Directory.Delete(At("archive"), recursive: true);
        Assert.Contains("does not exist", _files.Blocker(_job, JobFailure.Archive), StringComparison.Ordinal);
        Directory.CreateDirectory(At("archive"));
        Assert.Contains("mounted", _files.Blocker(_job, JobFailure.Archive), StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_folder_that_cannot_be_created_is_a_blocker()
    {
        File.WriteAllText(At("out"), "a file");

        Assert.NotNull(_files.Blocker(_job, JobFailure.Output));
    }

    [Fact]
    public void A_missing_or_different_model_is_a_blocker()
    {
        File.WriteAllText(_job.ModelPath, "other weights");
        Assert.Contains("is not the one", _files.Blocker(_job, JobFailure.Model), StringComparison.Ordinal);
        File.Delete(_job.ModelPath);
        Assert.Contains("does not exist", _files.Blocker(_job, JobFailure.Model), StringComparison.Ordinal);
    }

    [Fact]
    public void Originals_are_never_written_to()
    {
        var wrong = _job with { OutputRoot = At("archive/out") };

        Assert.Contains("never modified", _files.Blocker(wrong, JobFailure.Archive), StringComparison.Ordinal);
        Assert.Throws<IOException>(() => _files.Walk(wrong, (_, _) => { }, onProgress: () => { }));
    }

    [Fact]
    public void A_single_picture_keeps_its_path_below_the_archive()
    {
        var item = Assert.Single(_files.Walk(_job with { SinglePicture = "sub/a.jpg" }, (_, _) => { }, onProgress: () => { }));

        Assert.Equal("sub/a.jpg", item.RelativePath);
        Assert.Equal(7, new FileInfo(_files.SourceFile(_job, item.RelativePath)).Length);
        Assert.Null(_files.ResultBytes(_job, item.RelativePath));
    }

    [Fact]
    public void A_single_pictures_result_may_go_into_the_archive_but_not_onto_its_source()
    {
        var single = _job with { SinglePicture = "sub/a.jpg" };
        var below = single with { OutputRoot = At("archive/sub/coloured") };
        var onto = single with { OutputRoot = At("out/../archive") };

        Assert.Null(_files.Blocker(below, JobFailure.Archive));
        Assert.Single(_files.Walk(below, (_, _) => { }, onProgress: () => { }));
        Assert.Contains("never modified", _files.Blocker(onto, JobFailure.Archive), StringComparison.Ordinal);
        Assert.Throws<IOException>(() => _files.Walk(onto, (_, _) => { }, onProgress: () => { }));
    }

    public void Dispose() => _folder.Dispose();

    private string At(string path) => Path.Combine(_folder.Path, path);
}

using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Tests.Storage;

public sealed class FolderLockTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actorcolorize-lock-").FullName;

    [Fact]
    public void A_second_holder_is_refused_until_the_first_releases_the_lock()
    {
        var first = FolderLock.TryTake(folder);
        Assert.NotNull(first);
        Assert.Null(FolderLock.TryTake(folder));

        first.Dispose();

        using var second = FolderLock.TryTake(folder);
        Assert.NotNull(second);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

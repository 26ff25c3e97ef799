using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Tests.Storage;

public sealed class FolderLockTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actorcolorize-lock-").FullName;

    [Fact]
    public void Who_comes_second_gets_nothing_until_the_first_lets_go()
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

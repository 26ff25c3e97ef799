using ActorColorize.Data.Archives;
using ActorColorize.Data.Datasets;

namespace ActorColorize.Data.Tests;

/// <summary>Claims on memory. They look at the whole heap, so nothing else may run beside them.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public void The_index_of_100000_pictures_keeps_under_16_MB_and_allocates_under_64_MB()
    {
        using var folder = new TemporaryFolder();
        folder.Folder("images");
        folder.Text("data/categories.txt", string.Concat(Enumerable.Range(0, 100).Select(number => $"/c/category{number} {number}\n")));
        folder.Text(
            "data/train.txt",
            string.Concat(Enumerable.Range(0, 100_000).Select(number => $"train/c/category{number % 100}/{number:d8}.jpg {number % 100}\n"))
        );
        DatasetLayout.Open(folder.Path, "train");

        var retainedBefore = GC.GetTotalMemory(forceFullCollection: true);
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        var set = DatasetLayout.Open(folder.Path, "train");
        Assert.Equal(99_999, set.IndexOf("train/c/category99/00099999.jpg"));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        var retained = GC.GetTotalMemory(forceFullCollection: true) - retainedBefore;

        Assert.Equal(100_000, set.Count);
        Assert.InRange(retained, 0, 16 * Megabyte);
        Assert.InRange(allocated, 0, 64 * Megabyte);
    }

    [Fact]
    public void A_scan_holds_one_folder_at_a_time_however_many_there_are()
    {
        using var folder = new TemporaryFolder();
        for (var number = 0; number < 6_000; number++)
            folder.File($"{number / 200:d2}/{number:d8}.jpg", length: 0);

        using var items = ArchiveScan.Enumerate(folder.Path, new ArchiveScanOptions(), onSkipped: null).GetEnumerator();
        long early = 0;
        long late = 0;
        for (var count = 1; items.MoveNext(); count++)
        {
            if (count == 1_000)
                early = GC.GetTotalMemory(forceFullCollection: true);
            if (count == 6_000)
                late = GC.GetTotalMemory(forceFullCollection: true);
        }

        // 5,000 more names as strings would be about 400 kB.
        Assert.InRange(late - early, long.MinValue, 64 * 1024);
        Assert.NotEqual(0, late);
    }
}

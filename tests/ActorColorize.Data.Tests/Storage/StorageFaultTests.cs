using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Tests.Storage;

public sealed class StorageFaultTests
{
    /// <summary>ENOSPC on Unix (28), ERROR_DISK_FULL on Windows (112, as an HRESULT).</summary>
    public static IOException DiskFull => new("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);

    [Fact]
    public void A_full_disk_is_known_also_when_wrapped()
    {
        Assert.True(StorageFault.IsDiskFull(DiskFull));
        Assert.True(StorageFault.IsDiskFull(new InvalidOperationException("outer", DiskFull)));
        Assert.False(StorageFault.IsDiskFull(new FileNotFoundException()));
        Assert.False(StorageFault.IsDiskFull(exception: null));
    }

    [Fact]
    public void A_reason_is_short_and_leaves_the_path_to_the_line_around_it()
    {
        Assert.Equal("no space left on the disk", StorageFault.Reason(DiskFull));
        Assert.Equal("no permission", StorageFault.Reason(new UnauthorizedAccessException("Access to the path 'x' is denied.")));
        Assert.Equal("does not exist", StorageFault.Reason(new FileNotFoundException("Could not find file 'x'.", "x")));
        Assert.Equal(
            "its folder does not exist",
            StorageFault.Reason(new DirectoryNotFoundException("Could not find a part of the path 'x'."))
        );
        Assert.Equal("odd", StorageFault.Reason(new IOException("odd")));
    }

    /// <summary>The device that is always full, where there is one: what .NET really throws.</summary>
    [Fact]
    public void The_full_device_of_Linux_is_a_full_disk()
    {
        if (!File.Exists("/dev/full"))
            return;
        var fault = Assert.ThrowsAny<IOException>(() => File.WriteAllText("/dev/full", "x"));
        Assert.True(StorageFault.IsDiskFull(fault));
    }
}

using ActorColorize.Model.Devices;

namespace ActorColorize.Model.Tests.Devices;

[Collection(LibTorchSerially.Name)]
public class HeapSettingsTests
{
    [Fact]
    public void Glibc_takes_every_setting() => Assert.Equal(GnuLibraries.GlibcVersion is not null, HeapSettings.KeepFreedMemory());
}

using ActorColorize.Model.Devices;

namespace ActorColorize.Model.Tests.Devices;

[Collection(LibTorchSerially.Name)]
public class NativeDestructorsTests
{
    [Fact]
    public void Glibc_skips_them() => Assert.Equal(GnuLibraries.GlibcVersion is not null, NativeDestructors.Skip());
}

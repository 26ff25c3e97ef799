namespace ActorColorize.Model.Tests.Build;

/// <summary>
/// The build step that makes libLibTorchSharp.so load on older hosts. That its result loads is what every test of tensors shows.
/// </summary>
public sealed class RelaxLibStdCxxRequirementTests(RelaxedLibraries libraries) : IClassFixture<RelaxedLibraries>
{
    private static ReadOnlySpan<byte> NewerName => "\0_ZSt21ios_base_library_initv\0"u8;

    private static ReadOnlySpan<byte> OlderName => "\0_ZNSt8ios_base4InitC1Ev\0"u8;

    [Fact]
    public void The_packages_file_becomes_the_one_that_is_built()
    {
        var edited = libraries.Read(RelaxedLibraries.Copy);
        Assert.Equal(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so")), edited);
        Assert.Equal(libraries.Package.Length, edited.Length);
        Assert.Equal(-1, edited.AsSpan().IndexOf(NewerName));
        Assert.NotEqual(-1, edited.AsSpan().IndexOf(OlderName));
    }

    [Fact]
    public void A_second_run_does_not_touch_the_file() =>
        Assert.Equal(RelaxedLibraries.TimeBetweenRuns, File.GetLastWriteTimeUtc(libraries.PathOf(RelaxedLibraries.Copy)));

    [Fact]
    public void A_link_to_the_package_cache_is_replaced_and_not_written_through()
    {
        Assert.Equal(libraries.Package, libraries.Read(RelaxedLibraries.Cache));
        Assert.Null(new FileInfo(libraries.PathOf(RelaxedLibraries.Link)).LinkTarget);
        Assert.Equal(libraries.Read(RelaxedLibraries.Copy), libraries.Read(RelaxedLibraries.Link));
    }

    [Fact]
    public void The_package_cache_holds_the_file_as_it_was_published() =>
        Assert.NotEqual(-1, libraries.Package.AsSpan().IndexOf(NewerName));

    [Theory]
    [InlineData(RelaxedLibraries.Text, "not a 64-bit little-endian ELF file")]
    [InlineData(RelaxedLibraries.Cut, "")]
    [InlineData(RelaxedLibraries.OtherSymbol, "another symbol, _ZSt21ios_base_library_inity, asks for GLIBCXX_3.4.32")]
    [InlineData(RelaxedLibraries.OtherVersion, "does not ask for GLIBCXX_3.4.32")]
    public void An_unexpected_file_is_an_error_that_names_it_and_is_kept(string name, string reason)
    {
        var error = libraries.ErrorAbout(name);
        Assert.Contains("does not look as expected (" + reason, error);
        Assert.Contains("written for TorchSharp 0.107.0; look at its imports with 'objdump -T'", error);
        Assert.Equal(libraries.Prepared(name), libraries.Read(name));
    }

    [Fact]
    public void A_missing_file_is_an_error_that_names_it() =>
        Assert.Contains(libraries.PathOf(RelaxedLibraries.Missing), libraries.ErrorAbout(RelaxedLibraries.Missing));

    [Fact]
    public void Any_error_fails_the_build() => Assert.NotEqual(0, libraries.ExitCode);

    [Fact]
    public void Nothing_else_is_left_behind() =>
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(libraries.PathOf(RelaxedLibraries.Copy))!, "*.relaxing"));
}

using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Tests.Storage;

public sealed class FileHashTests
{
    /// <summary>Test vectors of FIPS 180-4's examples: the empty message, "abc", and a million times "a".</summary>
    [Theory]
    [InlineData("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")]
    public void The_hash_is_SHA_256_of_the_bytes(string text, int times, string expected)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(expected, FileHash.Sha256Hex(folder.Text("file", string.Concat(Enumerable.Repeat(text, times)))));
    }

    [Fact]
    public void A_missing_file_is_an_error()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<FileNotFoundException>(() => FileHash.Sha256Hex(folder.At("none")));
    }
}

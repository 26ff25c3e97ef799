using System.Security.Cryptography;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Tests.Checkpoints;

namespace ActorColorize.Interchange.Tests;

public sealed class PublishedHashTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("colorization_release_v2-9b330a0b.pth", "9b330a0b")]
    [InlineData("/models/a-b-9B330A0B.PT", "9b330a0b")]
    [InlineData("colorization_release_v2.pth", null)]
    [InlineData("model-9b330a0.pth", null)]
    [InlineData("second-step-00000200.pth", null)]
    [InlineData("portraits-20240131.pt", null)]
    [InlineData("model-9b330a0x.pth", null)]
    [InlineData("model-9b330a0b.safetensors", null)]
    [InlineData("model-9b330a0b.pth.part", null)]
    public void The_hash_is_the_digits_between_hyphen_and_ending(string name, string? hash) => Assert.Equal(hash, PublishedHash.Of(name));

    [Theory]
    [InlineData("/models/colorization_release_v2-9b330a0b.pth", "colorization_release_v2")]
    [InlineData("step-00000400-0123456789ab.safetensors", "step-00000400")]
    [InlineData("second-step-00000200.pth", "second-step-00000200")]
    public void New_content_keeps_the_name_but_not_the_hash(string path, string name) =>
        Assert.Equal(name, PublishedHash.NameForNewContent(path));

    [Fact]
    public void A_file_that_has_the_hash_in_its_name_is_read_and_any_other_refused()
    {
        var bytes = File.ReadAllBytes(InterchangeFixtures.Path("kinds.pth"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(_folder.File($"kinds-{hash[..8]}.pth"), bytes);
        File.WriteAllBytes(_folder.File($"kinds-{hash}.pth"), bytes);
        File.WriteAllBytes(_folder.File("kinds-0000000a.pth"), bytes);

        Assert.Equal(11, PyTorchFile.Read(_folder.File($"kinds-{hash[..8]}.pth")).Tensors.Count);
        Assert.Equal(11, PyTorchFile.Read(_folder.File($"kinds-{hash}.pth")).Tensors.Count);
        var refusal = Assert.Throws<CheckpointException>(() => PyTorchFile.Read(_folder.File("kinds-0000000a.pth")));
        Assert.Equal(CheckpointProblem.Damaged, refusal.Problem);
        Assert.Contains($"ends in the hash 0000000a, but its SHA-256 begins with {hash[..8]}", refusal.Message, StringComparison.Ordinal);
    }
}

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
    [InlineData("model-9b330a0x.pth", null)]
    [InlineData("model-9b330a0b.safetensors", null)]
    [InlineData("model-9b330a0b.pth.part", null)]
    public void The_hash_is_the_digits_between_hyphen_and_ending(string name, string? hash) => Assert.Equal(hash, PublishedHash.Of(name));

    [Fact]
    public void A_file_that_has_the_hash_in_its_name_is_read_and_any_other_refused()
    {
        var bytes = File.ReadAllBytes(InterchangeFixtures.Path("kinds.pth"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(_folder.File($"kinds-{hash[..8]}.pth"), bytes);
        File.WriteAllBytes(_folder.File($"kinds-{hash}.pth"), bytes);
        File.WriteAllBytes(_folder.File("kinds-00000000.pth"), bytes);

        Assert.Equal(11, PyTorchFile.Read(_folder.File($"kinds-{hash[..8]}.pth")).Tensors.Count);
        Assert.Equal(11, PyTorchFile.Read(_folder.File($"kinds-{hash}.pth")).Tensors.Count);
        var refusal = Assert.Throws<CheckpointException>(() => PyTorchFile.Read(_folder.File("kinds-00000000.pth")));
        Assert.Equal(CheckpointProblem.Damaged, refusal.Problem);
        Assert.Contains($"ends in the hash 00000000, but its SHA-256 begins with {hash[..8]}", refusal.Message, StringComparison.Ordinal);
    }
}

using PublicApiGenerator;

namespace ActorColorize.Protocol.Tests;

/// <summary>
/// The public types of a published package. A change of them is a change for programs that use it, so it must be seen in a review: it is
/// made in <c>approved-api.txt</c> too.
/// </summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_types_are_the_approved_ones()
    {
        var approved = Path.Combine(AppContext.BaseDirectory, "approved-api.txt");
        var received = Path.Combine(AppContext.BaseDirectory, "received-api.txt");
        var actual = typeof(JobId).Assembly.GeneratePublicApi(
            new ApiGeneratorOptions { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = [] }
        );
        File.WriteAllText(received, actual.ReplaceLineEndings("\n").TrimEnd() + "\n");

        var difference = File.ReadAllLines(received)
            .Zip(File.ReadAllLines(approved).Concat(Enumerable.Repeat("(nothing)", int.MaxValue)))
            .FirstOrDefault(static pair => pair.First != pair.Second);
        Assert.True(
            difference == default && File.ReadAllText(received) == File.ReadAllText(approved),
            $"the public types have changed: '{difference.Second}' is now '{difference.First}'. If that is meant, copy {received} to "
                + "approved-api.txt"
        );
    }
}

using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Protocol.Tests.Serialization;

/// <summary>
/// Old bytes must remain readable: journals contain them, and nodes of two versions communicate. A file per manifest contains the bytes in
/// base64 and, line by line, the fields; only fields that were added since may differ (absent in old bytes).
/// </summary>
public sealed class CompatibilityTests
{
    /// <summary>What old bytes mean for fields that were added later and always have a value: that which their sender meant.</summary>
    private const string DefaultsOfAddedFields =
        "Counts.Salvaged = 0|Counts.Doubtful = 0|Counts.Toned = 0|Counts.BlackAndWhite = 0|Toned = Colorize|Doubtful = List|"
        + "Salvage = no|IncludeHidden = no|Cause = Request|StartsAnew = no|Review = None|Codec = Auto|MaxMegapixels = 200|"
        + "WithDistribution = no|AllFrames = no";

    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Serialization", "Fixtures");

    public static TheoryData<string> Manifests => [.. ProtocolMessages.All.Select(mapping => mapping.Manifest)];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Old_bytes_deserialize_to_the_same_message(string manifest)
    {
        var file = FixtureOf(manifest);
        if (!File.Exists(file))
        {
            var proposal = Propose(manifest);
            Assert.Fail($"no bytes of '{manifest}' are kept: commit {proposal} beside the other fixtures");
        }

        var lines = File.ReadAllLines(file);
        var said = MessageText.Of(ProtocolMessages.Named(manifest).FromBytes(Convert.FromBase64String(lines[0])));

        Assert.NotEmpty(lines[1..]);
        Assert.Empty(lines[1..].Except(said));
        Assert.All(said.Except(lines[1..]), added => Assert.Matches($@" = (\(absent\)|0 elements)$|\.({DefaultsOfAddedFields})$", added));
    }

    [Fact]
    public void No_manifest_was_removed()
    {
        var known = ProtocolMessages.All.Select(mapping => mapping.Manifest).ToHashSet(StringComparer.Ordinal);

        Assert.All(Directory.GetFiles(Fixtures, "*.message"), file => Assert.Contains(Path.GetFileNameWithoutExtension(file), known));
    }

    [Fact]
    public void Members_of_enumerations_keep_their_numbers()
    {
        var members = typeof(RunId)
            .Assembly.GetTypes()
            .Where(type => type is { IsEnum: true, IsPublic: true })
            .SelectMany(type => Enum.GetValues(type).Cast<object>().Select(member => $"{type.Name}.{member} = {Convert.ToInt32(member)}"))
            .Order(StringComparer.Ordinal);

        Assert.Equal(File.ReadAllLines(Path.Combine(Fixtures, "enumerations.txt")).Order(StringComparer.Ordinal), members);
    }

    private static string FixtureOf(string manifest) => Path.Combine(Fixtures, $"{manifest}.message");

    private static string Propose(string manifest)
    {
        var mapping = ProtocolMessages.Named(manifest);
        var message = new ExampleMessage(new FixedValues()).Of(mapping.Type);
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "proposed-fixtures"));
        var file = Path.Combine(folder.FullName, $"{manifest}.message");
        File.WriteAllLines(file, [Convert.ToBase64String(mapping.ToBytes(message)), .. MessageText.Of(message)]);
        return file;
    }
}

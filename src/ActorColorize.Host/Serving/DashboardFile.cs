using System.Security.Cryptography;
using System.Text.Json;

namespace ActorColorize.Host.Serving;

/// <summary>
/// What the dashboard keeps across restarts in <c>dashboard.json</c> of the data folder, readable only by its owner: the key that signs
/// pages' tokens, and the port, so that an open page finds the daemon again. Deleting the file signs all pages out at the next start.
/// </summary>
/// <param name="Key">At least 32 random bytes.</param>
/// <param name="Port">The port used last; 0 before the first start.</param>
internal sealed record DashboardFile(byte[] Key, int Port)
{
    /// <summary>The port that is tried first.</summary>
    public const int UsualPort = 4589;

    private const string Name = "dashboard.json";
    private const int KeyBytes = 32;

    /// <summary>Ports to try in this order; the last one is always free.</summary>
    public IReadOnlyList<int> Ports => [.. new[] { Port, UsualPort }.Where(port => port != 0).Distinct(), 0];

    /// <summary>Reads the file; a missing or damaged one is replaced by a new key.</summary>
    public static DashboardFile LoadOrNew(string dataFolder)
    {
        try
        {
            var path = Path.Combine(dataFolder, Name);
            if (File.Exists(path) && JsonSerializer.Deserialize<DashboardFile>(File.ReadAllBytes(path)) is { Key.Length: KeyBytes } known)
                return known;
        }
        catch (JsonException)
        {
            // Replaced below: at worst, open pages have to sign in again
        }

        return new DashboardFile(RandomNumberGenerator.GetBytes(KeyBytes), 0);
    }

    /// <summary>Writes the file.</summary>
    public void Save(string dataFolder) => PrivateFile.Write(Path.Combine(dataFolder, Name), JsonSerializer.SerializeToUtf8Bytes(this));
}

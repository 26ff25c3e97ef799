using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Data.Storage;

namespace ActorColorize.Model.Color;

/// <summary>How often each colour bin occurs in a training set.</summary>
/// <param name="Counts">Pixels per bin.</param>
/// <param name="DataHash">Hash of the set they were counted on.</param>
public sealed record ColorPrior(long[] Counts, string DataHash)
{
    /// <summary>Pixels counted.</summary>
    [JsonIgnore]
    public long TotalPixels => Counts.Sum();

    /// <summary>Bins with at least one pixel.</summary>
    [JsonIgnore]
    public int OccurringBins => Counts.Count(static count => count > 0);

    /// <summary>Share of the pixels per bin; zeros if nothing was counted.</summary>
    [JsonIgnore]
    public double[] Shares
    {
        get
        {
            var total = Math.Max(1, TotalPixels);
            return [.. Counts.Select(count => count / (double)total)];
        }
    }

    /// <summary>Entropy of the shares, in nats: the loss of the best constant prediction without class weights.</summary>
    [JsonIgnore]
    public double EntropyNats => -Shares.Where(static share => share > 0).Sum(static share => share * Math.Log(share));

    /// <summary>Writes the counts as JSON; a reader sees all of them or none.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this));

    /// <summary>
    /// Reads saved counts; null if the file is missing, invalid, or counted on other data, since counting again is cheap.
    /// </summary>
    public static ColorPrior? TryLoad(string path, string dataHash)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            var prior = JsonSerializer.Deserialize<ColorPrior>(File.ReadAllBytes(path));
            return prior is { Counts.Length: > 0 } && prior.DataHash == dataHash && prior.Counts.All(static count => count >= 0)
                ? prior
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

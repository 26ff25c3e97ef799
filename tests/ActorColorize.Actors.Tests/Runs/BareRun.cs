using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Training;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>A run without pictures, for devices that are probes.</summary>
internal static class BareRun
{
    /// <summary>What it was started with.</summary>
    public static RunDocument Document(string name) =>
        new()
        {
            RunId = name,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Program = "tests",
            DataRoot = "/nowhere",
            DataHash = "none",
            Seed = 7,
            Device = "cpu",
            Precision = Precision.Fp32,
            Threads = 1,
            Configuration = new TrainingConfiguration { LogEverySteps = 1 },
            Recovery = new RecoveryPolicy { FirstBackoffSeconds = 0 },
        };

    /// <summary>Makes its folder, which has its name.</summary>
    public static RunId Make(string folder)
    {
        var name = Path.GetFileName(folder);
        Directory.CreateDirectory(folder);
        Document(name).Save(new RunFolder(folder));
        return new RunId(name);
    }
}

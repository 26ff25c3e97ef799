using System.Security.Cryptography;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>Colouring an archive with the device in a separate process.</summary>
public sealed class IsolatedColorizingTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    private const int Pictures = 120; // four units of work

    [Fact]
    public async Task An_archive_is_coloured_to_the_same_bytes_although_the_device_process_is_killed()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        for (var i = 0; i < Pictures; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i:D3}.jpg"), i, 1200, 900, grey: true);
        var calm = await ProgramRun.OfProgramAsync(scratch, ["colorize", archive, "--out", "calm", "--model", model.Run, "--isolate=off"]);
        Assert.True(calm.ExitCode == 0, calm.Output + calm.Error);

        using var program = new RunningProgram(scratch, ["colorize", archive, "--out", "killed", "--model", model.Run, "--isolate=on"]);
        var killed = Path.Combine(scratch.Path, "killed");
        await program.UntilAsync(() => Directory.Exists(killed) && Directory.GetFiles(killed, "*.jpg").Length >= 5, "the fifth picture");
        DeviceProcesses.Send(await program.DeviceAsync(), DeviceProcesses.Kill);
        var end = await program.EndAsync();

        Assert.True(end.ExitCode == 0, end.Output + end.Error);
        Assert.Contains("was ended by SIGKILL; a new one starts", end.Error, StringComparison.Ordinal);
        Assert.Equal(Hashes(Path.Combine(scratch.Path, "calm")), Hashes(killed));
    }

    private static List<(string Name, string Hash)> Hashes(string folder)
    {
        var hashes = Directory
            .GetFiles(folder, "*.jpg")
            .Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))))
            .ToList();
        Assert.Equal(Pictures, hashes.Count);
        return hashes;
    }
}

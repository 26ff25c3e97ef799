using System.Text.Json;

namespace ActorColorize.Process.Tests;

/// <summary>The program reads what it has written.</summary>
public sealed class ModelExportTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    [Theory]
    [InlineData("pth")]
    [InlineData("safetensors")]
    public async Task An_export_with_the_default_name_can_be_read_again(string format)
    {
        using var scratch = new ScratchFolder();
        var exported = await ProgramRun.OfProgramAsync(scratch, "model", "export", model.Run, "--to", format, "--json");
        Assert.True(exported.ExitCode == 0, exported.Output + exported.Error);
        var file = JsonElement.Parse(exported.Output).GetProperty("file").GetString()!;

        foreach (
            var arguments in (string[][])
                [
                    ["model", "info", file],
                    ["model", "verify", file],
                    ["model", "import", file, "--to", "again.safetensors"],
                ]
        )
        {
            var run = await ProgramRun.OfProgramAsync(scratch, arguments);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
        }

        Assert.Matches(@"model-step-\d{8}\." + format, Path.GetFileName(file));
    }

    [Fact]
    public async Task A_name_that_would_be_read_as_a_hash_is_refused_before_anything_is_written()
    {
        using var scratch = new ScratchFolder();

        var run = await ProgramRun.OfProgramAsync(scratch, "model", "export", model.Run, "--to", "pth", "--out", "mine-deadbeef.pth");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'deadbeef' would be read as the hash", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(scratch.Path, "mine-deadbeef.pth")));
    }
}

using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>A run that the built program has trained, shared by the tests of a class.</summary>
public sealed class TrainedModel : IAsyncLifetime
{
    private readonly ScratchFolder _scratch = new();

    /// <summary>Its run folder.</summary>
    public string Run { get; private set; } = "";

    /// <summary>Its configuration file.</summary>
    public string Configuration { get; private set; } = "";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        using var data = new DrawnDataset();
        var command = new TrainingCommand(_scratch, data.Root, "model");
        var run = await ProgramRun.OfProgramAsync(_scratch, command.Arguments);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        (Run, Configuration) = (command.Run, command.ConfigurationFile);
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        _scratch.Dispose();
        return Task.CompletedTask;
    }
}

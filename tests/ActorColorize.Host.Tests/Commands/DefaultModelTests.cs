using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Tests.Commands;

public sealed class DefaultModelTests
{
    [Fact]
    public void A_named_model_is_taken_as_it_is()
    {
        using var scratch = new ScratchFolder();

        Assert.Equal(("runs/1", "runs/1"), new DefaultModel(scratch.Path).Choose("runs/1"));
    }

    [Fact]
    public void The_run_trained_last_is_the_default_and_is_said_to_be()
    {
        using var scratch = new ScratchFolder();
        var model = new DefaultModel(scratch["state"]);
        Directory.CreateDirectory(scratch["first"]);
        Directory.CreateDirectory(scratch["second"]);

        Assert.Null(model.Remember(scratch["first"]));
        Assert.Null(model.Remember(scratch["second"]));

        var (path, choice) = model.Choose(null);
        Assert.Equal(scratch["second"], path);
        Assert.Contains("trained last", choice);
        Assert.Equal("last-model", Path.GetFileName(Assert.Single(Directory.GetFiles(scratch["state"]))));
    }

    [Fact]
    public void Without_any_it_says_how_to_get_one()
    {
        using var scratch = new ScratchFolder();

        var problem = Assert.Throws<InputException>(() => new DefaultModel(scratch.Path).Choose(null));

        Assert.Contains("--model", problem.Message);
        Assert.Contains("'train'", problem.Message);
    }

    [Fact]
    public void A_run_that_is_gone_is_named()
    {
        using var scratch = new ScratchFolder();
        var model = new DefaultModel(scratch["state"]);
        model.Remember(scratch["gone"]);

        Assert.Contains(scratch["gone"], Assert.Throws<InputException>(() => model.Choose(null)).Message);
    }

    [Fact]
    public void Failing_to_remember_is_told_and_not_thrown()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch["file"], string.Empty);

        Assert.NotNull(new DefaultModel(scratch["file/state"]).Remember(scratch.Path));
    }
}

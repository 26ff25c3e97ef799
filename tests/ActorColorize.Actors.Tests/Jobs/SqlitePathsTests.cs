using ActorColorize.Actors.Jobs;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>Paths after a move.</summary>
public sealed class SqlitePathsTests
{
    [Theory]
    [InlineData("/srv/one", "/new/data")]
    [InlineData("/srv/one/runs/a", "/new/data/runs/a")]
    [InlineData("/srv/one/models", "/new/models")]
    [InlineData("/srv/one/models/mine/step.safetensors", "/new/models/mine/step.safetensors")]
    [InlineData("/srv/one more/runs", "/srv/one more/runs")]
    [InlineData("/srv", "/srv")]
    [InlineData("/photos/srv/one", "/photos/srv/one")]
    [InlineData("", "")]
    public void A_path_in_a_folder_moves_with_it(string path, string expected)
    {
        var paths = new SqlitePaths([("/srv/one/models", "/new/models"), ("/srv/one/", "/new/data")]);

        Assert.Equal(expected, paths.Of(path));
    }
}

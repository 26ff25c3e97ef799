using System.Text.Json;

namespace ActorColorize.Rest.Tests;

/// <summary>Folders of the daemon's machine; which ones may be seen is the browser's business.</summary>
public sealed class FolderTests
{
    [Fact]
    public async Task Without_configured_folders_there_is_nothing_to_see()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        Assert.Equal(0, (await GetAsync(server, "/v1/folders")).GetProperty("entries").GetArrayLength());
        using var refused = await server.Client.GetAsync("/v1/folders?path=/etc");
        Assert.Contains("'/etc'", await TestRestServer.ProblemAsync(refused, 404, "unknown-path"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_listed_page_by_page_from_the_roots_on()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync(with: settings => settings with { Folders = new TrialBrowser() });

        var root = Assert.Single((await GetAsync(server, "/v1/folders")).GetProperty("entries").EnumerateArray());
        Assert.Equal("/photos", root.GetProperty("path").GetString());
        var first = await GetAsync(server, "/v1/folders?path=/photos&limit=2");
        Assert.Equal(["a", "b"], first.GetProperty("entries").EnumerateArray().Select(Name));
        var next = Uri.EscapeDataString(first.GetProperty("next").GetString()!);
        var second = await GetAsync(server, $"/v1/folders?path=/photos&limit=2&cursor={next}");
        Assert.Equal(["c.jpg"], second.GetProperty("entries").EnumerateArray().Select(Name));
        Assert.Equal("/photos/c.jpg", second.GetProperty("entries")[0].GetProperty("path").GetString());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);

        static string? Name(JsonElement entry) => entry.GetProperty("name").GetString();
    }

    [Theory]
    [InlineData("/v1/folders?path=/photos&limit=0", 400, "bad-request")]
    [InlineData("/v1/folders?path=/photos&limit=201", 400, "bad-request")]
    [InlineData("/v1/folders?path=/photos&cursor=x", 400, "bad-request")]
    [InlineData("/v1/folders?path=/locked", 404, "unknown-path")]
    [InlineData("/v1/folders?path=/elsewhere", 404, "unknown-path")]
    public async Task What_cannot_be_listed_is_a_problem(string path, int status, string kind)
    {
        await using var server = await TestRestServer.ForItsOwnerAsync(with: settings => settings with { Folders = new TrialBrowser() });
        using var answer = await server.Client.GetAsync(path);
        await TestRestServer.ProblemAsync(answer, status, kind);
    }

    private static async Task<JsonElement> GetAsync(TestRestServer server, string path)
    {
        using var answer = await server.Client.GetAsync(path);
        Assert.Equal(200, (int)answer.StatusCode);
        return await TestRestServer.Json(answer);
    }

    private sealed class TrialBrowser : IFolderBrowser
    {
        private static readonly FolderEntry[] Entries =
        [
            new(IsFolder: true, "a", "/photos/a"),
            new(IsFolder: true, "b", "/photos/b"),
            new(IsFolder: false, "c.jpg", "/photos/c.jpg"),
        ];

        public IReadOnlyList<string> Roots => ["/photos"];

        public BrowsedPage? List(string path, FolderEntry? after, int limit)
        {
            if (path == "/locked")
                throw new UnauthorizedAccessException("no permission");
            var rest = Entries.Where(entry => after is null || string.CompareOrdinal(entry.Name, after.Name) > 0).ToArray();
            return path == "/photos"
                ? new BrowsedPage(path, null, [.. rest.Take(limit)], HasMore: rest.Length > limit, IsComplete: true)
                : null;
        }
    }
}

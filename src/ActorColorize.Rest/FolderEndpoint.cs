using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ActorColorize.Rest;

/// <summary>Lists folders of the daemon's machine, for the form that submits a job.</summary>
internal static class FolderEndpoint
{
    private const int DefaultEntries = 100;
    private const int MostEntries = 200;
    private const int LongestName = 1024;

    /// <summary>Maps the endpoint in a group.</summary>
    public static void MapFolders(this RouteGroupBuilder v1) =>
        v1.MapGet("/folders", ListAsync)
            .WithTags("jobs")
            .WithName("ListFolder")
            .WithSummary("Folders and pictures of the daemon's machine, below the folders of rest.browse_roots")
            .RefusesWith(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);

    private static async Task<Ok<FolderPage>> ListAsync(
        RestSettings settings,
        [FromQuery(Name = "path"), Description("An absolute path below a root; absent: the roots.")] string? path,
        [FromQuery(Name = "cursor"), Description("'next' of the page before.")] string? cursor,
        [FromQuery(Name = "limit"), Description("Entries of a page, 1 to 200; absent: 100.")] int? limit
    )
    {
        if (limit is < 1 or > MostEntries)
            throw RestProblem.BadRequest($"limit must be from 1 to {MostEntries}, not {limit}");
        var after = cursor is null ? null : Entry(cursor);
        if (path is null)
            return TypedResults.Ok(new FolderPage(null, null, [.. (settings.Folders?.Roots ?? []).Select(Root)], null, IsComplete: true));
        return TypedResults.Ok(await Task.Run(() => Read(settings.Folders, path, after, limit ?? DefaultEntries)));
    }

    private static FolderPage Read(IFolderBrowser? folders, string path, FolderEntry? after, int limit)
    {
        try
        {
            var page = folders?.List(path, after, limit) ?? throw NotShown($"there is no folder '{path}' below those of rest.browse_roots");
            return new FolderPage(page.Path, page.Parent, page.Entries, page.HasMore ? Cursor(page.Entries[^1]) : null, page.IsComplete);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw NotShown($"the folder '{path}' cannot be read: {fault.Message}");
        }
    }

    private static FolderEntry Root(string path) => new(IsFolder: true, path, path);

    /// <summary>The cursor that goes on after an entry: <c>d</c> or <c>p</c> for folder or picture, then its name.</summary>
    private static string Cursor(FolderEntry entry) => (entry.IsFolder ? "d" : "p") + entry.Name;

    private static FolderEntry Entry(string cursor) =>
        cursor is ['d' or 'p', _, ..] && cursor.Length <= LongestName
            ? new FolderEntry(cursor[0] == 'd', cursor[1..], "")
            : throw RestProblem.BadRequest("cursor must be 'next' of the page before");

    private static RestProblem NotShown(string reason) => new(StatusCodes.Status404NotFound, "unknown-path", reason);
}

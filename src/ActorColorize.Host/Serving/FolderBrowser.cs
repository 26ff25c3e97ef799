using ActorColorize.Data.Archives;
using ActorColorize.Rest;

namespace ActorColorize.Host.Serving;

/// <summary>The folders of <c>rest.browse_roots</c>, for REST.</summary>
internal sealed class FolderBrowser(IReadOnlyList<string> roots) : IFolderBrowser
{
    private readonly BrowsableFolders _folders = new(roots);

    /// <inheritdoc/>
    public IReadOnlyList<string> Roots => _folders.Roots;

    /// <inheritdoc/>
    public BrowsedPage? List(string path, FolderEntry? after, int limit)
    {
        if (_folders.List(path, after is null ? null : new BrowsedEntry(after.IsFolder, after.Name), limit) is not { } folder)
            return null;
        var entries = folder.Entries.Select(entry => new FolderEntry(entry.IsFolder, entry.Name, Path.Join(folder.Path, entry.Name)));
        return new BrowsedPage(folder.Path, folder.Parent, [.. entries], folder.HasMore, folder.IsComplete);
    }
}

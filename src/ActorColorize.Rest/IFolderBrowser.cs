using System.ComponentModel;

namespace ActorColorize.Rest;

/// <summary>Folders of the daemon's machine that clients may look into, to choose an archive. All methods block.</summary>
public interface IFolderBrowser
{
    /// <summary>The folders below which clients may look; absolute.</summary>
    IReadOnlyList<string> Roots { get; }

    /// <summary>A page of a folder, its folders first; null if there is no such folder below the roots.</summary>
    /// <param name="path">Absolute; from a request.</param>
    /// <param name="after">The last entry of the page before; null: from the beginning.</param>
    /// <param name="limit">Entries of a page.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    BrowsedPage? List(string path, FolderEntry? after, int limit);
}

/// <summary>A page that a browser has read.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Parent">The folder above; null for a root.</param>
/// <param name="Entries">Its entries.</param>
/// <param name="HasMore">Whether there are more after them.</param>
/// <param name="IsComplete">False: the folder has too many entries, and the rest is not listed.</param>
public sealed record BrowsedPage(string Path, string? Parent, IReadOnlyList<FolderEntry> Entries, bool HasMore, bool IsComplete);

/// <summary>A page of a folder.</summary>
public sealed record FolderPage(
    [property: Description("The folder; null: the roots are listed.")] string? Path,
    [property: Description("The folder above; null for a root.")] string? Parent,
    [property: Description("Folders, then pictures, by name. Symbolic links and hidden names are left out.")]
        IReadOnlyList<FolderEntry> Entries,
    [property: Description("For 'cursor' of the next page; null on the last one.")] string? Next,
    [property: Description("False: the folder has more than 20,000 entries, and the rest is not listed.")] bool IsComplete
);

/// <summary>A folder or a picture.</summary>
public sealed record FolderEntry(
    bool IsFolder,
    string Name,
    [property: Description("Absolute, for 'input' or 'output' of a job, or for 'path' of this resource.")] string Path
);

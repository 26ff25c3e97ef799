namespace ActorColorize.Data.Archives;

/// <summary>What a scan of an archive includes.</summary>
public sealed record ArchiveScanOptions
{
    /// <summary>Whether symbolic links are followed. If not, each one is reported as skipped.</summary>
    public bool FollowLinks { get; init; }

    /// <summary>Whether followed links may lead out of the input folder. If not, such links are reported as skipped.</summary>
    public bool LinksMayLeaveInput { get; init; }

    /// <summary>
    /// Whether hidden files (their names begin with a dot) and the folders of systems, such as <c>@eaDir</c> and <c>#recycle</c>, are
    /// included. If not, each is reported as skipped with a reason that begins with <see cref="Hidden"/>.
    /// </summary>
    public bool IncludeHidden { get; init; } = true;

    /// <summary>
    /// Asked, with the full path, whether a file is a picture if its name does not say so; if null, names alone decide. It must not throw.
    /// </summary>
    public Func<string, bool>? IsPicture { get; init; }

    /// <summary>Called often while the scan goes on, also while nothing is found: for every entry of a folder, and every file.</summary>
    public Action? OnProgress { get; init; }

    /// <summary>How the reason begins for entries that are left out as hidden.</summary>
    public const string Hidden = "hidden";
}

namespace ActorColorize.Data.Archives;

/// <summary>What a scan of an archive includes.</summary>
public sealed record ArchiveScanOptions
{
    /// <summary>Whether symbolic links are followed. If not, each one is reported as skipped.</summary>
    public bool FollowLinks { get; init; }

    /// <summary>Whether followed links may lead out of the input folder. If not, such links are reported as skipped.</summary>
    public bool LinksMayLeaveInput { get; init; }
}

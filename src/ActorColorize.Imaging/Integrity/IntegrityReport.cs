namespace ActorColorize.Imaging.Integrity;

/// <summary>What a strict reading of a file found.</summary>
/// <param name="Damage">Why the picture is not whole; null if it is.</param>
/// <param name="Notes">Harmless oddities, one line each: nothing of the picture is missing.</param>
internal sealed record IntegrityReport(PictureException? Damage, IReadOnlyList<string> Notes)
{
    /// <summary>Whether the whole picture could be checked.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Nothing to report.</summary>
    public static IntegrityReport Sound { get; } = new(null, []);

    /// <summary>A sound picture with something odd about its file.</summary>
    public static IntegrityReport WithNotes(params IReadOnlyList<string> notes) => new(null, notes);

    /// <summary>The file ends too early.</summary>
    public static IntegrityReport Truncated(string path, string what = "the file ends before the picture does") =>
        new(new PictureException(PictureProblem.Truncated, $"{path}: {what}."), []);

    /// <summary>Bytes were changed or lost.</summary>
    public static IntegrityReport Damaged(string path, string what) =>
        new(new PictureException(PictureProblem.Unreadable, $"{path}: damaged: {what}."), []);
}

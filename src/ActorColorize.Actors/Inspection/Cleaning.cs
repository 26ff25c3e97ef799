using ActorColorize.Data.Datasets;

namespace ActorColorize.Actors.Inspection;

/// <summary>Why a picture is left out of a cleaned dataset.</summary>
public enum ExclusionReason
{
    /// <summary>A list names the file, but it does not exist.</summary>
    Missing,

    /// <summary>The file cannot be read as a picture.</summary>
    Unreadable,

    /// <summary>The picture has no colour to learn from.</summary>
    Monochrome,

    /// <summary>The same picture is in the split that must not be repeated.</summary>
    Duplicate,

    /// <summary>A list cannot hold the file's name.</summary>
    Name,
}

/// <summary>A picture that is left out of a cleaned dataset.</summary>
/// <param name="Split">Its split.</param>
/// <param name="Path">Its path as the dataset names it.</param>
/// <param name="Reason">Why it is left out.</param>
/// <param name="Detail">One line: the decoder's message, or the picture that it duplicates; empty where the reason says all.</param>
public sealed record Exclusion(string Split, string Path, ExclusionReason Reason, string Detail);

/// <summary>Decides which pictures a cleaned dataset leaves out. Pure.</summary>
public static class Cleaning
{
    /// <summary>The pictures to leave out, in the order of the splits. A picture has one reason: the first that applies.</summary>
    /// <param name="findings">What the inspection of these splits found.</param>
    /// <param name="splits">The splits.</param>
    /// <param name="reference">Duplicates of this split's pictures are left out of all others; null: duplicates are kept.</param>
    /// <param name="keepsMonochrome">Whether pictures without colour are kept.</param>
    public static IReadOnlyList<Exclusion> Of(
        DatasetFindings findings,
        IReadOnlyList<PictureSet> splits,
        string? reference,
        bool keepsMonochrome
    )
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentNullException.ThrowIfNull(splits);
        var unreadable = new Dictionary<(string, string), string>();
        foreach (var picture in findings.Unreadable)
            unreadable.TryAdd((picture.Split, picture.Path), picture.Reason);
        var monochrome = keepsMonochrome ? [] : findings.Monochrome.Select(static picture => (picture.Split, picture.Path)).ToHashSet();
        var duplicates = reference is null ? [] : DuplicatesOf(reference, findings);
        var labelled = KitWriter.AreLabelled(splits);

        var exclusions = new List<Exclusion>();
        foreach (var split in splits)
            for (var item = 0; item < split.Count; item++)
            {
                var key = (split.Split, Path: split.RelativePath(item));
                if (unreadable.TryGetValue(key, out var why))
                    exclusions.Add(
                        File.Exists(split.FullPath(item))
                            ? new Exclusion(key.Split, key.Path, ExclusionReason.Unreadable, why)
                            : new Exclusion(key.Split, key.Path, ExclusionReason.Missing, "")
                    );
                else if (monochrome.Contains(key))
                    exclusions.Add(new Exclusion(key.Split, key.Path, ExclusionReason.Monochrome, ""));
                else if (duplicates.TryGetValue(key, out var original))
                    exclusions.Add(new Exclusion(key.Split, key.Path, ExclusionReason.Duplicate, original));
                else if (!KitWriter.CanList(key.Path, labelled))
                    exclusions.Add(new Exclusion(key.Split, key.Path, ExclusionReason.Name, ""));
            }

        return exclusions;
    }

    private static Dictionary<(string, string), string> DuplicatesOf(string reference, DatasetFindings findings)
    {
        var duplicates = new Dictionary<(string, string), string>();
        foreach (var group in findings.Duplicates)
            if (group.Pictures.FirstOrDefault(picture => picture.Split == reference) is { } original)
                foreach (var picture in group.Pictures.Where(picture => picture.Split != reference))
                    duplicates.TryAdd((picture.Split, picture.Path), $"{original.Split}: {original.Path}");
        return duplicates;
    }
}

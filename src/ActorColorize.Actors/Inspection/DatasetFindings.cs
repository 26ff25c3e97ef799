using ActorColorize.Data.Datasets;
using ActorColorize.Model.Color;

namespace ActorColorize.Actors.Inspection;

/// <summary>What an inspection found in a dataset.</summary>
/// <param name="Root">The dataset's folder.</param>
/// <param name="Side">Side of the squares examined, pixels.</param>
/// <param name="Splits">Its splits, in the order in which they were given.</param>
/// <param name="Categories">Its categories, by label.</param>
/// <param name="Sizes">How large the pictures are.</param>
/// <param name="Colorfulness">How colourful they are.</param>
/// <param name="Monochrome">Grey and single-tint pictures: training leaves them out.</param>
/// <param name="Unreadable">Pictures that cannot be read.</param>
/// <param name="Duplicates">Duplicates, those that are in more than one split first.</param>
/// <param name="Colors">The colours of the training split, or of the only split, for each kind of bins.</param>
public sealed record DatasetFindings(
    string Root,
    int Side,
    IReadOnlyList<SplitFindings> Splits,
    IReadOnlyList<CategoryFindings> Categories,
    SizeFindings? Sizes,
    ColorfulnessFindings? Colorfulness,
    IReadOnlyList<FoundPicture> Monochrome,
    IReadOnlyList<FoundUnreadable> Unreadable,
    IReadOnlyList<DuplicateGroup> Duplicates,
    ColorFindings Colors
)
{
    /// <summary>Duplicates that span splits: a model is evaluated on pictures that it was trained on.</summary>
    public IEnumerable<DuplicateGroup> Leaks => Duplicates.Where(static group => group.SpansSplits);
}

/// <summary>A picture of a dataset.</summary>
/// <param name="Split">Name of its split.</param>
/// <param name="Path">Its path as the dataset names it.</param>
/// <param name="File">Its file.</param>
/// <param name="Colorfulness">Its colourfulness.</param>
public sealed record FoundPicture(string Split, string Path, string File, double Colorfulness);

/// <summary>A picture that cannot be read.</summary>
/// <param name="Split">Name of its split.</param>
/// <param name="Path">Its path as the dataset names it.</param>
/// <param name="Reason">One line.</param>
public sealed record FoundUnreadable(string Split, string Path, string Reason);

/// <summary>One split.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pictures">Pictures in it.</param>
/// <param name="Monochrome">Of these, without colour.</param>
/// <param name="Unreadable">Of these, unreadable.</param>
/// <param name="Bytes">Length of all its files.</param>
/// <param name="Hash">The split's fingerprint, <see cref="PictureSet.Hash"/>.</param>
public sealed record SplitFindings(string Name, int Pictures, int Monochrome, int Unreadable, long Bytes, string Hash)
{
    /// <summary>Pictures that training can use.</summary>
    public int Usable => Pictures - Monochrome - Unreadable;
}

/// <summary>One category.</summary>
/// <param name="Name">Its name; empty for pictures without one.</param>
/// <param name="Counts">Its pictures in each split, in the order of the splits.</param>
public sealed record CategoryFindings(string Name, IReadOnlyList<int> Counts);

/// <summary>How large pictures are.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Megapixels">Width × height / 10⁶.</param>
/// <param name="FileBytes">Length of the file.</param>
/// <param name="ShorterSide">Pictures by their shorter side.</param>
/// <param name="Most">The most frequent sizes, the most frequent first.</param>
/// <param name="Different">How many different sizes there are.</param>
public sealed record SizeFindings(
    Spread Width,
    Spread Height,
    Spread Megapixels,
    Spread FileBytes,
    Histogram ShorterSide,
    IReadOnlyList<SizeCount> Most,
    int Different
);

/// <summary>Pictures of one size.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Pictures">How many there are.</param>
public sealed record SizeCount(int Width, int Height, int Pictures);

/// <summary>How colourful pictures are, those without colour included.</summary>
/// <param name="Spread">Of the measure of Hasler and Süsstrunk.</param>
/// <param name="Mean">Its mean.</param>
/// <param name="Histogram">Pictures by it.</param>
/// <param name="Highest">The most colourful ones, the most colourful first.</param>
/// <param name="Lowest">The least colourful ones that training still uses, the palest first.</param>
public sealed record ColorfulnessFindings(
    Spread Spread,
    double Mean,
    Histogram Histogram,
    IReadOnlyList<FoundPicture> Highest,
    IReadOnlyList<FoundPicture> Lowest
);

/// <summary>The colours of a split's pictures, without those that training leaves out.</summary>
/// <param name="Split">Name of the split.</param>
/// <param name="Priors">Pixels per bin, for each kind of bins.</param>
public sealed record ColorFindings(string Split, IReadOnlyList<(ColorBins Bins, ColorPrior Prior)> Priors);

/// <summary>A group of duplicates.</summary>
/// <param name="Pictures">The pictures, two at least.</param>
/// <param name="IsExact">Whether their files are the same, byte by byte; otherwise they are versions of the same shot, or shots of one
/// series.</param>
public sealed record DuplicateGroup(IReadOnlyList<FoundPicture> Pictures, bool IsExact)
{
    /// <summary>Whether they are in more than one split.</summary>
    public bool SpansSplits => Pictures.Any(picture => picture.Split != Pictures[0].Split);
}

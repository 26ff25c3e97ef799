using System.Collections.Concurrent;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Sampling;
using ActorColorize.Data.Storage;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Similarity;
using ActorColorize.Imaging.Training;
using ActorColorize.Model.Color;
using TorchSharp;

namespace ActorColorize.Actors.Inspection;

/// <summary>
/// The work of an inspection; any number of threads in any order produce the same result: first <see cref="Look"/> at all pictures, then
/// <see cref="FindLookAlikes"/>, then <see cref="Compare"/> for all pictures again. Uses about 110 bytes per picture and 128 MB for counts,
/// and keeps no pixels.
/// </summary>
internal sealed class DatasetSurvey : IDisposable
{
    private static readonly ColorBins[] BothBins = [ColorBins.Grid18, ColorBins.InGamut313];

    private readonly IReadOnlyList<PictureSet> _splits;
    private readonly int _side;
    private readonly int[] _firsts; // number of each split's first picture
    private readonly PictureFacts[] _facts;
    private readonly FingerprintTable _fingerprints;
    private readonly ConcurrentDictionary<int, string> _unreadable = [];
    private readonly PictureGroups _groups;
    private readonly ConcurrentBag<int> _unlike = []; // pictures whose file differs from another one of their group
    private readonly DecoderPool _decoders = new();
    private readonly ColorHistogram _colors = new();
    private readonly int _colorSplit; // whose colours are counted
    private int[][] _lookAlikes = [];

    /// <param name="splits">The splits.</param>
    /// <param name="side">Side of the squares to examine, pixels: the size used in training.</param>
    internal DatasetSurvey(IReadOnlyList<PictureSet> splits, int side)
    {
        _splits = splits;
        _side = side;
        _firsts = [.. splits.Select((_, i) => splits.Take(i).Sum(static split => split.Count))];
        Pictures = splits.Sum(static split => split.Count);
        _facts = new PictureFacts[Pictures];
        _fingerprints = new FingerprintTable(Pictures);
        _groups = new PictureGroups(Pictures);
        _colorSplit = Enumerable.Range(0, splits.Count).FirstOrDefault(i => splits[i].Split == "train"); // otherwise the first split
    }

    /// <summary>Number of pictures in all splits; they are numbered consecutively, split by split.</summary>
    internal int Pictures { get; }

    /// <summary>Pictures that have candidates to be compared with.</summary>
    internal int[] ToCompare => [.. Enumerable.Range(0, _lookAlikes.Length).Where(picture => _lookAlikes[picture].Length > 0)];

    /// <summary>Decodes pictures and records their facts.</summary>
    internal void Look(IReadOnlyList<int> pictures) =>
        _decoders.Use(decoder =>
        {
            var rgb_HWC = new byte[_side * _side * 3];
            foreach (var picture in pictures)
                LookAt(picture, decoder, rgb_HWC);
            return pictures.Count;
        });

    /// <summary>Finds the candidates for comparison.</summary>
    internal void FindLookAlikes(CancellationToken stop) => _lookAlikes = NearDuplicates.Find(_fingerprints, stop);

    /// <summary>
    /// Compares pictures with their candidates. Pictures that are already in the same group are not compared again: a thousand copies take
    /// a thousand comparisons.
    /// </summary>
    internal void Compare(IReadOnlyList<int> pictures) =>
        _decoders.Use(decoder =>
        {
            byte[] first_HWC = new byte[Likeness.Side * Likeness.Side * 3],
                second_HWC = new byte[first_HWC.Length];
            foreach (var picture in pictures)
            {
                try
                {
                    foreach (var other in _lookAlikes[picture].Where(other => !AreGrouped(picture, other)))
                    {
                        if (AreSameFiles(picture, other))
                        {
                            Union(picture, other);
                            continue;
                        }

                        decoder.Decode(FileOf(picture), Likeness.Side, Augmentation.None, first_HWC);
                        decoder.Decode(FileOf(other), Likeness.Side, Augmentation.None, second_HWC);
                        if (!Likeness.IsSame(first_HWC, second_HWC))
                            continue;
                        _unlike.Add(picture);
                        Union(picture, other);
                    }
                }
                catch (Exception e) when (e is PictureException or IOException or UnauthorizedAccessException)
                {
                    _unreadable.TryAdd(picture, $"it, or one that looks like it, could be read once but not again: {e.Message}");
                }
            }

            return pictures.Count;
        });

    /// <summary>The findings.</summary>
    internal DatasetFindings Findings() =>
        SurveyFindings.Of(this, _splits, _side, _facts, _unreadable, _groups.Groups(), _unlike.ToHashSet(), Colors());

    /// <summary>The picture with that number.</summary>
    internal FoundPicture Found(int picture)
    {
        var split = SplitOf(picture);
        var item = picture - _firsts[split];
        return new FoundPicture(
            _splits[split].Split,
            _splits[split].RelativePath(item),
            _splits[split].FullPath(item),
            _facts[picture].Colorfulness
        );
    }

    /// <summary>The split of the picture with that number.</summary>
    internal int SplitOf(int picture)
    {
        var place = Array.BinarySearch(_firsts, picture);
        return place >= 0 ? place : ~place - 1;
    }

    public void Dispose() => _decoders.Dispose();

    private void LookAt(int picture, TrainingPictureDecoder decoder, byte[] rgb_HWC)
    {
        TileSource source;
        try
        {
            source = decoder.Decode(FileOf(picture), _side, Augmentation.None, rgb_HWC);
        }
        catch (PictureException e)
        {
            _unreadable[picture] = e.Message;
            return;
        }

        var monochrome = Monochrome.IsMonochrome(rgb_HWC);
        _facts[picture] = new PictureFacts(source, (float)Colorfulness.Of(rgb_HWC), monochrome);
        _fingerprints.Enter(picture, rgb_HWC, _side);
        if (!monochrome && SplitOf(picture) == _colorSplit)
            _colors.Add(rgb_HWC);
    }

    private string FileOf(int picture)
    {
        var split = SplitOf(picture);
        return _splits[split].FullPath(picture - _firsts[split]);
    }

    private bool AreGrouped(int first, int second)
    {
        lock (_groups)
            return _groups.AreTied(first, second);
    }

    private void Union(int first, int second)
    {
        lock (_groups)
            _groups.Union(first, second);
    }

    private bool AreSameFiles(int first, int second) =>
        _facts[first].Source.FileBytes == _facts[second].Source.FileBytes
        && FileHash.Sha256Hex(FileOf(first)) == FileHash.Sha256Hex(FileOf(second));

    private ColorFindings Colors() =>
        new(
            _splits[_colorSplit].Split,
            [.. BothBins.Select(bins => (bins, new ColorPrior(_colors.Count(bins, torch.CPU), _splits[_colorSplit].Hash)))]
        );
}

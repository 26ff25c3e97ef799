using ActorColorize.Actors.Loader;
using ActorColorize.Imaging.Archives;
using ActorColorize.Model.Inference;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// A leased unit at its worker: pictures that are not read yet, pictures in flight, and settlements that the coordinator has not confirmed.
/// </summary>
internal sealed class UnitAtWork(WorkUnit unit, LeaseTerm term)
{
    private readonly Dictionary<long, SettledItem> _unconfirmed = [];
    private bool _isSent;

    internal WorkUnit Unit { get; } = unit;

    internal LeaseTerm Term { get; } = term;

    internal StreamId? Stream { get; set; }

    internal int TimesReadAgain { get; set; }

    internal Dictionary<long, WorkItem> Unread { get; } = unit.Items.ToDictionary(item => item.Number);

    internal Dictionary<long, PictureAtWork> Pictures { get; } = [];

    internal string Model => Unit.Specification.ModelPath;

    /// <summary>Whether nothing is left to do or to report.</summary>
    internal bool IsOver => Unread.Count == 0 && Pictures.Count == 0 && _unconfirmed.Count == 0;

    internal void Settle(long item, ItemOutcome outcome) => _unconfirmed[item] = new SettledItem(item, outcome);

    /// <summary>The settlements to report now: those that collected while an earlier report was in flight go together.</summary>
    internal IReadOnlyList<SettledItem> ToReport()
    {
        if (_isSent || _unconfirmed.Count == 0)
            return [];
        _isSent = true;
        return [.. _unconfirmed.Values];
    }

    internal void Confirm(IReadOnlyList<long> items)
    {
        _isSent = false;
        foreach (var item in items)
            _unconfirmed.Remove(item);
    }

    /// <summary>No confirmation came: the report is sent again.</summary>
    internal void ReportAgain() => _isSent = false;
}

/// <summary>A picture between reading and settling.</summary>
internal sealed class PictureAtWork(UnitAtWork unit, WorkItem item, ReadPicture read)
{
    private readonly AbPlane?[] _colors = new AbPlane?[read.Pages.Count];

    internal UnitAtWork Unit { get; } = unit;

    internal WorkItem Item { get; } = item;

    internal ReadPicture Read { get; } = read;

    /// <summary>Whether the network has answered for all its pages.</summary>
    internal bool IsColored => Array.TrueForAll(_colors, static colors => colors is not null);

    /// <summary>The colours of all pages.</summary>
    internal IReadOnlyList<AbPlane> Ab => _colors!;

    /// <summary>The network's distributions over the colours of the page that it answered last, where they are wanted.</summary>
    internal ColorDistribution? Distribution { get; set; }

    internal int Tries { get; set; }

    /// <summary>Whether it is still this worker's: its unit is held, and it is not settled.</summary>
    internal bool IsWanted => Unit.Pictures.GetValueOrDefault(Item.Number) == this;

    internal void Colored(int page, AbPlane colors) => _colors[page] = colors;
}

/// <summary>A page that is to pass through the network.</summary>
/// <param name="Picture">Its picture.</param>
/// <param name="Number">Which page, from 0.</param>
internal sealed record PageAtWork(PictureAtWork Picture, int Number)
{
    internal Thumbnail Thumbnail => Picture.Read.Pages[Number].Thumbnail;
}

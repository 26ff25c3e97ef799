using System.Runtime.Serialization;
using static ActorColorize.Protocol.Serialization.WireText;

namespace ActorColorize.Protocol.Serialization;

/// <summary>Parts shared by job and work messages.</summary>
internal static class JobParts
{
    internal static Wire.JobSpecification Specification(JobSpecification part)
    {
        var wire = new Wire.JobSpecification
        {
            InputRoot = part.InputRoot,
            OutputRoot = part.OutputRoot,
            ModelPath = part.ModelPath,
            ModelHash = part.ModelHash,
            Temperature = part.Temperature,
            FlipAverage = part.FlipAverage,
            Strength = part.Strength,
            Saturation = part.Saturation,
            Recolor = part.Recolor,
            BatchSize = part.BatchSize,
            NetworkSide = part.NetworkSide,
            JpegQuality = part.JpegQuality,
            OnBlocker = WireEnum.Of(part.OnBlocker),
            Toned = WireEnum.Of(part.Toned),
            Doubtful = WireEnum.Of(part.Doubtful),
            Salvage = part.Salvage,
            IncludeHidden = part.IncludeHidden,
            Codec = WireEnum.Of(part.Codec),
            MaxMegapixels = part.MaxMegapixels,
            WithDistribution = part.WithDistribution,
            AllFrames = part.AllFrames,
        };
        if (part.Rebalance is { } rebalance)
            wire.Rebalance = rebalance;
        if (part.SinglePicture is { } picture)
            wire.SinglePicture = picture;
        if (part.TraceParent is { } span)
            wire.TraceParent = span;
        if (part.RejectedOf is { } job)
            wire.RejectedOf = job.Value;
        return wire;
    }

    internal static JobSpecification Specification(Wire.JobSpecification? part)
    {
        var wire = Present(part, "specification");
        return new(
            wire.InputRoot,
            wire.OutputRoot,
            wire.ModelPath,
            wire.ModelHash,
            wire.Temperature,
            wire.HasRebalance ? wire.Rebalance : null,
            wire.FlipAverage,
            wire.Strength,
            wire.Saturation,
            wire.Recolor,
            wire.BatchSize,
            wire.NetworkSide,
            wire.JpegQuality,
            wire.HasSinglePicture ? wire.SinglePicture : null,
            WireEnum.To<BlockerPolicy>(wire.OnBlocker),
            WireEnum.ToOptional<PicturePolicy>(wire.Toned) ?? PicturePolicy.Colorize,
            WireEnum.ToOptional<PicturePolicy>(wire.Doubtful) ?? PicturePolicy.List,
            wire.Salvage,
            wire.IncludeHidden,
            wire.HasTraceParent ? wire.TraceParent : null,
            wire.HasRejectedOf ? Job(wire.RejectedOf) : null,
            WireEnum.ToOptional<CodecChoice>(wire.Codec) ?? CodecChoice.Auto,
            wire.HasMaxMegapixels ? wire.MaxMegapixels : JobSpecification.UsualMegapixels,
            wire.WithDistribution,
            wire.AllFrames
        );
    }

    internal static Wire.ItemOutcome Outcome(ItemOutcome part) =>
        part switch
        {
            ItemOutcome.Done done => new()
            {
                Done = new()
                {
                    SourceSha256 = done.SourceSha256,
                    OutputSha256 = done.OutputSha256,
                    OutputBytes = done.OutputBytes,
                    Width = done.Width,
                    Height = done.Height,
                    MeanChroma = done.MeanChroma,
                    Remarks = Remarks(done.Remarks),
                },
            },
            ItemOutcome.Skipped skipped => new()
            {
                Skipped = new() { Reason = WireEnum.Of(skipped.Reason), Remarks = Remarks(skipped.Remarks) },
            },
            ItemOutcome.Failed failed => new()
            {
                Failed = new()
                {
                    Class = WireEnum.Of(failed.Class),
                    Reason = Line(failed.Reason),
                    IsTransient = failed.IsTransient,
                },
            },
            ItemOutcome.Quarantined quarantined => new()
            {
                Quarantined = new() { Deaths = quarantined.Deaths, Reason = Line(quarantined.Reason) },
            },
            _ => throw new SerializationException($"{part.GetType()} has no wire format"),
        };

    internal static ItemOutcome Outcome(Wire.ItemOutcome? part) =>
        Present(part, "outcome") switch
        {
            { Done: { } done } => new ItemOutcome.Done(
                done.SourceSha256,
                done.OutputSha256,
                done.OutputBytes,
                done.Width,
                done.Height,
                done.MeanChroma,
                Remarks(done.Remarks)
            ),
            { Skipped: { } skipped } => new ItemOutcome.Skipped(WireEnum.To<SkipReason>(skipped.Reason), Remarks(skipped.Remarks)),
            { Failed: { } failed } => new ItemOutcome.Failed(WireEnum.To<FailureClass>(failed.Class), failed.Reason, failed.IsTransient),
            { Quarantined: { } quarantined } => new ItemOutcome.Quarantined(quarantined.Deaths, quarantined.Reason),
            _ => throw new SerializationException("outcome is absent"),
        };

    internal static Wire.JobCounts Counts(JobCounts part) =>
        new()
        {
            Done = part.Done,
            AlreadyDone = part.AlreadyDone,
            AlreadyColour = part.AlreadyColour,
            Failed = part.Failed,
            Quarantined = part.Quarantined,
            Salvaged = part.Salvaged,
            Doubtful = part.Doubtful,
            Toned = part.Toned,
            BlackAndWhite = part.BlackAndWhite,
        };

    internal static JobCounts Counts(Wire.JobCounts? part)
    {
        var wire = Present(part, "counts");
        return new(
            wire.Done,
            wire.AlreadyDone,
            wire.AlreadyColour,
            wire.Failed,
            wire.Quarantined,
            wire.Salvaged,
            wire.Doubtful,
            wire.Toned,
            wire.BlackAndWhite
        );
    }

    private static Wire.PictureRemarks? Remarks(PictureRemarks? part)
    {
        if (part is null)
            return null;
        var wire = new Wire.PictureRemarks { IsSalvaged = part.IsSalvaged };
        if (part.Note is { } note)
            wire.Note = Line(note);
        if (part.Tone is { } tone)
            wire.Tone = new()
            {
                Answer = WireEnum.Of(tone.Answer),
                IsToned = tone.IsToned,
                Chroma = tone.Chroma,
                Unexplained = tone.Unexplained,
                HueSpread = tone.HueSpread,
            };
        return wire;
    }

    private static PictureRemarks? Remarks(Wire.PictureRemarks? wire) =>
        wire is null
            ? null
            : new PictureRemarks(
                wire.HasNote ? wire.Note : null,
                wire.IsSalvaged,
                wire.Tone is { } tone
                    ? new ToneReport(WireEnum.To<ToneAnswer>(tone.Answer), tone.IsToned, tone.Chroma, tone.Unexplained, tone.HueSpread)
                    : null
            );

    internal static Wire.PauseOwner Owner(PauseOwner part) => new() { Kind = WireEnum.Of(part.Kind), Name = part.Name };

    internal static PauseOwner Owner(Wire.PauseOwner? part)
    {
        var wire = Present(part, "owner");
        return new(WireEnum.To<PauseOwnerKind>(wire.Kind), wire.Name);
    }

    internal static Wire.JobPause Pause(JobPause part)
    {
        var wire = new Wire.JobPause
        {
            Owner = Owner(part.Owner),
            Reason = Line(part.Reason),
            Since = WireTime.Of(part.Since),
        };
        if (part.Until is { } until)
            wire.Until = WireTime.Of(until);
        return wire;
    }

    internal static JobPause Pause(Wire.JobPause? part)
    {
        var wire = Present(part, "pause");
        return new(Owner(wire.Owner), wire.Reason, WireTime.Time(wire.Since), wire.HasUntil ? WireTime.Time(wire.Until) : null);
    }
}

using System.Runtime.Serialization;
using static ActorColorize.Protocol.Serialization.WireText;

namespace ActorColorize.Protocol.Serialization;

/// <summary>What several job and work messages are made of.</summary>
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
        };
        if (part.Rebalance is { } rebalance) wire.Rebalance = rebalance;
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
            wire.JpegQuality);
    }

    internal static Wire.ItemOutcome Outcome(ItemOutcome part) => part switch
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
            },
        },
        ItemOutcome.Skipped skipped => new() { Skipped = new() { Reason = WireEnum.Of(skipped.Reason) } },
        ItemOutcome.Failed failed => new() { Failed = new() { Class = WireEnum.Of(failed.Class), Reason = Line(failed.Reason) } },
        _ => throw new SerializationException($"{part.GetType()} has no place on the wire"),
    };

    internal static ItemOutcome Outcome(Wire.ItemOutcome? part) => Present(part, "outcome") switch
    {
        { Done: { } done } => new ItemOutcome.Done(done.SourceSha256, done.OutputSha256, done.OutputBytes, done.Width, done.Height, done.MeanChroma),
        { Skipped: { } skipped } => new ItemOutcome.Skipped(WireEnum.To<SkipReason>(skipped.Reason)),
        { Failed: { } failed } => new ItemOutcome.Failed(WireEnum.To<FailureClass>(failed.Class), failed.Reason),
        _ => throw new SerializationException("outcome is absent"),
    };

    internal static Wire.JobCounts Counts(JobCounts part) => new() { Done = part.Done, AlreadyDone = part.AlreadyDone, AlreadyColour = part.AlreadyColour, Failed = part.Failed };

    internal static JobCounts Counts(Wire.JobCounts? part)
    {
        var wire = Present(part, "counts");
        return new(wire.Done, wire.AlreadyDone, wire.AlreadyColour, wire.Failed);
    }
}

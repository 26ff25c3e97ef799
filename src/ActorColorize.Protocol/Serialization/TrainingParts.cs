using static ActorColorize.Protocol.Serialization.WireText;
using static ActorColorize.Protocol.Serialization.WireTime;

namespace ActorColorize.Protocol.Serialization;

/// <summary>Parts shared by messages about runs.</summary>
internal static class TrainingParts
{
    internal static Wire.TrainingRequest Request(TrainingRequest part)
    {
        var wire = new Wire.TrainingRequest { Data = part.Data, RunFolder = part.RunFolder };
        if (part.Name is { } name)
            wire.Name = name;
        if (part.Preset is { } preset)
            wire.Preset = preset;
        if (part.Configuration is { } configuration)
            wire.Configuration = configuration;
        if (part.Profile is { } profile)
            wire.Profile = profile;
        if (part.Steps is { } steps)
            wire.Steps = steps;
        if (part.Batch is { } batch)
            wire.Batch = batch;
        if (part.Seed is { } seed)
            wire.Seed = seed;
        if (part.Checkpoint is { } checkpoint)
            wire.Checkpoint = checkpoint;
        if (part.Precision is { } precision)
            wire.Precision = precision;
        if (part.Recovery is { } recovery)
            wire.Recovery = recovery;
        wire.MoreData.AddRange(part.MoreData);
        wire.Shares.AddRange(part.Shares);
        if (part.InitialWeights is { } weights)
            wire.InitialWeights = weights;
        wire.StartsAnew = part.StartsAnew;
        return wire;
    }

    internal static TrainingRequest Request(Wire.TrainingRequest? part)
    {
        var wire = Present(part, "request");
        return new(
            wire.Data,
            wire.RunFolder,
            wire.HasName ? wire.Name : null,
            wire.HasPreset ? wire.Preset : null,
            wire.HasConfiguration ? wire.Configuration : null,
            wire.HasProfile ? wire.Profile : null,
            wire.HasSteps ? wire.Steps : null,
            wire.HasBatch ? wire.Batch : null,
            wire.HasSeed ? wire.Seed : null,
            wire.HasCheckpoint ? wire.Checkpoint : null,
            wire.HasPrecision ? wire.Precision : null,
            wire.HasRecovery ? wire.Recovery : null,
            [.. wire.MoreData],
            [.. wire.Shares],
            wire.HasInitialWeights ? wire.InitialWeights : null,
            wire.StartsAnew
        );
    }

    internal static Wire.NamedModel Model(NamedModel part)
    {
        var wire = new Wire.NamedModel
        {
            Name = part.Name,
            File = part.File,
            Sha256 = part.Sha256,
            Run = part.Run.Value,
            Step = part.Step.Value,
            PromotedAt = Of(part.PromotedAt),
        };
        if (part.ValidationLoss is { } loss)
            wire.ValidationLoss = loss;
        return wire;
    }

    internal static NamedModel Model(Wire.NamedModel? part)
    {
        var wire = Present(part, "model");
        return new(
            wire.Name,
            wire.File,
            wire.Sha256,
            Run(wire.Run),
            new(wire.Step),
            wire.HasValidationLoss ? wire.ValidationLoss : null,
            Time(wire.PromotedAt)
        );
    }

    internal static Wire.TrainingStatus Status(TrainingReports.RunStatus part)
    {
        var wire = new Wire.TrainingStatus
        {
            Run = part.Run.Value,
            Client = part.Client.Value,
            Key = part.Key,
            Name = part.Name,
            Data = part.Data,
            RunFolder = part.RunFolder,
            Phase = WireEnum.Of(part.Phase),
            Step = part.Step.Value,
            Faults = part.Faults,
            SubmittedAt = Of(part.SubmittedAt),
            Detail = Line(part.Detail),
            Cause = WireEnum.OfOptional(part.Cause),
        };
        if (part.TotalSteps is { } total)
            wire.TotalSteps = total;
        if (part.Progress is { } progress)
            wire.Progress = Progress(progress);
        if (part.Validation is { } validation)
            wire.Validation = new()
            {
                Step = validation.Step.Value,
                Loss = validation.Loss,
                Baseline = validation.Baseline,
            };
        if (part.Checkpoint is { } checkpoint)
            wire.Checkpoint = checkpoint;
        if (part.Doing is { } doing)
            wire.Doing = Line(doing);
        if (part.EndedAt is { } ended)
            wire.EndedAt = Of(ended);
        return wire;
    }

    internal static TrainingReports.RunStatus Status(Wire.TrainingStatus? part)
    {
        var wire = Present(part, "status");
        return new(
            Run(wire.Run),
            Client(wire.Client),
            wire.Key,
            wire.Name,
            wire.Data,
            wire.RunFolder,
            WireEnum.To<TrainingPhase>(wire.Phase),
            new(wire.Step),
            wire.HasTotalSteps ? wire.TotalSteps : null,
            wire.Progress is { } progress ? Progress(progress) : null,
            wire.Validation is { } validation ? new(new(validation.Step), validation.Loss, validation.Baseline) : null,
            wire.HasCheckpoint ? wire.Checkpoint : null,
            wire.Faults,
            wire.HasDoing ? wire.Doing : null,
            Time(wire.SubmittedAt),
            wire.HasEndedAt ? Time(wire.EndedAt) : null,
            wire.Detail,
            WireEnum.ToOptional<RefusalCause>(wire.Cause)
        );
    }

    private static Wire.TrainingProgress Progress(StepWindow part)
    {
        var wire = new Wire.TrainingProgress
        {
            Epoch = part.Epoch,
            LossMean = part.LossMean,
            LossMaximum = part.LossMaximum,
            LearningRate = part.LearningRate,
            PicturesPerSecond = part.PicturesPerSecond,
            DataWaitShare = part.DataWaitShare,
            ResidentBytes = part.ResidentBytes,
        };
        if (part.Remaining is { } remaining)
            wire.Remaining = Of(remaining);
        return wire;
    }

    private static StepWindow Progress(Wire.TrainingProgress wire) =>
        new(
            wire.Epoch,
            wire.LossMean,
            wire.LossMaximum,
            wire.LearningRate,
            wire.PicturesPerSecond,
            wire.DataWaitShare,
            wire.ResidentBytes,
            wire.HasRemaining ? Duration(wire.Remaining) : null
        );
}

using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;
using static ActorColorize.Protocol.Serialization.WireTime;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="TrainingQueries"/> and <see cref="TrainingReports"/>.</summary>
internal static class TrainingReportMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<TrainingQueries.Show, Wire.ShowTraining>("tqs", m => new() { Run = m.Run.Value }, w => new(Run(w.Run))),
        Of<TrainingQueries.List, Wire.ListTraining>("tql", List, w => new(w.HasBefore ? w.Before : null, w.Limit)),
        Of<TrainingQueries.Checkpoints, Wire.ListCheckpoints>("tqc", m => new() { Run = m.Run.Value }, w => new(Run(w.Run))),
        Of<TrainingQueries.UpdatesAfter, Wire.RunUpdatesAfter>(
            "tqn",
            m =>
                new()
                {
                    Run = m.Run.Value,
                    After = m.After,
                    Wait = Of(m.Wait),
                },
            w => new(Run(w.Run), w.After, Duration(w.Wait))
        ),
        Of<TrainingQueries.Models, Wire.ListModels>("tqm", _ => new(), _ => new()),
        Of<TrainingReports.NoSuchRun, Wire.NoSuchRun>("tns", m => new() { Run = m.Run.Value }, w => new(Run(w.Run))),
        Of<TrainingReports.NotReadable, Wire.TrainingNotReadable>("tnr", m => new() { Reason = Line(m.Reason) }, w => new(w.Reason)),
        Of<TrainingReports.RunStatus, Wire.TrainingStatus>("trs", TrainingParts.Status, TrainingParts.Status),
        Of<TrainingReports.RunPage, Wire.TrainingPage>("trl", Page, w => new([.. w.Runs.Select(Summary)], w.HasNext ? w.Next : null)),
        Of<TrainingReports.CheckpointPage, Wire.CheckpointPage>("trc", Page, w =>
            new(
                Run(w.Run),
                [
                    .. w.Checkpoints.Select(point => new CheckpointReport(
                        new(point.Step),
                        Time(point.At),
                        point.HasValidationLoss ? point.ValidationLoss : null,
                        point.IsBest,
                        point.Folder
                    )),
                ]
            )
        ),
        Of<TrainingReports.RunUpdates, Wire.RunUpdates>("trn", Updates, w =>
            new(
                w.Sequence,
                TrainingParts.Status(w.Status),
                [.. w.Notices.Select(notice => new RunNotice(notice.Sequence, Time(notice.At), notice.Text))],
                w.IsOver
            )
        ),
        Of<TrainingReports.ModelPage, Wire.ModelPage>("trm", Page, w => new([.. w.Models.Select(TrainingParts.Model)])),
    ];

    private static Wire.ListTraining List(TrainingQueries.List message)
    {
        var wire = new Wire.ListTraining { Limit = message.Limit };
        if (message.Before is { } before)
            wire.Before = before;
        return wire;
    }

    private static Wire.TrainingPage Page(TrainingReports.RunPage message)
    {
        var wire = new Wire.TrainingPage();
        wire.Runs.AddRange(message.Runs.Select(Summary));
        if (message.Next is { } next)
            wire.Next = next;
        return wire;
    }

    private static Wire.TrainingSummary Summary(RunSummary part)
    {
        var wire = new Wire.TrainingSummary
        {
            Run = part.Run.Value,
            Client = part.Client.Value,
            Name = part.Name,
            RunFolder = part.RunFolder,
            Phase = WireEnum.Of(part.Phase),
            Step = part.Step.Value,
            SubmittedAt = Of(part.SubmittedAt),
        };
        if (part.TotalSteps is { } total)
            wire.TotalSteps = total;
        return wire;
    }

    private static RunSummary Summary(Wire.TrainingSummary wire) =>
        new(
            Run(wire.Run),
            Client(wire.Client),
            wire.Name,
            wire.RunFolder,
            WireEnum.To<TrainingPhase>(wire.Phase),
            new(wire.Step),
            wire.HasTotalSteps ? wire.TotalSteps : null,
            Time(wire.SubmittedAt)
        );

    private static Wire.CheckpointPage Page(TrainingReports.CheckpointPage message)
    {
        var wire = new Wire.CheckpointPage { Run = message.Run.Value };
        foreach (var point in message.Checkpoints)
        {
            var part = new Wire.TrainingCheckpoint
            {
                Step = point.Step.Value,
                At = Of(point.At),
                IsBest = point.IsBest,
                Folder = point.Folder,
            };
            if (point.ValidationLoss is { } loss)
                part.ValidationLoss = loss;
            wire.Checkpoints.Add(part);
        }

        return wire;
    }

    private static Wire.RunUpdates Updates(TrainingReports.RunUpdates message)
    {
        var wire = new Wire.RunUpdates
        {
            Sequence = message.Sequence,
            Status = TrainingParts.Status(message.Status),
            IsOver = message.IsOver,
        };
        wire.Notices.AddRange(
            message.Notices.Select(notice => new Wire.TrainingNotice
            {
                Sequence = notice.Sequence,
                At = Of(notice.At),
                Text = Line(notice.Text),
            })
        );
        return wire;
    }

    private static Wire.ModelPage Page(TrainingReports.ModelPage message)
    {
        var wire = new Wire.ModelPage();
        wire.Models.AddRange(message.Models.Select(TrainingParts.Model));
        return wire;
    }
}

using System.Collections.Concurrent;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Client.Tests;

/// <summary>
/// Replaces the run coordinator: one run, whose updates the test writes; a given number of answers to commands is dropped.
/// </summary>
internal sealed class ScriptedTraining : ReceiveActor
{
    public static readonly RunId Run = new("20260101-000000-abcdef");

    private readonly List<RunNotice> _notices = [];
    private readonly List<(IActorRef Asker, TrainingQueries.UpdatesAfter Query)> _waiting = [];
    private bool _isOver;

    public ScriptedTraining(ConcurrentQueue<object> received, int answersLost)
    {
        Receive<TrainingCommands.ITrainingCommand>(command =>
        {
            received.Enqueue(command);
            if (answersLost-- <= 0)
                Sender.Tell(Answer(command));
        });
        Receive<Happen>(happen =>
        {
            _notices.Add(new RunNotice(_notices.Count + 1, DateTimeOffset.UnixEpoch, happen.Text));
            _isOver = happen.IsLast;
            foreach (var (asker, query) in _waiting)
                asker.Tell(Updates(query));
            _waiting.Clear();
        });
        Receive<TrainingQueries.UpdatesAfter>(query =>
        {
            if (query.Run != Run)
                Sender.Tell(new TrainingReports.NoSuchRun(query.Run));
            else if (_notices.Count > query.After || _isOver)
                Sender.Tell(Updates(query));
            else
                _waiting.Add((Sender, query));
        });
        Receive<TrainingQueries.Show>(query =>
            Sender.Tell(query.Run == Run || query.Run.Value == "run-0" ? Status() : new TrainingReports.NoSuchRun(query.Run))
        );
        Receive<TrainingQueries.List>(query =>
        {
            var page = query.Before is null ? 0 : int.Parse(query.Before);
            Sender.Tell(
                new TrainingReports.RunPage(
                    [
                        new RunSummary(
                            new RunId($"run-{page}"),
                            new ClientId("c"),
                            "name",
                            "/run",
                            TrainingPhase.Running,
                            new StepNumber(4),
                            400,
                            DateTimeOffset.UnixEpoch
                        ),
                    ],
                    page < 2 ? $"{page + 1}" : null
                )
            );
        });
        Receive<TrainingQueries.Checkpoints>(_ => Sender.Tell(new TrainingReports.NotReadable("the disk is gone")));
        Receive<TrainingQueries.Models>(_ => Sender.Tell(new TrainingReports.ModelPage([Model("known")])));
    }

    private static object Answer(TrainingCommands.ITrainingCommand command) =>
        command switch
        {
            TrainingCommands.Submit => new TrainingAnswers.Submitted(command.Command, Run, true),
            TrainingCommands.Promote promote => new TrainingAnswers.Promoted(command.Command, Model(promote.Model)),
            TrainingCommands.Stop stop when stop.Run != Run => new TrainingAnswers.Refused(
                command.Command,
                TrainingRefusal.UnknownRun,
                $"there is no run {stop.Run}"
            ),
            TrainingCommands.Resume => new TrainingAnswers.Refused(command.Command, TrainingRefusal.NotInThisPhase, "it is complete"),
            _ => new TrainingAnswers.Acknowledged(command.Command, Run, TrainingPhase.Pausing),
        };

    private static NamedModel Model(string name) =>
        new(name, $"/models/{name}", "hash", Run, new StepNumber(400), 2.5, DateTimeOffset.UnixEpoch);

    private TrainingReports.RunUpdates Updates(TrainingQueries.UpdatesAfter query) =>
        new(_notices.Count, Status(), [.. _notices.Where(notice => notice.Sequence > query.After)], _isOver);

    private TrainingReports.RunStatus Status() =>
        new(
            Run,
            new ClientId("c"),
            "k",
            "name",
            "/data",
            "/run",
            _isOver ? TrainingPhase.Completed : TrainingPhase.Running,
            new StepNumber(_notices.Count),
            400,
            null,
            null,
            null,
            0,
            null,
            DateTimeOffset.UnixEpoch,
            null,
            ""
        );

    /// <summary>Something happens to the run.</summary>
    public sealed record Happen(string Text, bool IsLast = false);
}

using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Gateway;

/// <content>Requests about runs and models.</content>
internal sealed partial class ClientSession
{
    private void ReceiveAboutTraining()
    {
        Receive<TrainingCommands.ITrainingCommand>(command =>
            Handle(command, () => TellTrainingAsync(ClientTraining.Of(_client, command)))
        );
        Receive<TrainingQueries.UpdatesAfter>(query =>
        {
            var wait = query.Wait < LongestWait ? query.Wait : LongestWait;
            Handle(query, () => AskTrainingAsync(query with { Wait = wait }, wait + _limits.AnswerWithin));
        });
        Receive<TrainingQueries.ITrainingQuery>(query => Handle(query, () => AskTrainingAsync(query, _limits.AnswerWithin)));
    }

    private async Task<object> TellTrainingAsync(TrainingCommands.ITrainingCommand command) =>
        ClientTraining.Objection(command) is { } objection
            ? new TrainingAnswers.Refused(command.Command, TrainingRefusal.Invalid, objection)
            : await AskTrainingAsync(command, _limits.AnswerWithin).ConfigureAwait(false);

    private Task<object> AskTrainingAsync(object message, TimeSpan within) =>
        _backends.Training.IsNobody()
            ? Task.FromResult<object>(new GatewayAnswers.Refused(GatewayRefusal.NotForClients, "this daemon does not train", TimeSpan.Zero))
            : _backends.Training.Ask<object>(message, within);
}

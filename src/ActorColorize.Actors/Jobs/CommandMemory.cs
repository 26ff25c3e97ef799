using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The answers to recent commands: a command that is sent again because its answer was lost gets the same answer and changes nothing.
/// </summary>
internal sealed class CommandMemory
{
    private const int Kept = 4096;

    private readonly Dictionary<CommandId, JobAnswers.IJobAnswer> _answers = [];
    private readonly Queue<CommandId> _order = new();

    internal JobAnswers.IJobAnswer? AnswerTo(CommandId command) => _answers.GetValueOrDefault(command);

    internal void Keep(JobAnswers.IJobAnswer answer)
    {
        if (answer is JobAnswers.Refused { Kind: JobRefusal.Unavailable } || !_answers.TryAdd(answer.Command, answer))
            return;
        _order.Enqueue(answer.Command);
        if (_order.Count > Kept)
            _answers.Remove(_order.Dequeue());
    }
}

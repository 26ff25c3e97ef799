namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Published on the event stream: the job database or the journal cannot be written at the moment. A daemon waits; a one-shot command ends
/// with this reason.
/// </summary>
/// <param name="Reason">One line.</param>
public sealed record JobStoreTrouble(string Reason);

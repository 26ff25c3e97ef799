namespace ActorColorize.Actors.Training;

/// <summary>A run folder cannot be used; the message is one line for the user.</summary>
public sealed class RunFolderException(string message, Exception? inner = null) : Exception(message, inner);

namespace ActorColorize.Host.Displays;

/// <summary>Whom standard output is written for.</summary>
internal enum OutputStyle
{
    /// <summary>A person at a terminal: colours and a moving progress bar.</summary>
    Live,

    /// <summary>A file, a pipe or a service's journal: whole lines, one each few seconds.</summary>
    Plain,

    /// <summary>A program: JSON and nothing else.</summary>
    Json,
}

namespace ActorColorize.Host.Displays;

/// <summary>The style of standard output.</summary>
internal enum OutputStyle
{
    /// <summary>An interactive terminal: colours and a progress bar.</summary>
    Live,

    /// <summary>A file, a pipe or a service's journal: whole lines, one every few seconds.</summary>
    Plain,

    /// <summary>Nothing but warnings and errors, on standard error.</summary>
    Quiet,

    /// <summary>Every line, warning and error as an event of a log in compact JSON, on standard output.</summary>
    Events,

    /// <summary>JSON and nothing else, for programs.</summary>
    Json,
}

using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Doctor;

/// <summary>One line of the report on a daemon.</summary>
/// <param name="What">What was examined: a setting, or a part of the machine.</param>
/// <param name="Verdict">Whether the daemon can work with it.</param>
/// <param name="Text">What was found, and what to do.</param>
/// <param name="Code">The exit code that <c>serve</c> would end with; <see cref="ExitCode.Success"/> unless it is a failure.</param>
internal sealed record DaemonFinding(string What, DaemonVerdict Verdict, string Text, ExitCode Code = ExitCode.Success)
{
    public static DaemonFinding Good(string what, string text) => new(what, DaemonVerdict.Good, text);

    public static DaemonFinding Warning(string what, string text) => new(what, DaemonVerdict.Warning, text);

    public static DaemonFinding Failure(string what, string text, ExitCode code) => new(what, DaemonVerdict.Failure, text, code);
}

/// <summary>How a finding is to be taken.</summary>
internal enum DaemonVerdict
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>The daemon works, but not for ever or not well.</summary>
    Warning,

    /// <summary>The daemon cannot start or work.</summary>
    Failure,
}

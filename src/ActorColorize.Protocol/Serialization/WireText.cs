using System.Runtime.Serialization;

namespace ActorColorize.Protocol.Serialization;

/// <summary>Texts and ids on the wire.</summary>
internal static class WireText
{
    // A cause is one line, but LibTorch's messages continue with stack traces; the full text is in the log of the process where the error
    // occurred.
    private const int LongestLine = 4000;

    internal static string Line(string text) => text.Length <= LongestLine ? text : string.Concat(text.AsSpan(0, LongestLine), "…");

    internal static RunId Run(string value) => new(Present(value, "run"));

    internal static JobId Job(string value) => new(Present(value, "job"));

    internal static CommandId Command(string value) => new(Present(value, "command"));

    internal static ClientId Client(string value) => new(Present(value, "client"));

    /// <exception cref="SerializationException">The part is absent.</exception>
    internal static T Present<T>(T? part, string name)
        where T : class => part ?? throw new SerializationException($"{name} is absent");

    private static string Present(string value, string name) =>
        value.Length > 0 ? value : throw new SerializationException($"{name} is absent");
}

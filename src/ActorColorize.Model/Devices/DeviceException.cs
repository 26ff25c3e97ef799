namespace ActorColorize.Model.Devices;

/// <summary>The requested device cannot be used. The message is one line: what is missing and what to do.</summary>
public sealed class DeviceException : Exception
{
    /// <param name="message">One line for the user.</param>
    /// <param name="inner">The underlying exception, for the log.</param>
    public DeviceException(string message, Exception? inner = null)
        : base(message, inner) { }
}

namespace ActorColorize.Model.Devices;

/// <summary>The device that was asked for cannot be used. The message is one line: what is missing and what to do.</summary>
public sealed class DeviceException : Exception
{
    /// <param name="message">One line for the user.</param>
    /// <param name="inner">What was thrown underneath, for the log.</param>
    public DeviceException(string message, Exception? inner = null)
        : base(message, inner) { }
}

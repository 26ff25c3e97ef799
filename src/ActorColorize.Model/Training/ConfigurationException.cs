namespace ActorColorize.Model.Training;

/// <summary>A training configuration is wrong. The message is one line that names the file, the key and what is allowed.</summary>
public sealed class ConfigurationException : Exception
{
    /// <inheritdoc />
    public ConfigurationException() { }

    /// <inheritdoc />
    public ConfigurationException(string message)
        : base(message) { }

    /// <inheritdoc />
    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException) { }
}

namespace ActorColorize.Model.Training;

/// <summary>A training configuration is invalid. The message is one line with the file, the key and the allowed values.</summary>
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

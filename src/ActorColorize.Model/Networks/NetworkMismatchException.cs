namespace ActorColorize.Model.Networks;

/// <summary>Tensors do not fit the network. The message is one line and names the tensor.</summary>
public sealed class NetworkMismatchException : Exception
{
    /// <inheritdoc />
    public NetworkMismatchException() { }

    /// <inheritdoc />
    public NetworkMismatchException(string message)
        : base(message) { }

    /// <inheritdoc />
    public NetworkMismatchException(string message, Exception innerException)
        : base(message, innerException) { }
}

namespace ActorColorize.Rest;

/// <summary>Storage for pictures received over HTTP while they are coloured. This project opens no files itself.</summary>
public interface IPictureSpool
{
    /// <summary>Creates a storage place for one picture.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    IPicturePlace NewPlace();
}

/// <summary>Storage place of one picture. Disposing of it deletes its files.</summary>
public interface IPicturePlace : IDisposable
{
    /// <summary>Path of the picture as seen by the devices; set once it is received.</summary>
    string Input { get; }

    /// <summary>Folder of the result as seen by the devices.</summary>
    string Output { get; }

    /// <summary>Opens the file that receives the picture.</summary>
    /// <param name="extension">File extension with the dot.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    Stream Receive(string extension);

    /// <summary>Opens the result.</summary>
    /// <exception cref="IOException">It does not exist.</exception>
    Stream OpenResult();

    /// <summary>Opens the network's distributions; null if no device has written them.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    Stream? OpenDistribution();
}

namespace ActorColorize.Rest;

/// <summary>Where pictures lie that come and go over HTTP, while they are coloured. This project opens no files itself.</summary>
public interface IPictureSpool
{
    /// <summary>A place for one picture, which nobody else uses.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    IPicturePlace NewPlace();
}

/// <summary>The place of one picture. Disposing of it removes all that is there.</summary>
public interface IPicturePlace : IDisposable
{
    /// <summary>The picture's path, as devices see it; known once it is received.</summary>
    string Input { get; }

    /// <summary>The folder for the result, as devices see it.</summary>
    string Output { get; }

    /// <summary>Begins to receive the picture.</summary>
    /// <param name="extension">Of its kind, with the dot.</param>
    /// <exception cref="IOException">There is no room.</exception>
    Stream Receive(string extension);

    /// <summary>Opens the result.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    Stream OpenResult();
}

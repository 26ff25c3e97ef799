namespace ActorColorize.Imaging;

/// <summary>
/// A picture that cannot be decoded or written. The message is one line for a person: the file and what is wrong with it.
/// </summary>
/// <param name="problem">The kind of problem.</param>
/// <param name="message">One line: which file, and what is wrong.</param>
/// <param name="inner">What a decoder said, where there is something.</param>
public sealed class PictureException(PictureProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of problem.</summary>
    public PictureProblem Problem { get; } = problem;
}

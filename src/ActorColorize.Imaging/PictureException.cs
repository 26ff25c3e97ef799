namespace ActorColorize.Imaging;

/// <summary>A picture that cannot be decoded or written. The message is one line: the file and what is wrong with it.</summary>
/// <param name="problem">The kind of problem.</param>
/// <param name="message">One line: which file, and what is wrong.</param>
/// <param name="inner">The decoder's exception, if any.</param>
public sealed class PictureException(PictureProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of problem.</summary>
    public PictureProblem Problem { get; } = problem;
}

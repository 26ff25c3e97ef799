using ActorColorize.Host.Displays;

namespace ActorColorize.Host.Tests;

/// <summary>A screen that records both streams.</summary>
internal sealed class RecordedScreen : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public RecordedScreen(OutputStyle style) => Screen = new Screen(_output, _error, style, errorIsTerminal: false);

    /// <summary>The screen.</summary>
    public Screen Screen { get; }

    /// <summary>Lines of standard output so far.</summary>
    public string[] Output => Lines(_output);

    /// <summary>Lines of standard error so far.</summary>
    public string[] Error => Lines(_error);

    /// <summary>Standard output for writers other than the screen.</summary>
    public TextWriter OutputWriter => _output;

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private static string[] Lines(StringWriter writer) => writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

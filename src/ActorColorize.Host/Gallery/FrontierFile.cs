using System.Text;
using ActorColorize.Actors.Gpu;
using ActorColorize.Data.Storage;

namespace ActorColorize.Host.Gallery;

/// <summary>Writes the frontier's picture.</summary>
internal static class FrontierFile
{
    private const string Name = "frontier.svg";

    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static void Write(string folder, GpuEvents.Evaluated evaluated)
    {
        Directory.CreateDirectory(folder);
        var svg = FrontierPlot.Draw(evaluated.Frontier, evaluated.Report.Grey, evaluated.Report.Model);
        AtomicFile.Write(Path.Combine(folder, Name), stream => stream.Write(Encoding.UTF8.GetBytes(svg)));
    }
}

using System.Runtime.InteropServices;
using ActorColorize.Imaging.Training;

namespace ActorColorize.Actors.Inspection;

/// <summary>The recorded facts of a picture.</summary>
/// <param name="Source">Size of the picture and of its file.</param>
/// <param name="Colorfulness">Its colourfulness.</param>
/// <param name="IsMonochrome">Whether training leaves it out as grey or of a single tint.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PictureFacts(TileSource Source, float Colorfulness, bool IsMonochrome)
{
    /// <summary>Whether the picture was read at all.</summary>
    internal bool IsRead => Source.Width > 0;
}

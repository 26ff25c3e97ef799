using System.Runtime.InteropServices;

namespace ActorColorize.Imaging.Training;

/// <summary>The picture that a training tile was cropped from.</summary>
/// <param name="Width">Width in pixels of the upright picture.</param>
/// <param name="Height">Height in pixels of the upright picture.</param>
/// <param name="FileBytes">Length of the file.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TileSource(int Width, int Height, long FileBytes);

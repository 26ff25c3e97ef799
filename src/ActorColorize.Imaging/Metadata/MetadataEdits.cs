namespace ActorColorize.Imaging.Metadata;

/// <summary>Changes of a picture's pixels that its metadata must reflect.</summary>
/// <param name="IsTurned">Whether the pixels were turned or mirrored to be upright.</param>
/// <param name="SwapsSides">Whether that made width and height change places.</param>
/// <param name="RenderThumbnail">Makes a small JPEG (160 pixels at most) of the new picture.</param>
internal sealed record MetadataEdits(bool IsTurned, bool SwapsSides, Func<byte[]> RenderThumbnail);

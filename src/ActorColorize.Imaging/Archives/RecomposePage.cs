namespace ActorColorize.Imaging.Archives;

/// <summary>A page to colour; most files have one.</summary>
/// <param name="Header">What <see cref="ArchivePicture.Inspect"/> found.</param>
/// <param name="Thumbnail">The page, small: the guide for fitting colours to edges. Its proportions may differ a little from the
/// page's.</param>
/// <param name="Ab">The new colours, on a grid of any size over the whole upright page.</param>
/// <param name="KeepsColors">Whether the page stays as it is: it has colour already, beside others that have not.</param>
public sealed record RecomposePage(PictureHeader Header, Thumbnail Thumbnail, AbPlane Ab, bool KeepsColors = false);

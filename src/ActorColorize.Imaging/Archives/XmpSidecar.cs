using ActorColorize.Data.Storage;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Files with the XMP of a picture beside it: <c>name.xmp</c> for <c>name.jpg</c>, as Adobe's programs name it, or <c>name.jpg.xmp</c>, as
/// darktable and digiKam do.
/// </summary>
internal static class XmpSidecar
{
    /// <summary>
    /// Copies a picture's sidecars beside its result, with their dates. A copy of the same length and date is not written again.
    /// </summary>
    /// <param name="source">The original.</param>
    /// <param name="result">The result.</param>
    /// <exception cref="IOException">One cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static void Copy(string source, string result)
    {
        foreach (var extension in new[] { ".xmp", ".XMP" })
        {
            Copy(source + extension, result + extension, source);
            Copy(Path.ChangeExtension(source, extension), Path.ChangeExtension(result, extension), source);
        }
    }

    private static void Copy(string sidecar, string copy, string picture)
    {
        if (sidecar == picture || FileVersion.Of(sidecar) is not { } version)
            return;
        if (FileVersion.Of(copy) is { } there && (there.Length, there.Modified) == (version.Length, version.Modified))
            return;
        AtomicFile.Write(copy, target =>
        {
            using var content = Files.OpenRead(sidecar);
            content.CopyTo(target);
            target.Flush();
            File.SetLastWriteTimeUtc(target.SafeFileHandle, version.Modified);
        });
    }
}

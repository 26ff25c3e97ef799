using ActorColorize.Actors.Gpu;
using ActorColorize.Data.Storage;
using NetVips;

namespace ActorColorize.Host.Reports;

/// <summary>The files of a shown picture, in a folder next to the page.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Grey">Link to the models' input.</param>
/// <param name="Painted">Links to the models' results.</param>
/// <param name="Truth">Link to the original.</param>
public sealed record ShownPictureFiles(ShownPicture Picture, string Grey, IReadOnlyList<string> Painted, string Truth)
{
    private const string Folder = "pictures";
    private const int JpegQuality = 92;

    /// <summary>All of them from left to right: what each shows, and the link to it.</summary>
    public IReadOnlyList<(string Role, string File)> Tiles =>
        [("grey", Grey), .. Painted.Select(static (file, model) => (model == 0 ? "ours" : "compared", file)), ("truth", Truth)];

    /// <summary>Writes the files under numbers, so that names of pictures cannot affect names of files.</summary>
    /// <param name="folder">The page's folder.</param>
    /// <param name="series">The name of the series, unique on the page.</param>
    /// <param name="pictures">The pictures.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static IReadOnlyList<ShownPictureFiles> Write(string folder, string series, IReadOnlyList<ShownPicture> pictures)
    {
        Directory.CreateDirectory(Path.Combine(folder, Folder));
        return
        [
            .. pictures.Select(
                (picture, index) =>
                {
                    string File(string role, byte[] rgb_HWC)
                    {
                        var name = $"{series}-{index + 1:000}-{role}.jpg";
                        AtomicFile.Write(Path.Combine(folder, Folder, name), stream => stream.Write(Jpeg(rgb_HWC, picture.Side)));
                        return $"{Folder}/{name}";
                    }

                    return new ShownPictureFiles(
                        picture,
                        File("grey", picture.Grey_HWC),
                        [.. picture.Painted_MHWC.Select((painted, model) => File(model == 0 ? "ours" : "other", painted))],
                        File("truth", picture.Truth_HWC)
                    );
                }
            ),
        ];
    }

    /// <summary>A JPEG without chroma subsampling, because the colours are compared.</summary>
    public static byte[] Jpeg(byte[] rgb_HWC, int side)
    {
        using var plain = Image.NewFromMemory(rgb_HWC, side, side, 3, Enums.BandFormat.Uchar);
        using var rgb = plain.Copy(interpretation: Enums.Interpretation.Srgb);
        return rgb.JpegsaveBuffer(q: JpegQuality, subsampleMode: Enums.ForeignSubsample.Off, keep: Enums.ForeignKeep.None);
    }
}

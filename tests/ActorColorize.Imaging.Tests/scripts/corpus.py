#!/usr/bin/env python3
"""Makes a corpus of picture files with independent tools, colours it, and checks each result with them.

    corpus.py make FOLDER               writes the files and FOLDER/corpus.json, which says what is expected of each
    corpus.py check FOLDER PROGRAM      runs PROGRAM colorize FOLDER and checks the results; prints a table

Format × depth × profile × orientation × metadata × damage. Needs python3-pil, python3-numpy, python3-tifffile,
libimage-exiftool-perl, libtiff-tools, libjpeg-turbo-progs, webp and imagemagick as Debian ships them. None of them is
used by the product, except libjpeg-turbo and littleCMS inside other builds.

Checked of each file: it is coloured, or refused with the documented reason; size, depth and profile are the original's;
exiftool sees the same metadata but for what is listed in MEANT; and its luminance is the original's, decoded by ImageMagick.
"""
import collections
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import tifffile
from PIL import Image, ImageCms

HERE = pathlib.Path(__file__).resolve().parent
WIDE = (HERE.parent / "Fixtures" / "wide.icc").read_bytes()
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
WIDE_NAME = "ActorColorize test RGB"
WIDTH, HEIGHT = 120, 80

# Tags that may differ, and why.
MEANT = [
    (r"ExifTool:|System:|File:|Composite:|JFIF:", "the file itself, and what exiftool computes"),
    (r"Photoshop:(IPTCDigest|CurrentIPTCDigest)", "a checksum"),
    (r"IFD0:Orientation|IFD1:Orientation|XMP-tiff:Orientation", "pixels are upright"),
    (r"IFD0:(ImageWidth|ImageHeight)|ExifIFD:ExifImage(Width|Height)", "sides that changed places"),
    (
        r"IFD\d:(StripOffsets|StripByteCounts|RowsPerStrip|Tile\w+|Compression|PhotometricInterpretation|SamplesPerPixel"
        r"|BitsPerSample|PlanarConfiguration|Predictor|SampleFormat|ColorMap|ExtraSamples|FillOrder|SubfileType|YCbCr\w+"
        r"|JPEGTables|ReferenceBlackWhite|T4Options|GrayResponse\w+|PageNumber|OldSubfileType|InkSet|NumberofInks)",
        "how pixels are stored",
    ),
    (r"IFD\d:(ThumbnailOffset|ThumbnailLength|ThumbnailImage)", "the preview is made anew"),
    (r"PNG:(ImageWidth|ImageHeight)", "sides that changed places; the size is checked by itself"),
    (r"PNG:ProfileName", "the profile's name in the chunk; the profile is checked by itself"),
    (r"IFD0:PreviewImage\w*", "what exiftool calls strips of JPEG-in-TIFF"),
    (r"PNG:(ColorType|BitDepth|Filter|Interlace|Compression|Palette|Transparency|BackgroundColor|SignificantBits)", "storage"),
    (r"PNG:(Gamma|WhitePoint\w|RedX|RedY|GreenX|GreenY|BlueX|BlueY|SRGBRendering)", "values are sRGB's now"),
    (r"XMP-x:XMPToolkit|XMP-iptcExt:DigitalSourceType|XMP-xmp:\w*Tool", "states that the colours were made"),
    (r"RIFF:|VP8|ICC-header:|ICC_Profile:|XMP-exif:", "container"),
    (r"APP14:|Adobe:", "how JPEG stores colours"),
]

NOTHING, EXIF, ALL = "plain", "exif", "all"


def base(levels=256):
    """Something like a photograph: gradients, edges, texture."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    shade = 0.15 + 0.6 * x / WIDTH + 0.15 * np.sin(y / 7) * np.cos(x / 11)
    shade[20:50, 30:60] = 0.9 - 0.3 * (y[20:50, 30:60] - 20) / 30
    shade += np.random.default_rng(1).normal(0, 0.015, shade.shape)
    return np.round(np.clip(shade, 0, 1) * (levels - 1))


GREY8 = base().astype(np.uint8)
GREY16 = base(65536).astype(np.uint16)
RGB8 = np.repeat(GREY8[..., None], 3, axis=2)
SEPIA8 = np.clip(RGB8 * [1.05, 0.95, 0.75] + [12, 4, 0], 0, 255).astype(np.uint8)
RGB16 = np.repeat(GREY16[..., None], 3, axis=2)
ALPHA8 = np.tile(np.linspace(40, 255, WIDTH).astype(np.uint8), (HEIGHT, 1))


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        self.entries = {}

    def add(self, name, data, *, bits=8, profile=None, orientation=1, metadata=NOTHING, refused=None, lossy=0.0, either=False):
        assert name not in self.entries, name
        path = self.folder / name
        path.write_bytes(data)
        arguments = []
        if metadata in (EXIF, ALL):
            arguments += ["-Artist=A. Archivist", "-Copyright=none", "-ImageDescription=Café, 1931", "-Make=Ernemann", "-Model=Heag"]
            arguments += ["-DateTimeOriginal=1931:05:04 10:11:12", "-GPSLatitude=52.5", "-GPSLatitudeRef=N", "-UserComment=scan"]
            arguments += ["-GPSLongitude=13.4", "-GPSLongitudeRef=E", "-ExposureTime=1/25", "-XResolution=300", "-YResolution=300"]
        if metadata == ALL:
            arguments += ["-XMP-dc:Title=Market", "-XMP-dc:Subject=square", "-XMP-dc:Subject=people", "-XMP-xmp:Rating=4"]
            arguments += ["-IPTC:Keywords=market", "-IPTC:City=Berlin", "-IPTC:By-line=A. Archivist"] if not name.endswith(".webp") else []
        if orientation != 1:
            arguments += [f"-IFD0:Orientation#={orientation}"]
        if arguments:
            run("exiftool", "-q", "-m", "-overwrite_original", *arguments, path)
        self.entries[name] = {
            "width": HEIGHT if orientation > 4 else WIDTH,
            "height": WIDTH if orientation > 4 else HEIGHT,
            "bits": bits,
            "profile": profile,
            "orientation": orientation,
            "refused": refused,
            "either": either,
            "lossy": lossy,
        }
        return path


def run(*command, **options):
    result = subprocess.run([str(part) for part in command], capture_output=True, **options)
    if result.returncode != 0:
        raise RuntimeError(f"{command}: {result.stderr.decode(errors='replace')}")
    return result.stdout


def pillow(pixels, format, mode=None, **options):
    out = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(out, format, **options)
    return out.getvalue()


def pnm(pixels):
    kind = b"P5" if pixels.ndim == 2 else b"P6"
    most = 255 if pixels.dtype == np.uint8 else 65535
    return kind + f" {pixels.shape[1]} {pixels.shape[0]} {most}\n".encode() + pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()


def webp(pixels, *options):
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "a.png"
        path.write_bytes(pillow(pixels, "PNG"))
        return run("cwebp", "-quiet", *options, path, "-o", "-")


def tiff(pixels, *, tool=None, **options):
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "a.tif"
        tifffile.imwrite(path, pixels, metadata=None, **options)
        if tool:
            other = pathlib.Path(scratch) / "b.tif"
            run(*tool, path, other)
            path = other
        return path.read_bytes()


def jpegs(corpus):
    for orientation in range(1, 9):
        for metadata in (NOTHING, EXIF, ALL):
            data = pillow(GREY8, "JPEG", quality=90)
            corpus.add(f"jpeg-grey-o{orientation}-{metadata}.jpg", data, orientation=orientation, metadata=metadata, lossy=1.0)
    for quality in (40, 75, 92, 100):
        for subsampling in (0, 1, 2):
            for progressive in (False, True):
                name = f"jpeg-rgb-q{quality}-s{subsampling}-{'progressive' if progressive else 'baseline'}.jpg"
                corpus.add(name, pillow(SEPIA8, "JPEG", quality=quality, subsampling=subsampling, progressive=progressive), lossy=1.5)
    for name, icc in (("srgb", SRGB), ("wide", WIDE)):
        for metadata in (NOTHING, ALL):
            for orientation in (1, 6):
                data = pillow(SEPIA8, "JPEG", quality=92, subsampling=0, icc_profile=icc)
                file = f"jpeg-{name}-{metadata}-o{orientation}.jpg"
                corpus.add(file, data, profile=name, metadata=metadata, orientation=orientation, lossy=1.5)
    cmyk = Image.fromarray(SEPIA8).convert("CMYK")
    out = io.BytesIO()
    cmyk.save(out, "JPEG", quality=92)
    corpus.add("jpeg-cmyk.jpg", out.getvalue(), profile="srgb", lossy=None)  # becomes RGB, and says which
    restarts = (["-restart", "1"], ["-progressive", "-restart", "2B"])
    for options in (*restarts, ["-arithmetic"], ["-optimize"], ["-rgb"], ["-sample", "2x1"], ["-dct", "float"]):
        name = "jpeg-" + "-".join(option.strip("-") for option in options) + ".jpg"
        corpus.add(name, run("cjpeg", "-quality", "90", *options, input=pnm(SEPIA8)), lossy=1.5, either="-arithmetic" in options)
    corpus.add("jpeg-no-eoi.jpg", pillow(GREY8, "JPEG", quality=90)[:-2], lossy=1.0)
    corpus.add("jpeg-trailing.jpg", pillow(GREY8, "JPEG", quality=90) + bytes(range(200)), lossy=1.0)
    corpus.add("jpeg-as-png.png", pillow(GREY8, "JPEG", quality=90), lossy=1.0)


def pngs(corpus):
    for metadata in (NOTHING, EXIF, ALL):
        for orientation in (1, 3, 6, 8):
            for depth, pixels in ((8, GREY8), (16, GREY16)):
                data = run("convert", "-", "-depth", depth, "png:-", input=pnm(pixels))
                corpus.add(f"png-grey{depth}-{metadata}-o{orientation}.png", data, bits=depth, metadata=metadata, orientation=orientation)
    for depth, pixels in ((8, RGB8), (16, RGB16)):
        for interlace in ("none", "PNG"):
            data = run("convert", "-", "-depth", depth, "-interlace", interlace, "-define", "png:color-type=2", "png:-", input=pnm(pixels))
            corpus.add(f"png-rgb{depth}-{interlace}.png", data, bits=depth)
    rgba = np.dstack([RGB8, ALPHA8])
    corpus.add("png-rgba8.png", pillow(rgba, "PNG"))
    corpus.add("png-la8.png", pillow(np.dstack([GREY8, ALPHA8]), "PNG"))
    corpus.add("png-palette.png", pillow(SEPIA8, "PNG", mode="P"), lossy=None)
    for bits in (2, 4):
        levels = (GREY8.astype(int) * (2**bits - 1) // 255 * 255 // (2**bits - 1)).astype(np.uint8)
        options = ["-depth", bits, "-define", f"png:bit-depth={bits}", "-define", "png:color-type=0"]
        data = run("convert", "-", *options, "png:-", input=pnm(levels))
        corpus.add(f"png-grey{bits}.png", data)
    corpus.add("png-bilevel.png", pillow((GREY8 > 128), "PNG"), refused="black and white")
    for name, icc in (("srgb", SRGB), ("wide", WIDE)):
        corpus.add(f"png-{name}.png", pillow(SEPIA8, "PNG", icc_profile=icc), profile=name)
    for gamma in ("1.0", "0.5", "0.45455"):
        options = ["-set", "gamma", gamma, "-define", "png:include-chunk=gAMA"]
        corpus.add(f"png-gamma-{gamma}.png", run("convert", "-", *options, "png:-", input=pnm(GREY8)), lossy=None)
    corpus.add("png-as-jpeg.jpg", pillow(GREY8, "PNG"))


def tiffs(corpus):
    for compression, tool in (
        ("none", ["tiffcp", "-c", "none"]),
        ("lzw", ["tiffcp", "-c", "lzw"]),
        ("lzw2", ["tiffcp", "-c", "lzw:2"]),
        ("zip", ["tiffcp", "-c", "zip"]),
        ("zip2", ["tiffcp", "-c", "zip:2"]),
        ("packbits", ["tiffcp", "-c", "packbits"]),
        ("jpeg", ["tiffcp", "-c", "jpeg:90"]),
        ("zstd", ["tiffcp", "-c", "zstd"]),
        ("lzma", ["tiffcp", "-c", "lzma"]),
    ):
        lossy = 1.5 if compression == "jpeg" else 0.0
        for layout, more in (("strips", ["-r", "16"]), ("tiles", ["-t", "-w", "32", "-l", "32"]), ("bigtiff", ["-8"])):
            for depth, pixels in ((8, GREY8), (8, SEPIA8), (16, GREY16), (16, RGB16)):
                if compression == "jpeg" and depth == 16:
                    continue
                kind = "rgb" if pixels.ndim == 3 else "grey"
                options = {"photometric": "rgb" if pixels.ndim == 3 else "minisblack"}
                name = f"tiff-{compression}-{layout}-{kind}{depth}.tif"
                try:
                    data = tiff(pixels, tool=[*tool, *more], **options)
                except RuntimeError:
                    continue  # this libtiff lacks the compression
                refused = "not supported: TIFF compression" if compression in ("zstd", "lzma") else None
                corpus.add(name, data, bits=depth, lossy=lossy, refused=refused)
    for order in ("<", ">"):
        for orientation in (1, 3, 6, 8):
            for metadata in (NOTHING, ALL):
                data = tiff(GREY8, photometric="minisblack", byteorder=order, resolution=(300, 300))
                name = f"tiff-{'little' if order == '<' else 'big'}-o{orientation}-{metadata}.tif"
                corpus.add(name, data, orientation=orientation, metadata=metadata)
    corpus.add("tiff-planar.tif", tiff(SEPIA8, photometric="rgb", tool=["tiffcp", "-p", "separate"]))
    corpus.add("tiff-white-is-zero.tif", tiff(255 - GREY8, photometric="miniswhite"))
    corpus.add("tiff-lsb2msb.tif", tiff(GREY8, photometric="minisblack", tool=["tiffcp", "-c", "lzw", "-f", "lsb2msb"]))
    for name, icc in (("srgb", SRGB), ("wide", WIDE)):
        corpus.add(f"tiff-{name}.tif", tiff(SEPIA8, photometric="rgb", extratags=[(34675, "B", len(icc), icc, True)]), profile=name)
    corpus.add("tiff-rgba.tif", tiff(np.dstack([RGB8, ALPHA8]), photometric="rgb", extrasamples=["unassalpha"]))
    corpus.add("tiff-float.tif", tiff(GREY8.astype(np.float32) / 255, photometric="minisblack"), refused="not supported: floating")
    corpus.add("tiff-signed.tif", tiff(GREY16.astype(np.int16), photometric="minisblack"), refused="not supported: signed")
    corpus.add("tiff-32bit.tif", tiff(GREY16.astype(np.uint32), photometric="minisblack"), refused="not supported: 32")
    bilevel = run("convert", "-", "-threshold", "50%", "-compress", "Group4", "tiff:-", input=pnm(GREY8))
    corpus.add("tiff-g4.tif", bilevel, refused="black and white")


def webps(corpus):
    for metadata in (NOTHING, EXIF, ALL):
        for orientation in (1, 6):
            for kind, options in (("lossy", ["-q", "90"]), ("lossless", ["-lossless"])):
                data = webp(RGB8, *options)
                name = f"webp-{kind}-{metadata}-o{orientation}.webp"
                corpus.add(name, data, metadata=metadata, orientation=orientation, lossy=2.0 if kind == "lossy" else 0.0)
    for name, icc in (("srgb", SRGB), ("wide", WIDE)):
        corpus.add(f"webp-{name}.webp", pillow(SEPIA8, "WEBP", lossless=True, icc_profile=icc), profile=name)
    corpus.add("webp-alpha.webp", pillow(np.dstack([RGB8, ALPHA8]), "WEBP", lossless=True, exact=True))


def damaged(corpus):
    whole = {
        "baseline.jpg": pillow(SEPIA8, "JPEG", quality=95, subsampling=0),
        "subsampled.jpg": pillow(SEPIA8, "JPEG", quality=95, subsampling=2),
        "progressive.jpg": pillow(SEPIA8, "JPEG", quality=95, progressive=True),
        "grey.jpg": pillow(GREY8, "JPEG", quality=95),
        "grey.png": pillow(GREY8, "PNG"),
        "interlaced.png": run("convert", "-", "-interlace", "PNG", "png:-", input=pnm(GREY16)),
        "none.tif": tiff(GREY8, photometric="minisblack"),
        "lzw.tif": tiff(GREY8, photometric="minisblack", tool=["tiffcp", "-c", "lzw"]),
        "zip.tif": tiff(SEPIA8, photometric="rgb", tool=["tiffcp", "-c", "zip"]),
        "jpeg.tif": tiff(SEPIA8, photometric="rgb", tool=["tiffcp", "-c", "jpeg:90", "-r", "16"]),
        "lossy.webp": webp(RGB8, "-q", "90"),
        "lossless.webp": webp(RGB8, "-lossless"),
    }
    reason = r"damaged|ends before|not a picture|cut"
    for name, data in whole.items():
        size = len(data)
        # Changed bytes carry no checksum there: documented.
        silent = name.endswith(".webp") or name == "none.tif"
        for part in (30, 60, 95):
            corpus.add(f"damaged-cut{part}-{name}", data[: size * part // 100], refused=reason)
        middle = size // 2
        zeroed = data[:middle] + bytes(size // 10) + data[middle + size // 10 :]
        corpus.add(f"damaged-zeros-{name}", zeroed, refused=reason, either=silent)
        lost = data[:middle] + data[middle + size // 12 :]
        corpus.add(f"damaged-lost-{name}", lost, refused=reason, either=silent and name != "none.tif")
    corpus.add("damaged-empty.jpg", b"", refused="empty")
    corpus.add("damaged-text.jpg", b"This is no picture.\n" * 20, refused="not a picture")


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(folder)
    for part in (jpegs, pngs, tiffs, webps, damaged):
        part(corpus)
    (folder / "corpus.json").write_text(json.dumps(corpus.entries, indent=1))
    print(f"{len(corpus.entries)} files in {folder}")


# Of EXIF: how stored pixels become upright ones.
UPRIGHT = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.T,
    6: lambda a: a[::-1].T,
    7: lambda a: a[::-1, ::-1].T,
    8: lambda a: a.T[::-1],
}


def lightness(path, srgb, stored_width, orientation):
    """CIELAB L* by ImageMagick and littleCMS, upright, over white."""
    command = ["convert", f"{path}[0]"]
    description = run("identify", "-format", "%[colorspace]|%[profile:icc]", f"{path}[0]").decode()
    if description.split("|")[-1].strip():
        command += ["-profile", srgb]
    command += ["-colorspace", "sRGB", "-background", "white", "-alpha", "remove", "-depth", "16", "rgb:-"]
    raw = run(*command)
    values = np.frombuffer(raw, "<u2").astype(np.float64).reshape(-1, 3) / 65535
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    y = linear @ [0.2126729, 0.7151522, 0.0721750]
    stored = np.where(y > (6 / 29) ** 3, 116 * np.cbrt(y) - 16, y * (29 / 3) ** 3).reshape(-1, stored_width)
    return UPRIGHT[orientation](stored)


def tags(folder, names):
    listing = run("exiftool", "-j", "-G1", "-a", "-struct", *[folder / name for name in names])
    return {pathlib.Path(entry["SourceFile"]).name: entry for entry in json.loads(listing)}


def bits_of(entry):
    for tag in ("File:BitsPerSample", "PNG:BitDepth", "IFD0:BitsPerSample"):
        if tag in entry:
            value = int(str(entry[tag]).split()[0])
            return value
    return 8


def differences(before, after):
    for tag in sorted(before.keys() | after.keys()):
        old, new = before.get(tag), after.get(tag)
        if old != new and tag != "SourceFile" and not any(re.match(pattern, tag) for pattern, _ in MEANT):
            yield f"{tag}: {old!r} -> {new!r}"


def check(folder, program):
    entries = json.loads((folder / "corpus.json").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "out"
        srgb = pathlib.Path(scratch) / "srgb.icc"
        srgb.write_bytes(SRGB)
        finished = subprocess.run([program, "colorize", str(folder), "--out", str(out), "--recolor"], capture_output=True, text=True)
        if finished.returncode not in (0, 3):
            sys.exit(f"{program} ended with {finished.returncode}: {finished.stderr}")
        outcome = {}
        for line in (out / "manifest.jsonl").read_text().splitlines():
            item = json.loads(line)
            if "path" in item:
                outcome[item["path"]] = (item["status"], item.get("reason") or "")
        done = [name for name in entries if outcome.get(name, ("",))[0] == "done"]
        before, after = tags(folder, done), tags(out, done)
        faults = collections.defaultdict(list)
        counts = collections.Counter()
        worst = collections.defaultdict(float)
        for name, expected in entries.items():
            kind = name.split("-")[0]
            counts[kind, "files"] += 1
            status, reason = outcome.get(name, ("missing", ""))
            if status == "missing" and expected["refused"]:
                counts[kind, "refused"] += 1  # what is no picture is no part of an archive
                continue
            if status != "done":
                counts[kind, "refused"] += 1
                if not expected["refused"] and not expected["either"]:
                    faults["refused"].append(f"{name}: {status}: {reason}")
                elif expected["refused"] and not re.search(expected["refused"], reason, re.I):
                    faults["another reason than documented"].append(f"{name}: {reason}")
                continue
            counts[kind, "coloured"] += 1
            if expected["refused"] and not expected["either"]:
                faults["coloured, though damaged"].append(name)
                continue
            if expected["refused"]:
                continue
            entry, source = after[name], before[name]
            size = tuple(int(entry[tag]) for tag in next(pair for pair in SIZES if pair[0] in entry))
            if size != (expected["width"], expected["height"]):
                faults["size"].append(f"{name}: {size}")
            if bits_of(entry) != expected["bits"]:
                faults["depth"].append(f"{name}: {bits_of(entry)} for {expected['bits']}")
            profile = entry.get("ICC_Profile:ProfileDescription")
            wanted = {None: None, "srgb": "sRGB", "wide": WIDE_NAME}[expected["profile"]]
            if (profile is None) != (wanted is None) or (wanted and wanted not in profile):
                faults["profile"].append(f"{name}: {profile!r} for {wanted!r}")
            for difference in differences(source, entry):
                faults["metadata"].append(f"{name}: {difference}")
            if expected["lossy"] is not None:
                original = lightness(folder / name, srgb, WIDTH, expected["orientation"])
                delta = np.abs(original - lightness(out / name, srgb, expected["width"], 1))
                worst[kind] = max(worst[kind], float(delta.mean()))
                if delta.mean() > 0.4 + expected["lossy"]:
                    faults["luminance"].append(f"{name}: mean {delta.mean():.2f}, largest {delta.max():.1f} L*")
        print(f"{'kind':10}{'files':>7}{'coloured':>10}{'refused':>9}{'worst mean L* error':>22}")
        for kind in sorted({kind for kind, _ in counts}):
            row = [counts[kind, column] for column in ("files", "coloured", "refused")]
            print(f"{kind:10}{row[0]:7}{row[1]:10}{row[2]:9}{worst[kind]:22.2f}")
        print(f"{len(entries)} files, {sum(map(len, faults.values()))} not as they should be")
        for kind, names in faults.items():
            print(f"\n{kind} ({len(names)}):")
            for name in names:
                print(f"  {name}")
        return 1 if faults else 0


SIZES = [("File:ImageWidth", "File:ImageHeight"), ("PNG:ImageWidth", "PNG:ImageHeight"), ("RIFF:ImageWidth", "RIFF:ImageHeight"),
         ("IFD0:ImageWidth", "IFD0:ImageHeight")]

if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", folder]:
            make(pathlib.Path(folder))
        case ["check", folder, program]:
            sys.exit(check(pathlib.Path(folder), program))
        case _:
            print(__doc__)
            sys.exit(2)

#!/usr/bin/env python3
"""Writes the pictures, colour profiles and expected numbers in Fixtures/: pictures by Pillow and exiftool, colours by NumPy and
scikit-image, none of which the product uses.

Needs python3-pil, python3-numpy, python3-skimage and libimage-exiftool-perl as Debian ships them; the tests themselves need only the files:

    python3 tests/ActorColorize.Imaging.Tests/scripts/make_picture_fixtures.py

Pictures are drawn here. The profiles are made up: "wide" has primaries beyond sRGB's and a gamma of 2.2; "cmyk" says for each
of the 16 corners of CMYK which CIELAB colour it is.
"""
import io
import json
import pathlib
import struct
import subprocess
import tempfile

import numpy as np
import skimage.color
from PIL import Image, ImageCms, ImageOps

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
D50 = np.array([0.9642, 1.0, 0.8249])
WIDTH, HEIGHT = 48, 32
QUADRANTS = [[40, 100], [160, 220]]
WIDE = np.array(
    [[0.6097, 0.2053, 0.1492], [0.3111, 0.6257, 0.0632], [0.0195, 0.0609, 0.7446]]
)  # columns: XYZ of red, green, blue, adapted to D50
GAMMA = 2.2


# ---- profiles (ICC.1:2001-04, version 2.4)


def s15(value):
    return struct.pack(">i", round(value * 65536))


def xyz(values):
    return b"XYZ \0\0\0\0" + b"".join(map(s15, values))


def curve(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def description(text):
    return b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text.encode() + b"\0" + bytes(4 + 4 + 2 + 1 + 67)


def profile(kind, space, pcs, tags):
    tags = {
        "desc": description("ActorColorize test " + space.strip()),
        "cprt": b"text\0\0\0\0No rights reserved\0",
        "wtpt": xyz(D50),
        **tags,
    }
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name.encode() + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(">I4sI4s4s4s", 128 + len(table) + len(body), b"\0\0\0\0", 0x02400000, kind, space.encode(), pcs)
    header += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 * 7) + b"".join(map(s15, D50))
    return header.ljust(128, b"\0") + table + body


def wide_profile():
    columns = {"rXYZ": xyz(WIDE[:, 0]), "gXYZ": xyz(WIDE[:, 1]), "bXYZ": xyz(WIDE[:, 2])}
    return profile(b"mntr", "RGB ", b"XYZ ", {**columns, **{f"{c}TRC": curve(GAMMA) for c in "rgb"}})


def ink_lab(c, m, y, k):
    """A made-up press, all of whose colours sRGB has: each ink takes lightness away and adds its own a and b; black takes the
    colour too."""
    paper = np.array([100 - 28 * c - 36 * m - 8 * y, -18 * c + 34 * m - 4 * y, -22 * c - 4 * m + 42 * y])
    return paper if k == 0 else np.array([6 + 0.14 * paper[0], 0.05 * paper[1], 0.05 * paper[2]])


def cmyk_profile():
    cells = b""
    for corner in range(16):
        lab = ink_lab(*(corner >> bit & 1 for bit in (3, 2, 1, 0)))
        cells += struct.pack(">3H", round(lab[0] * 652.8), round((lab[1] + 128) * 256), round((lab[2] + 128) * 256))
    line = struct.pack(">2H", 0, 65535)
    lut = (
        b"mft2\0\0\0\0" + bytes([4, 3, 2, 0]) + b"".join(map(s15, np.eye(3).flat)) + struct.pack(">2H", 2, 2) + line * 4 + cells + line * 3
    )
    return profile(b"prtr", "CMYK", b"Lab ", {"A2B0": lut})


# ---- colours from the profiles' definitions


def to_d65():
    """Bradford's adaptation of XYZ under D50 to D65, as a matrix."""
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    scale = np.diag((bradford @ [0.95047, 1.0, 1.08883]) / (bradford @ D50))
    return np.linalg.inv(bradford) @ scale @ bradford


def adapted_srgb(xyz_d50):
    """sRGB levels of colours given under D50, by scikit-image."""
    rgb = skimage.color.xyz2rgb(np.asarray(xyz_d50) @ to_d65().T)
    assert rgb.min() > -0.005 and rgb.max() < 1.005, rgb
    return rgb * 255


def lab_xyz(lab):
    """CIE 15: XYZ of CIELAB under D50."""
    f = (lab[0] + 16) / 116 + np.array([lab[1] / 500, 0, -lab[2] / 200])
    return D50 * np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))


def colours():
    inks = [
        [0, 0, 0, 0],
        [255, 0, 0, 0],
        [0, 255, 0, 0],
        [0, 0, 255, 0],
        [255, 0, 255, 0],
        [0, 255, 255, 0],
        [255, 255, 0, 0],
        [0, 0, 0, 255],
    ]
    press = [adapted_srgb(lab_xyz(ink_lab(*(np.array(ink) // 255)))) for ink in inks]
    screen = [
        [128, 128, 128],
        [180, 120, 90],
        [110, 150, 100],
        [100, 110, 160],
        [230, 225, 215],
        [30, 32, 28],
        [150, 150, 90],
        [140, 100, 140],
    ]
    seen = [adapted_srgb(WIDE @ (np.array(levels) / 255) ** GAMMA) for levels in screen]

    # A second opinion: LittleCMS by way of Pillow.
    cms = lambda data, mode, pixels: ImageCms.applyTransform(
        Image.frombytes(mode, (len(pixels), 1), bytes(np.array(pixels, dtype=np.uint8).flat)),
        ImageCms.buildTransform(ImageCms.ImageCmsProfile(io.BytesIO(data)), ImageCms.createProfile("sRGB"), mode, "RGB", renderingIntent=1),
    )
    for data, mode, pixels, expected in ((cmyk_profile(), "CMYK", inks, press), (wide_profile(), "RGB", screen, seen)):
        difference = np.abs(np.array(cms(data, mode, pixels)).reshape(-1, 3) - np.clip(expected, 0, 255)).max()
        print(f"{mode}: LittleCMS differs by at most {difference:.2f} levels")
        assert difference < 1.6
    return {
        "cmyk": [{"levels": ink, "srgb": [round(float(v), 2) for v in rgb]} for ink, rgb in zip(inks, press)],
        "wide": [{"levels": levels, "srgb": [round(float(v), 2) for v in rgb]} for levels, rgb in zip(screen, seen)],
        "wide_luminance": [float(v) for v in (to_d65() @ WIDE)[1]],
        "wide_gamma": GAMMA,
        "quadrant_lightness": [
            [round(float(skimage.color.rgb2lab(np.full((1, 1, 3), level / 255))[0, 0, 0]), 2) for level in row] for row in QUADRANTS
        ],
    }, inks


# ---- pictures


def quadrants():
    grey = np.empty((HEIGHT, WIDTH), dtype=np.uint8)
    for down in range(2):
        for across in range(2):
            grey[down * HEIGHT // 2 : (down + 1) * HEIGHT // 2, across * WIDTH // 2 : (across + 1) * WIDTH // 2] = QUADRANTS[down][across]
    return Image.fromarray(grey)


def turned(upright, orientation):
    """The picture whose pixels, with that orientation, are seen upright: found by trying, with Pillow as the judge."""
    ways = [
        None,
        Image.FLIP_LEFT_RIGHT,
        Image.ROTATE_180,
        Image.FLIP_TOP_BOTTOM,
        Image.TRANSPOSE,
        Image.ROTATE_90,
        Image.TRANSVERSE,
        Image.ROTATE_270,
    ]
    for way in ways:
        stored = upright if way is None else upright.transpose(way)
        stored = stored.copy()
        exif = Image.Exif()
        exif[0x0112] = orientation
        buffer = io.BytesIO()
        stored.save(buffer, "PNG", exif=exif.tobytes())
        if np.array_equal(np.array(ImageOps.exif_transpose(Image.open(buffer))), np.array(upright)):
            return stored
    raise AssertionError(orientation)


def oriented(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return turned(quadrants(), orientation), exif


TAGS = [
    "-IFD0:Make=Voigtlander",
    "-IFD0:Model=Bessa II",
    "-IFD0:Artist=J\u00fcrgen \u00c5kesson",
    "-IFD0:ImageDescription=The old mill",
    "-ExifIFD:DateTimeOriginal=1931:05:04 15:20:01",
    "-ExifIFD:FNumber=2.8",
    "-ExifIFD:ISO=25",
    "-GPS:GPSLatitude=59.5",
    "-GPS:GPSLatitudeRef=N",
    "-XMP-dc:Title=M\u00f8lla ved elva",
    "-XMP-xmp:Rating=4",
]
IPTC = [
    "-IPTC:By-line=Jurgen Akesson",
    "-IPTC:Caption-Abstract=The old mill, seen from the river",
    "-IPTC:Keywords=mill",
    "-IPTC:Keywords=river",
]


def tag(path, arguments):
    subprocess.run(["exiftool", "-q", "-overwrite_original", *arguments, str(path)], check=True)


def big_endian_tiff(path, grey):
    """A TIFF in the other byte order, with EXIF and IPTC whose bytes are called LONG, as many programs write it."""
    width, height, pixels = grey.width, grey.height, grey.tobytes()
    iptc = b"\x1c\x02\x78\x00\x12The mill, upstream" + b"\x1c\x02\x50\x00\x04Anna"
    iptc += bytes(-len(iptc) % 4)
    blocks, data = {}, b""

    def put(name, content):
        nonlocal data
        data += bytes(len(data) % 2)
        blocks[name] = 8 + len(data)
        data += content

    put("pixels", pixels)
    put("iptc", iptc)
    put("resolution", struct.pack(">2I", 600, 1))
    put("make", b"Hasselblad\0")
    put("date", b"1957:08:09 10:11:12\0")
    put("aperture", struct.pack(">2I", 56, 10))
    entry = lambda tag, kind, count, value: struct.pack(">HHI", tag, kind, count) + (
        value if isinstance(value, bytes) else struct.pack(">I", value)
    )
    put("exif", struct.pack(">H", 2) + entry(0x829D, 5, 1, blocks["aperture"]) + entry(0x9003, 2, 20, blocks["date"]) + bytes(4))
    short = lambda value: struct.pack(">HH", value, 0)
    entries = [
        entry(0x0100, 3, 1, short(width)),
        entry(0x0101, 3, 1, short(height)),
        entry(0x0102, 3, 1, short(8)),
        entry(0x0103, 3, 1, short(1)),
        entry(0x0106, 3, 1, short(1)),
        entry(0x010F, 2, 11, blocks["make"]),
        entry(0x0111, 4, 1, blocks["pixels"]),
        entry(0x0115, 3, 1, short(1)),
        entry(0x0116, 3, 1, short(height)),
        entry(0x0117, 4, 1, len(pixels)),
        entry(0x011A, 5, 1, blocks["resolution"]),
        entry(0x011B, 5, 1, blocks["resolution"]),
        entry(0x0128, 3, 1, short(2)),
        entry(0x83BB, 4, len(iptc) // 4, blocks["iptc"]),
        entry(0x8769, 4, 1, blocks["exif"]),
    ]
    put("directory", struct.pack(">H", len(entries)) + b"".join(entries) + bytes(4))
    path.write_bytes(b"MM\0*" + struct.pack(">I", blocks["directory"]) + data)


def main():
    FOLDER.mkdir(exist_ok=True)
    numbers, inks = colours()
    (FOLDER / "colors.json").write_text(json.dumps(numbers, indent=1) + "\n")
    (FOLDER / "wide.icc").write_bytes(wide_profile())

    patches = Image.frombytes(
        "CMYK", (16 * len(inks), 16), bytes(np.tile(np.repeat(np.array(inks, dtype=np.uint8), 16, axis=0), (16, 1)).flat)
    )
    patches.save(FOLDER / "cmyk.jpg", quality=100, subsampling=0, icc_profile=cmyk_profile())

    for orientation in range(1, 9):
        stored, exif = oriented(orientation)
        path = FOLDER / f"orientation-{orientation}.jpg"
        stored.save(path, quality=98, exif=exif.tobytes())
        tag(path, [f"-ExifIFD:ExifImageWidth={stored.width}", f"-ExifIFD:ExifImageHeight={stored.height}"])
        with tempfile.NamedTemporaryFile(suffix=".jpg") as preview:
            stored.resize((stored.width // 2, stored.height // 2)).save(preview.name, quality=98)
            tag(path, [f"-ThumbnailImage<={preview.name}"])
    stored, exif = oriented(6)
    stored.save(FOLDER / "orientation-6.png", exif=exif.tobytes())
    stored.convert("RGB").save(FOLDER / "orientation-6.webp", lossless=True, exif=exif.tobytes())
    stored.save(FOLDER / "orientation-6.tif", tiffinfo={0x0112: 6})

    grey = Image.fromarray(np.tile(np.linspace(20, 235, 48).astype(np.uint8), (32, 1)))
    grey.save(FOLDER / "tagged.jpg", quality=95)
    grey.save(FOLDER / "tagged.png", dpi=(600, 600))
    grey.convert("RGB").save(FOLDER / "tagged.webp", lossless=True)
    grey.save(FOLDER / "tagged.tif", compression="tiff_lzw", dpi=(600, 600))
    for ending in ("jpg", "png", "webp", "tif"):
        tag(
            FOLDER / f"tagged.{ending}",
            TAGS + (IPTC if ending in ("jpg", "tif") else []) + (["-PNG:Comment=scanned in 1998"] if ending == "png" else []),
        )
    big_endian_tiff(FOLDER / "tagged-big-endian.tif", grey)


if __name__ == "__main__":
    main()

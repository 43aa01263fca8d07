#!/usr/bin/env python3
"""Makes the pictures beside it, with what Pillow reads from them. Needs numpy, Pillow and scikit-learn.

python3 make.py          the small pictures that the tests read
python3 make.py FOLDER   scikit-learn's two pictures as they are, with Pillow's numbers: STRATA_PICTURES=FOLDER
python3 make.py --digits FOLDER   all 1,797 digits of scikit-learn as PNG, a folder for each digit
"""
import io
import os
import shutil
import struct
import sys
import zlib

import numpy as np
import sklearn
from PIL import Image
from sklearn.datasets import load_digits

here = os.path.dirname(os.path.abspath(__file__))
photographs = os.path.join(os.path.dirname(sklearn.__file__), "datasets", "images")
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def expect(path, array=None):
    """Writes what Pillow reads beside a picture, or the numbers that were put into it."""
    if array is None:
        array = np.asarray(Image.open(path))
    if array.dtype == bool:
        array = array.astype(np.uint8) * 255
    np.save(path + ".npy", array if array.ndim == 3 else array[:, :, None])


def chunk(name, data):
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def packed(row, depth):
    """One row of stored numbers as bytes."""
    if depth == 16:
        return row.astype(">u2").tobytes()
    if depth == 8:
        return row.astype(np.uint8).tobytes()
    per = 8 // depth
    row = np.concatenate([row, np.zeros(-len(row) % per, row.dtype)]).reshape(-1, per)
    return bytes(int(sum(int(v) << (8 - depth * (i + 1)) for i, v in enumerate(group))) for group in row)


def filtered(rows, step):
    """Rows with each of the five filters in turn."""
    out, above = b"", None
    for number, row in enumerate(rows):
        above = above if above is not None and len(above) == len(row) else bytes(len(row))
        kind = number % 5
        out += bytes([kind])
        for i, value in enumerate(row):
            a = row[i - step] if i >= step else 0
            b, c = above[i], above[i - step] if i >= step else 0
            p = a + b - c
            near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            out += bytes([(value - [0, a, b, (a + b) // 2, near][kind]) & 255])
        above = row
    return out


def png(name, stored, colour, depth, interlaced=False, extra=b""):
    """Writes stored numbers, [height, width, numbers a pixel], without any library."""
    height, width, count = stored.shape
    step = max(1, count * depth // 8)
    body = b""
    for x, y, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = stored[y::dy, x::dx]
        if part.size:
            body += filtered([packed(row.reshape(-1), depth) for row in part], step)
    data = b"\x89PNG\r\n\x1a\n"
    data += chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))) + extra
    whole = zlib.compress(body, 9)
    data += chunk(b"tEXt", b"a\0b") + chunk(b"IDAT", whole[: len(whole) // 2])
    data += chunk(b"IDAT", whole[len(whole) // 2:]) + chunk(b"IEND", b"")
    path = os.path.join(here, name + ".png")
    with open(path, "wb") as file:
        file.write(data)
    return path


def pngs():
    random = np.random.default_rng(7)
    for interlaced in (False, True):
        tail = "_i" if interlaced else ""
        for colour, count, depths in ((0, 1, (1, 2, 4, 8, 16)), (2, 3, (8, 16)), (4, 2, (8, 16)), (6, 4, (8, 16))):
            for depth in depths:
                stored = random.integers(0, 1 << depth, (11, 13, count))
                path = png(f"colour{colour}_{depth}{tail}", stored, colour, depth, interlaced)
                scale = 255 // ((1 << depth) - 1) if depth < 8 else 1
                expect(path, (stored * scale).astype(np.uint16 if depth == 16 else np.uint8))
                if depth != 16:
                    assert np.array_equal(np.load(path + ".npy"), seen(path)), path
        for depth in (1, 2, 4, 8):
            size = min(1 << depth, 200)
            palette = random.integers(0, 256, (size, 3)).astype(np.uint8)
            stored = random.integers(0, size, (11, 13, 1))
            clear = random.integers(0, 256, size // 2 + 1).astype(np.uint8)
            plte = chunk(b"PLTE", palette.tobytes())
            path = png(f"palette_{depth}{tail}", stored, 3, depth, interlaced, plte)
            expect(path, np.asarray(Image.open(path).convert("RGB")))
            path = png(f"palette_clear_{depth}{tail}", stored, 3, depth, interlaced, plte + chunk(b"tRNS", clear.tobytes()))
            expect(path, np.asarray(Image.open(path).convert("RGBA")))
    stored = random.integers(0, 3, (9, 9, 3)) * 100
    path = png("clear_rgb", stored, 2, 8, extra=chunk(b"tRNS", struct.pack(">HHH", 100, 100, 200)))
    expect(path, np.asarray(Image.open(path).convert("RGBA")))
    stored = random.integers(0, 16, (9, 9, 1))
    path = png("clear_grey", stored, 0, 4, extra=chunk(b"tRNS", struct.pack(">H", 5)))
    expect(path, np.concatenate([stored * 17, np.where(stored == 5, 0, 255)], 2).astype(np.uint8))
    for width, height in ((1, 1), (1, 9), (9, 1), (3, 2), (4, 5)):
        stored = random.integers(0, 256, (height, width, 3))
        expect(png(f"small_{width}_{height}", stored, 2, 8, True), stored.astype(np.uint8))


def seen(path):
    image = np.asarray(Image.open(path))
    image = image.astype(np.uint8) * 255 if image.dtype == bool else image
    return image if image.ndim == 3 else image[:, :, None]


def jpegs():
    source = Image.open(os.path.join(photographs, "china.jpg")).convert("RGB")
    small = source.resize((61, 47))
    for name, options in {
        "444": dict(subsampling=0), "422": dict(subsampling=1), "420": dict(subsampling=2),
        "coarse": dict(quality=12), "fine": dict(quality=98), "restarts": dict(restart_marker_blocks=3),
        "restarts_progressive": dict(restart_marker_blocks=3, progressive=True), "optimized": dict(optimize=True),
        "progressive_444": dict(progressive=True, subsampling=0),
        "progressive_420": dict(progressive=True, subsampling=2), "rgb": dict(keep_rgb=True),
    }.items():
        small.save(os.path.join(here, name + ".jpg"), **options)
        expect(os.path.join(here, name + ".jpg"))
    for name, options in {"grey": {}, "grey_progressive": dict(progressive=True)}.items():
        small.convert("L").save(os.path.join(here, name + ".jpg"), **options)
        expect(os.path.join(here, name + ".jpg"))
    for side in (1, 2, 3, 7, 8, 9, 16, 17):
        source.resize((side, 18 - side)).save(os.path.join(here, f"side_{side}.jpg"), subsampling=2)
        expect(os.path.join(here, f"side_{side}.jpg"))
    # 4:4:0: a 4:2:2 picture with its sampling written the other way round; Pillow reads what then stands there.
    data = io.BytesIO()
    source.resize((16, 32)).save(data, "JPEG", subsampling=1)
    bytes_ = bytearray(data.getvalue())
    frame = bytes_.index(b"\xff\xc0")
    assert bytes_[frame + 11] == 0x21
    bytes_[frame + 11] = 0x12
    bytes_[frame + 5: frame + 9] = struct.pack(">HH", 32, 16)
    with open(os.path.join(here, "440.jpg"), "wb") as file:
        file.write(bytes_)
    expect(os.path.join(here, "440.jpg"))
    small.convert("CMYK").save(os.path.join(here, "inks.jpg"))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        path = os.path.join(here, f"held_{orientation}.jpg")
        Image.fromarray(np.arange(6, dtype=np.uint8).reshape(2, 3) * 40).save(path, quality=100, exif=exif)
        from PIL import ImageOps
        expect(path, np.asarray(ImageOps.exif_transpose(Image.open(path))))


def others():
    random = np.random.default_rng(3)
    for name, array in {
        "grey.pgm": random.integers(0, 256, (5, 7)), "colour.ppm": random.integers(0, 256, (5, 7, 3)),
        "bits.pbm": random.integers(0, 2, (5, 11)) * 255,
    }.items():
        path = os.path.join(here, name)
        image = Image.fromarray(array.astype(np.uint8))
        (image.convert("1") if name == "bits.pbm" else image).save(path)
        expect(path)
    with open(os.path.join(here, "plain.ppm"), "w") as file:
        file.write("P3 # as text\n2 1\n# two pixels\n255\n255 0 1\n9 8 7\n")
    expect(os.path.join(here, "plain.ppm"))
    photograph = Image.open(os.path.join(here, "444.jpg"))
    for width, height in ((20, 33), (90, 70), (61, 20)):
        np.save(
            os.path.join(here, f"resized_{width}_{height}.npy"),
            np.asarray(photograph.resize((width, height), Image.BILINEAR)))
    digits = load_digits()
    count = 40
    pictures = write_digits(digits, os.path.join(here, "digits"), count)
    with open(os.path.join(here, "digits-images-idx3-ubyte"), "wb") as file:
        file.write(struct.pack(">IIII", 0x803, count, 8, 8) + pictures.tobytes())
    with open(os.path.join(here, "digits-labels-idx1-ubyte"), "wb") as file:
        file.write(struct.pack(">II", 0x801, count) + digits.target[:count].astype(np.uint8).tobytes())


def write_digits(digits, place, count):
    pictures = (digits.images[:count] * 255 / 16).astype(np.uint8)
    for index in range(count):
        folder = os.path.join(place, str(digits.target[index]))
        os.makedirs(folder, exist_ok=True)
        Image.fromarray(pictures[index]).save(os.path.join(folder, f"{index:03}.png"))
    return pictures


if len(sys.argv) > 2:
    write_digits(load_digits(), sys.argv[2], 1797)
elif len(sys.argv) > 1:
    os.makedirs(sys.argv[1], exist_ok=True)
    for name in ("china.jpg", "flower.jpg"):
        path = os.path.join(sys.argv[1], name)
        shutil.copy(os.path.join(photographs, name), path)
        expect(path)
        Image.open(path).save(path[:-4] + ".png")
        expect(path[:-4] + ".png")
else:
    pngs()
    jpegs()
    others()

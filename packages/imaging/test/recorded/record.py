"""Records what Pillow makes of test images, for the pixels of SharedImage to be compared with.

Recorded with Debian 12's Pillow 9.4.0:

    apt-get install -y python3-pil
    /usr/bin/python3 test/recorded/record.py      # writes pixels.json beside this file

For each mode and size an image is made of noise, given as the bytes that tobytes() has: Image.frombytes(mode, size, noise(size)).
noise() is a linear congruential generator, told again in test/recorded/recorded.ts. Then it is

    bytes   written as bytes again
    crop    cut: [box, result]
    paste   pasted onto, by noise of another seed and size: [width, height, x, y, result]
    fill    filled with a pixel, wholly or in a box: [pixel, box, result]
    ground  a pixel that getbbox() takes for none: 0, or a colour with alpha 0
    bbox    all ground but a part: [width, height, x, y of that part, the box or null]
    split   taken apart: one result for each band, then merged again: one result

A result is the bytes of tobytes(): in base64 if there are at most 12, else the first 16 hex digits of their sha256 after a "#".

What Pillow 9.4 gets wrong or cannot do is not recorded: tobytes() of I;16N (it has no packer for it); getbbox() of the I;16 modes, which
looks at the first half of every row only; and filling a box in the I;16 modes, which writes the same byte into both.
"""
import base64
import hashlib
import json
import pathlib

import PIL
from PIL import Image

HERE = pathlib.Path(__file__).parent
MODES = "1 L P PA LA La I F I;16 I;16L I;16B RGB RGBX RGBA RGBa CMYK YCbCr LAB HSV".split()
SIZES = [(1, 1), (1, 7), (13, 1), (5, 3), (67, 40)]
PIXELS = {1: 201, 2: (7, 130), 3: (255, 0, 99), 4: (1, 2, 3, 254)}


def noise(mode, width, height, seed=0):
    state = width * 65536 + height + seed
    out = bytearray(len(Image.new(mode, (width, height)).tobytes()))
    for i in range(len(out)):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = state >> 24
    return Image.frombytes(mode, (width, height), bytes(out))


def result(image):
    data = image.tobytes()
    if len(data) <= 12:
        return base64.b64encode(data).decode()
    return "#" + hashlib.sha256(data).hexdigest()[:16]


def boxes(w, h):
    return [
        (0, 0, w, h),
        (-3, -2, w + 5, h + 4),
        (0, 0, 1, 1),
        (w - 1, h - 1, w, h),
        (w // 2, h // 3, w, h),
        (-1, 0, 1, h),
        (0, h - 1, w + 1, h + 1),
        (w, h, w + 3, h + 2),
        (-9, -9, -4, -4),
        (w // 2, 0, w // 2, h),
    ]


def places(w, h):
    a, b = w // 2 + 1, h // 2 + 1
    return [(a, b, 0, 0), (a, b, -1, -1), (a, b, w - 1, h - 1), (a, b, w, h), (a, b, -50, -50), (w + 2, h + 3, -1, -2), (a, h, w // 3, -1)]


def pixel(mode):
    if mode == "I":
        return -123456789
    if mode == "F":
        return -0.1
    if mode.startswith("I;16"):
        return 0x1234
    if mode == "1":
        return 255
    return PIXELS[len(Image.new(mode, (1, 1)).getbands())]


def pasted(base, other, x, y):
    image = base.copy()
    image.paste(other, (x, y))
    return image


def filled(base, value, box):
    image = base.copy()
    image.paste(value, box)
    return image


def fills(mode, w, h, image):
    for value in (pixel(mode), zero(mode)):
        yield [value, None, result(Image.new(mode, (w, h), value))]
    if not mode.startswith("I;16"):
        for box in boxes(w, h):
            yield [pixel(mode), box, result(filled(image, pixel(mode), box))]


def ground(mode):
    if mode in ("LA", "La", "PA"):
        return (7, 0)
    if mode in ("RGBA", "RGBa"):
        return (1, 2, 3, 0)
    return zero(mode)


def zero(mode):
    return tuple(0 for _ in pixel(mode)) if isinstance(pixel(mode), tuple) else 0


def parts(w, h):
    return [(1, 1, 0, 0), (1, 1, w - 1, h - 1), (1, 1, w // 2, h // 2), (w // 2 + 1, h // 2 + 1, w // 3, h // 3), (1, 1, w, h)]


def case(mode, w, h):
    image = noise(mode, w, h)
    entry = {"in": [mode, w, h], "bytes": result(image)}
    entry["crop"] = [[box, result(image.crop(box))] for box in boxes(w, h)]
    entry["paste"] = [[*place, result(pasted(image, noise(mode, *place[:2], 77), *place[2:]))] for place in places(w, h)]
    entry["fill"] = list(fills(mode, w, h, image))
    if not mode.startswith("I;16"):
        entry["ground"] = ground(mode)
        entry["bbox"] = [
            [*part, pasted(Image.new(mode, (w, h), ground(mode)), noise(mode, *part[:2], 5), *part[2:]).getbbox()] for part in parts(w, h)
        ]
    bands = image.split()
    entry["split"] = [result(band) for band in bands]
    if len(bands) > 1:
        entry["split"].append(result(Image.merge(mode, bands)))
    return entry


cases = [case(mode, w, h) for mode in MODES for w, h in SIZES]
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
(HERE / "pixels.json").write_text(f'{{"pillow": "{PIL.__version__}", "cases": [\n{lines}\n]}}\n')

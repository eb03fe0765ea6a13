"""Records what Pillow makes of test images with transforms and rank filters: warps.json, orients.json and ranks.json beside this file.

Recorded like record.py, which has the images and the form of a case:

    /usr/bin/python3 test/data/record_warps.py
"""
import math

from PIL import Image, ImageFilter, ImageOps

from record import BANDS, MODES, image, record, result

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}


def turned(degrees, scale=1.0, dx=0.0, dy=0.0):
    c, s = math.cos(math.radians(degrees)) * scale, math.sin(math.radians(degrees)) * scale
    return [c, s, dx, -s, c, dy]


AFFINES = [  # numbers, size of the result of a source of 37 by 23
    ([1, 0, 0, 0, 1, 0], (37, 23)), ([0.5, 0, 0, 0, 0.5, 0], (70, 50)), ([2.3, 0, -1.7, 0, 1.9, 2.2], (20, 15)), ([-1, 0, 37, 0, 1, 0], (37, 23)),
    (turned(10), (37, 23)), (turned(-33, 0.4, 3, 9), (40, 41)), (turned(123.4, 2.2, 30, 5.5), (33, 17)), ([1, 0.25, 0, 0, 1, 0], (40, 23)),
    ([0, 1, 0, 1, 0, 0], (23, 37)), ([1000, 3, 0, 0.1, 0.2, 0], (40, 40)), ([0.1, 0.001, -0.6, 0.003, 0.1, 22.4], (60, 9)),
    ([0.5, 0.5, 0, 0.5, -0.5, 11.5], (37, 23)),
]  # fmt: skip
PERSPECTIVES = [
    ([1, 0, 0, 0, 1, 0, 0, 0], (37, 23)), ([1.1, 0.2, -3, 0.1, 0.9, 2, 0.004, -0.003], (37, 23)), ([0.5, 0, 0, 0, 0.5, 0, 0.02, 0.01], (50, 60)),
    ([1, 0, -20, 0.3, 1, -10, -0.03, 0.001], (64, 33)),
]  # fmt: skip
ANGLES = [0, 90, 180, 270, 45, 10, -10, 33.3, 123.456, 359.9, 720.5, 1e-7]
COLOURS = {"L": 201, "LA": (201, 255), "RGB": (250, 3, 127), "RGBA": (250, 3, 127, 255)}


def listed(colour):
    return list(colour) if isinstance(colour, tuple) else [colour]


def transformed(kind, mode, size, op, method, matrix, to, name, colour):
    made = image(kind, mode, *size).transform(to, method, matrix, FILTERS[name], fillcolor=colour)
    case = {"in": [kind, mode, *size], "op": op, "matrix": matrix, "to": list(to), "filter": name}
    return {**case, **({"fill": listed(colour)} if colour is not None else {}), **result(made)}


def rotated(kind, mode, size, angle, name, colour=None, **options):
    made = image(kind, mode, *size).rotate(angle, FILTERS[name], fillcolor=colour, **options)
    case = {"in": [kind, mode, *size], "op": "rotate", "angle": angle, "to": list(made.size), "filter": name, **options}
    return {**case, **({"fill": listed(colour)} if colour is not None else {}), **result(made)}


def warps():
    for mode in MODES:
        for name in FILTERS:
            for kind in ("noise", "edges"):
                for colour in (None, COLOURS[mode]):
                    for matrix, to in AFFINES:
                        yield transformed(kind, mode, (37, 23), "affine", Image.Transform.AFFINE, matrix, to, name, colour)
                    for matrix, to in PERSPECTIVES:
                        yield transformed(kind, mode, (37, 23), "perspective", Image.Transform.PERSPECTIVE, matrix, to, name, colour)
            for size in ((1, 1), (2, 1), (1, 9), (3, 5), (4, 4), (33, 64)):
                for angle in (90, 45, 10):
                    yield rotated("noise", mode, size, angle, name, expand=True)
            for angle in ANGLES:
                for expand in (False, True):
                    yield rotated("noise", mode, (37, 23), angle, name, expand=expand)
            yield rotated("noise", mode, (37, 23), 30, name, COLOURS[mode], center=(0, 0))
            yield rotated("noise", mode, (37, 23), -77, name, COLOURS[mode], center=(5.5, 9.25), translate=(3, -2.5))
            yield rotated("noise", mode, (37, 23), 0, name, translate=(1, 2))
            yield rotated("alphas", mode, (256, 40), 20, name, expand=True)
    for name in FILTERS:
        for mode in ("RGB", "RGBA"):
            yield rotated("photo", mode, (320, 240), 12.5, name, expand=True)
            yield rotated("photo", mode, (320, 240), -160, name)
        # Further away than steps of 2^-16 reach in 32 bits.
        far = turned(3, 1, 40000, 0)
        yield transformed("noise", "RGB", (37, 23), "affine", Image.Transform.AFFINE, far, (10, 10), name, None)
        steep = [-4000.01, 1.5, 36000, 0.01, 0.9, 1]
        yield transformed("noise", "RGB", (37, 23), "affine", Image.Transform.AFFINE, steep, (12, 20), name, None)


def orients():
    for mode in MODES:
        for size in ((1, 1), (7, 5), (33, 65)):
            for orientation in range(1, 9):
                held = image("noise", mode, *size).copy()
                held.getexif()[0x0112] = orientation
                made = ImageOps.exif_transpose(held)
                yield {"in": ["noise", mode, *size], "op": "orient", "orientation": orientation, "to": list(made.size), **result(made)}


RANK_SIZES = [(1, 1), (2, 1), (1, 9), (3, 3), (7, 8), (17, 13), (40, 31), (64, 48)]


def ranked(kind, mode, size, op, side, made, **more):
    return {"in": [kind, mode, *size], "op": op, "size": side, **more, **result(image(kind, mode, *size).filter(made))}


def ranks():
    for mode in MODES:
        for kind in ("noise", "edges", "gradient"):
            for size in RANK_SIZES:
                for side in (3, 5, 7, 11):
                    yield ranked(kind, mode, size, "median", side, ImageFilter.MedianFilter(side))
                    yield ranked(kind, mode, size, "minimum", side, ImageFilter.MinFilter(side))
                    yield ranked(kind, mode, size, "maximum", side, ImageFilter.MaxFilter(side))
                for side in (3, 5):
                    for rank in (1, side + 1, side * side - 2):
                        yield ranked(kind, mode, size, "rank", side, ImageFilter.RankFilter(side, rank), rank=rank)
    for mode in ("RGB", "RGBA"):
        for side in (3, 5, 9):
            yield ranked("photo", mode, (320, 240), "median", side, ImageFilter.MedianFilter(side))


if __name__ == "__main__":
    record("warps.json", warps())
    record("orients.json", orients())
    record("ranks.json", ranks())

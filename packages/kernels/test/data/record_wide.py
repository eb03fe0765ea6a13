"""Records what Pillow makes of images of the modes I;16, I and F: wide.json beside this file.

Recorded like record.py:

    /usr/bin/python3 test/data/record_wide.py

Pillow 9.4 picks pixels of I;16 but weighs none: a resize or a reduction of I;16 is recorded as that of the same numbers as I, converted back,
which cuts them to 0 to 65535. Its histogram and its getbbox of I;16 look at bytes: those of the numbers as I are recorded.

A case is {"in": [kind, mode, width, height], "op", what was done, and "sha256" or "base64" of the result as Image.tobytes() gives it}.
test/wide.ts makes the same inputs again.
"""
import struct

from record import FILTERS, MIRRORS, record, result
from PIL import Image

FORMS = {"L": "B", "I;16": "H", "I": "i", "F": "f"}
WIDE = ["I;16", "I", "F"]


def states(width, height):
    """A linear congruential generator, seeded by the size."""
    state = width * 65536 + height
    for _ in range(width * height):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        yield state


def noise(mode, state):
    """Numbers all over the range; of I and F no more than those of which sums are exact for Pillow."""
    if mode == "L":
        return state >> 24
    if mode == "I;16":
        return state >> 16
    if mode == "I":
        return (state >> 8) - 8000000
    return ((state >> 8) - 8000000) / 1024


def edges(mode, state):
    """The least or the greatest number at random: every filter with negative weights overshoots."""
    low, high = {"L": (0, 255), "I;16": (0, 65535), "I": (-70000, 70000), "F": (-1.5, 70000.25)}[mode]
    return high if state >> 31 else low


LIMITS = {
    "I;16": [0, 1, 127, 254, 255, 256, 257, 32767, 32768, 65534, 65535],
    "I": [0, 1, -1, 254, 255, 256, -255, 65534, 65535, 65536, -65536, 2**31 - 1, -(2**31), 2**31 - 2, 16777217, 33554435],
    "F": [0.0, 0.4, 0.5, 0.6, -0.4, -0.5, -0.6, 1.5, 254.4, 254.9, 255.0, 255.5, 256.0, 65534.9, 65535.0, 65536.5, -7.7, 1e-20, 2147483520.0],
}


def limits(mode, state):
    """Numbers at which conversions turn."""
    return LIMITS[mode][(state >> 16) % len(LIMITS[mode])]


KINDS = {"noise": noise, "edges": edges, "limits": limits}


def image(kind, mode, width, height):
    values = [KINDS[kind](mode, state) for state in states(width, height)]
    return Image.frombytes(mode, (width, height), struct.pack(f"<{len(values)}{FORMS[mode]}", *values))


def through_i(im, work):
    return work(im.convert("I")).convert("I;16") if im.mode == "I;16" else work(im)


def through_box(im):
    return (im.convert("I") if im.mode == "I;16" else im).getbbox()


def case(kind, mode, size, op, out, **parameters):
    made = {"in": [kind, mode, *size], "op": op, **parameters}
    return {**made, "to": list(out.size), "mode": out.mode, **result(out)}


SIZES = [
    ((1, 1), (1, 1)), ((1, 1), (5, 3)), ((2, 1), (1, 2)), ((3, 2), (7, 5)), ((17, 13), (8, 6)), ((17, 13), (40, 31)), ((31, 1), (1, 31)),
    ((1, 300), (50, 3)), ((300, 7), (2, 9)), ((64, 48), (64, 20)), ((64, 48), (20, 48)), ((33, 47), (33, 47)), ((100, 80), (7, 5)),
    ((97, 61), (96, 60)), ((400, 300), (123, 77)),
]  # fmt: skip
BOXES = [(0.5, 0.25, 39.5, 29.75), (3, 4, 20, 15), (3.3, 4.7, 20.1, 15.9), (39.9, 29.9, 40, 30), (0, 5, 40, 25), (0, 0, 40, 11), (0, 0, 17, 30)]
FACTORS = [(1, 2), (2, 1), (2, 2), (3, 3), (4, 4), (5, 5), (1, 7), (6, 1), (3, 5), (7, 9), (40, 31), (300, 300)]
AREAS = [None, (0, 0, 33, 22), (3, 5, 40, 31), (1, 0, 37, 31)]


def resizes():
    for mode in WIDE:
        for name, method in FILTERS.items():
            work = (lambda im, run: run(im)) if name == "nearest" else through_i
            for size, to in SIZES:
                for kind in ("noise", "edges"):
                    out = work(image(kind, mode, *size), lambda im: im.resize(to, method))
                    yield case(kind, mode, size, "resize", out, filter=name)
            for box in BOXES:
                out = work(image("noise", mode, 40, 30), lambda im: im.resize((17, 11), method, box))
                yield case("noise", mode, (40, 30), "resize", out, filter=name, box=list(box))
            for gap in (1, 2):
                if name != "nearest" or mode != "I;16":
                    out = through_i(image("noise", mode, 100, 80), lambda im: im.resize((9, 6), method, None, gap))
                    yield case("noise", mode, (100, 80), "resize", out, filter=name, gap=gap)
        for factor in FACTORS:
            for area in AREAS:
                out = through_i(image("noise", mode, 40, 31), lambda im: im.reduce(factor, area))
                yield case("noise", mode, (40, 31), "reduce", out, factor=list(factor), **({"area": list(area)} if area else {}))


def moves():
    for mode in WIDE:
        for size in ((1, 1), (2, 1), (7, 5), (1, 40), (33, 65), (100, 31)):
            for name, method in MIRRORS.items():
                yield case("noise", mode, size, name, image("noise", mode, *size).transpose(method))
        for x, y, width, height in ((0, 0, 33, 65), (5, 7, 20, 30), (32, 64, 1, 1)):
            out = image("noise", mode, 33, 65).crop((x, y, x + width, y + height))
            yield case("noise", mode, (33, 65), "crop", out, box=[x, y, width, height])


def points():
    for size in ((1, 1), (7, 8), (37, 23)):
        for to in ("I;16", "I", "F"):
            yield case("noise", "L", size, "convert", image("noise", "L", *size).convert(to))
        for kind in ("noise", "limits"):
            for mode in WIDE:
                for to in FORMS:
                    source = image(kind, mode, *size)
                    # Pillow goes from F to I;16 by way of L. As integers in between, nothing is lost.
                    out = source.convert("I").convert(to) if (mode, to) == ("F", "I;16") else source.convert(to)
                    yield case(kind, mode, size, "convert", out)
        for mode in WIDE:
            # Of I;16 only what stays in range: Pillow takes the rest modulo 65536.
            for scale, offset in ((1, 0), (0.25, 10.75), (0.9375, 1000.5), (0, 12), (1.5, -20), (-1, 255), (-7.75, 0.3)):
                if mode != "I;16" or (0 <= scale < 1 and offset >= 0) or scale == 1:
                    out = image("noise", mode, *size).point(lambda x: x * scale + offset)
                    yield case("noise", mode, size, "linear", out, scale=scale, offset=offset)
        for mode in ("I;16", "I"):
            source = image("limits", mode, *size).convert("I")
            table = [(value * value // 7 + 3) & 255 for value in range(65536)]
            yield case("limits", mode, size, "point", source.point(table, "L"))
            for least in (1, 255, 40000):
                out = source.point([255 if value >= least else 0 for value in range(65536)], "L")
                yield case("limits", mode, size, "threshold", out, least=least)


def measures():
    for mode in WIDE:
        for kind in ("noise", "edges", "limits"):
            for size in ((1, 1), (7, 8), (37, 23)):
                source = image(kind, mode, *size)
                made = {"in": [kind, mode, *size]}
                yield {**made, "op": "extrema", "extrema": list(source.getextrema())}
                yield {**made, "op": "getBbox", "box": through_box(source)}
                counted = source.convert("I") if mode == "I;16" else source
                for extrema in ((0, 255), (-10.0, 70000.0), (0, 65535), (-8000000, 8000000)):
                    whole = extrema if mode == "F" else tuple(map(int, extrema))
                    if kind != "limits" or mode == "I;16":
                        yield {**made, "op": "histogram", "range": whole, "counts": counted.histogram(None, whole)}


def cases():
    yield from resizes()
    yield from moves()
    yield from points()
    yield from measures()


if __name__ == "__main__":
    record("wide.json", cases())

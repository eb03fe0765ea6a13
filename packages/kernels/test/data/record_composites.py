"""Records what Pillow makes of two images: composites, pastes through masks, blends, ImageChops; and of one by its histogram.

    /usr/bin/python3 test/data/record_composites.py  # writes composites.json and histograms.json beside this file

The inputs and the form of a case are those of record.py.
"""
from PIL import Image, ImageChops, ImageOps, ImageStat

from record import BANDS, MODES, image, record, result

SIZES = [(1, 1), (2, 3), (17, 13), (37, 23), (256, 256)]
PLACES = [(0, 0), (3, 2), (-4, -3), (30, 20)]


def composites():
    for size in SIZES:
        for over, under in (("noise", "edges"), ("pairs", "noise"), ("alphas", "pairs"), ("edges", "alphas")):
            case = {"in": [over, "RGBA", *size], "on": [under, "RGBA", *size], "op": "composite"}
            yield {**case, **result(Image.alpha_composite(image(under, "RGBA", *size), image(over, "RGBA", *size)))}
            opaque = image(under, "RGB", *size).convert("RGBA")
            case = {"in": [over, "RGBA", *size], "on": [under, "RGB", *size], "op": "composite"}
            yield {**case, **result(Image.alpha_composite(opaque, image(over, "RGBA", *size)).convert("RGB"))}
    for x, y in ((0, 0), (5, 7), (200, 100)):
        out = image("photo", "RGBA", 320, 240).copy()
        out.alpha_composite(image("pairs", "RGBA", 256, 256), (x, y))
        case = {"in": ["pairs", "RGBA", 256, 256], "on": ["photo", "RGBA", 320, 240], "op": "composite", "at": [x, y]}
        yield {**case, **result(out)}
    for size in ((7, 5), (37, 23), (256, 256)):
        yield {
            "in": ["alphas", "LA", *size], "on": ["noise", "LA", *size], "op": "composite",
            **result(Image.alpha_composite(image("noise", "LA", *size).convert("RGBA"), image("alphas", "LA", *size).convert("RGBA")).convert("LA")),
        }  # fmt: skip


def pastes():
    for mode in MODES:
        for mask in ("L", "RGBA"):
            for size in ((1, 1), (7, 5), (37, 23)):
                for at in PLACES:
                    for kind in ("noise", "edges", "alphas"):
                        for ink in (None, [200, 100, 50, 128][: BANDS[mode]]):
                            out = image("pairs", mode, 33, 65).copy()
                            source = image("noise", mode, *size) if ink is None else tuple(ink) if len(ink) > 1 else ink[0]
                            out.paste(source, (*at, at[0] + size[0], at[1] + size[1]), image(kind, mask, *size))
                            case = {"in": ["noise", mode, *size], "on": ["pairs", mode, 33, 65], "op": "paste", "at": list(at)}
                            yield {**case, "mask": [kind, mask, *size], **({} if ink is None else {"ink": ink}), **result(out)}
        out = Image.composite(image("noise", mode, 37, 23), image("edges", mode, 37, 23), image("gradient", "L", 37, 23))
        case = {"in": ["noise", mode, 37, 23], "on": ["edges", mode, 37, 23], "op": "paste", "at": [0, 0]}
        yield {**case, "mask": ["gradient", "L", 37, 23], **result(out)}
    for mode, ink in (("LA", [9, 8]), ("RGBA", [9, 8, 7, 6])):  # every alpha under every mask
        out = image("pairs", mode, 256, 256).copy()
        out.paste(tuple(ink), (0, 0, 256, 256), image("rows", "L", 256, 256))
        case = {"in": ["pairs", mode, 256, 256], "on": ["pairs", mode, 256, 256], "op": "paste", "at": [0, 0], "ink": ink}
        yield {**case, "mask": ["rows", "L", 256, 256], **result(out)}


def combinations():
    for mode in MODES:
        for size in ((1, 1), (17, 13), (256, 256)):
            a, b = image("pairs", mode, *size), image("noise", mode, *size)
            case = {"in": ["noise", mode, *size], "on": ["pairs", mode, *size]}
            for amount in (0, 0.1, 0.5, 0.77, 1, 1.5, -0.7, 3):
                yield {**case, "op": "blend", "amount": amount, **result(Image.blend(a, b, amount))}
            for name in ("multiply", "screen", "difference", "lighter", "darker", "add", "subtract"):
                yield {**case, "op": "combine", "name": name, **result(getattr(ImageChops, name)(a, b))}


def two():
    yield from composites()
    yield from pastes()
    yield from combinations()


INPUTS = [("noise", 37, 23), ("gradient", 64, 48), ("edges", 17, 13), ("noise", 1, 1), ("alphas", 256, 3), ("noise", 256, 256)]


def one():
    photos = [("photo", "RGB", 320, 240), ("photo", "RGBA", 320, 240)]
    for kind, mode, *size in [(kind, mode, *size) for kind, *size in INPUTS for mode in MODES] + photos:
        source = image(kind, mode, *size)
        mask = image("edges", "L", *size)
        case = {"in": [kind, mode, *size]}
        for extra, given in ({}, None), ({"mask": ["edges", "L", *size]}, mask):
            histogram = histogram_of(source, given)
            stat = ImageStat.Stat(histogram)
            figures = {"extrema": stat.extrema, "count": stat.count, "sum": stat.sum, "sum2": stat.sum2, "median": stat.median}
            if 0 not in stat.count:
                figures |= {"mean": stat.mean, "rms": stat.rms, "stddev": stat.stddev}
                if mode != "LA":
                    figures["entropy"] = source.entropy(given)
            yield {**case, **extra, "op": "statistics", "histogram": sum_of(histogram), **figures}
        yield {**case, "op": "getBbox", "box": source.getbbox()}
        if mode in ("L", "RGB"):
            yield {**case, "op": "equalize", **result(ImageOps.equalize(source))}
            for cutoff in (0, 1, [5, 0.5], 49, [0, 99]):
                for ignore in (None, 0, [0, 255]):
                    for tone in (False, True):
                        if size[0] > 200 and (ignore is not None or tone):
                            continue  # large ones for the counts, small ones for the options
                        given = tuple(cutoff) if isinstance(cutoff, list) else cutoff
                        out = ImageOps.autocontrast(source, given, ignore, preserve_tone=tone)
                        options = {"cutoff": cutoff, **({} if ignore is None else {"ignore": ignore}), "preserveTone": tone}
                        yield {**case, "op": "autocontrast", "options": options, **result(out)}
    for mode in MODES:
        for box in ((0, 0, 33, 21), (5, 7, 9, 8), (32, 20, 33, 21), (0, 3, 1, 4), (17, 0, 18, 21)):
            out = Image.new(mode, (33, 21))
            out.paste(1 if mode == "L" else (0, 1) if mode == "LA" else (0, 0, 1) if mode == "RGB" else (0, 0, 0, 1), box)
            yield {"in": ["boxes", mode, 33, 21], "op": "getBbox", "paint": list(box), "box": out.getbbox()}
        hidden = Image.new(mode, (33, 21))
        hidden.paste(1 if mode == "L" else (1, 0) if mode == "LA" else (0, 0, 0) if mode == "RGB" else (9, 0, 9, 0), (3, 4, 20, 9))
        yield {"in": ["hidden", mode, 33, 21], "op": "getBbox", "box": hidden.getbbox()}


def histogram_of(source, mask):
    """Of LA this Pillow counts the grey level twice and alpha never, so its bands are taken apart."""
    bands = source.split() if source.mode == "LA" else [source]
    return [count for band in bands for count in band.histogram(mask)]


def sum_of(histogram):
    """Enough to tell two histograms from each other."""
    total = 0
    for count in histogram:
        total = (total * 31 + count) % 4294967291
    return total


if __name__ == "__main__":
    record("composites.json", two())
    record("histograms.json", one())

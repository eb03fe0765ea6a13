"""Records what Pillow makes of test images with reduce, and with resize and a reducing gap: reductions.json beside this file.

Recorded like record.py, which has the images and the form of a case:

    /usr/bin/python3 test/data/record_reductions.py
"""
from record import FILTERS, MODES, image, record, result

FACTORS = [(1, 2), (2, 1), (2, 2), (3, 3), (4, 4), (5, 5), (1, 7), (6, 1), (3, 5), (8, 2), (7, 9), (40, 30), (300, 300)]
AREAS = [None, (0, 0, 33, 22), (3, 5, 40, 31), (7, 1, 8, 2), (1, 0, 37, 31)]
SHRINKS = [  # size, size of the result, box
    ((100, 80), (7, 5), None), ((100, 80), (33, 5), None), ((97, 61), (10, 30), None), ((300, 7), (20, 7), None), ((100, 80), (90, 70), None),
    ((100, 80), (9, 6), (10.5, 3.25, 81.75, 70)), ((100, 80), (9, 6), (40, 30, 100, 80)),
]  # fmt: skip


def reductions():
    for mode in MODES:
        for kind in ("noise", "edges"):
            for factor in FACTORS:
                for area in AREAS:
                    made = image(kind, mode, 40, 31).reduce(factor, area)
                    case = {"in": [kind, mode, 40, 31], "op": "reduce", "factor": list(factor), "to": list(made.size)}
                    yield {**case, **({"area": list(area)} if area else {}), **result(made)}
        yield {
            "in": ["alphas", mode, 256, 40], "op": "reduce", "factor": [3, 2], "to": [86, 20],
            **result(image("alphas", mode, 256, 40).reduce((3, 2))),
        }  # fmt: skip
    for mode in ("L", "RGB"):
        for name in FILTERS:
            for gap in (1, 1.5, 2, 3):
                for size, to, box in SHRINKS:
                    made = image("noise", mode, *size).resize(to, FILTERS[name], box, gap)
                    case = {"in": ["noise", mode, *size], "op": "resize", "to": list(to), "filter": name, "gap": gap}
                    yield {**case, **({"box": list(box)} if box else {}), **result(made)}
    for name in FILTERS:
        made = image("photo", "RGB", 320, 240).resize((32, 24), FILTERS[name], None, 2)
        yield {"in": ["photo", "RGB", 320, 240], "op": "resize", "to": [32, 24], "filter": name, "gap": 2, **result(made)}


if __name__ == "__main__":
    record("reductions.json", reductions())

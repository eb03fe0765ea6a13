"""Records where Pillow's ImageOps puts images, and the sizes of its thumbnails: fits.json beside this file.

Recorded like record.py:

    /usr/bin/python3 test/data/record_fits.py
"""
from PIL import Image, ImageOps

from record import image, record, result

SOURCES = [(400, 300), (300, 400), (1, 1), (37, 23), (1000, 7), (7, 1000), (101, 67), (640, 480), (333, 333)]
FRAMES = [(100, 100), (90, 20), (20, 90), (37, 23), (64, 63), (1, 1), (13, 200)]
CENTRES = [(0.5, 0.5), (0, 0), (1, 0.25)]


class Spy(Image.Image):
    """An image that tells how it would be resized."""

    def __init__(self, size):
        super().__init__()
        self._size = size
        self.mode = "L"

    def resize(self, size, resample=None, box=None, reducing_gap=None):
        self.seen = {"to": list(size), "box": list(box) if box else [0, 0, *self.size]}
        return Image.new("L", size)

    def draft(self, mode, size):
        return None

    def load(self):
        return None


def fits():
    for size in SOURCES:
        for frame in FRAMES:
            case = {"from": list(size), "frame": list(frame)}
            for centre in CENTRES:
                spy = Spy(size)
                ImageOps.fit(spy, frame, Image.Resampling.BICUBIC, 0, centre)
                yield {"op": "fit", **case, "centre": list(centre), **spy.seen}
            # contain makes sides of 0, which it then refuses.
            if min(frame[0] / size[0], frame[1] / size[1]) * min(size) >= 1:
                yield {"op": "contain", **case, "to": list(ImageOps.contain(Image.new("L", size), frame).size)}
            made = Image.new("L", size)
            made.thumbnail(frame)
            yield {"op": "thumbnail", **case, "to": list(made.size)}
    for kind, mode, size in (("photo", "RGB", (320, 240)), ("noise", "L", (300, 7)), ("noise", "RGB", (97, 61)), ("noise", "L", (100, 80))):
        for frame in ((32, 32), (100, 20), (9, 90), (500, 500)):
            made = image(kind, mode, *size).copy()
            made.thumbnail(frame)
            yield {"op": "pixels", "in": [kind, mode, *size], "frame": list(frame), "to": list(made.size), **result(made)}


if __name__ == "__main__":
    record("fits.json", fits())

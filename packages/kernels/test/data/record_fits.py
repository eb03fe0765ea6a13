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
            if min(frame[0] / size[0], frame[1] / size[1]) * min(size) >= 1:
                for centre in CENTRES:
                    # What is not padding.
                    out = ImageOps.pad(Image.new("L", size, 255), frame, Image.Resampling.BOX, 0, centre)
                    left, top, right, bottom = out.getbbox()
                    yield {"op": "pad", **case, "centre": list(centre), "box": [left, top, right - left, bottom - top]}
            made = Image.new("L", size)
            made.thumbnail(frame)
            yield {"op": "thumbnail", **case, "to": list(made.size)}
    for kind, mode, size in (("photo", "RGB", (320, 240)), ("noise", "L", (300, 7)), ("noise", "RGB", (97, 61)), ("noise", "L", (100, 80))):
        for frame in ((32, 32), (100, 20), (9, 90), (500, 500)):
            made = image(kind, mode, *size).copy()
            made.thumbnail(frame)
            yield {"op": "thumbnailed", "in": [kind, mode, *size], "frame": list(frame), "to": list(made.size), **result(made)}
    for kind, mode, size in (("photo", "RGB", (320, 240)), ("noise", "L", (37, 23)), ("noise", "RGBA", (97, 61)), ("noise", "LA", (20, 45))):
        for frame in ((32, 32), (100, 21), (9, 90), (64, 63)):
            for centre in ((0.5, 0.5), (1, 0.25)):
                source = image(kind, mode, *size)
                case = {"in": [kind, mode, *size], "frame": list(frame), "centre": list(centre), "to": list(frame)}
                colour = (10, 200, 30, 128)[: len(mode)]
                made = ImageOps.pad(source, frame, Image.Resampling.BICUBIC, colour if len(mode) > 1 else 10, centre)
                yield {"op": "padded", **case, **result(made)}
                yield {"op": "cut", **case, **result(ImageOps.fit(source, frame, Image.Resampling.LANCZOS, 0, centre))}


if __name__ == "__main__":
    record("fits.json", fits())

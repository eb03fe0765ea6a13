"""Records what OpenCV's CLAHE makes of test images.

Recorded with opencv-python-headless 5.0.0 and any Pillow, which record.py imports:

    python3 -m venv somewhere && somewhere/bin/pip install opencv-python-headless==5.0.0.* pillow
    somewhere/bin/python test/data/record_clahe.py  # writes clahe.json beside this file

A case is {"in": [kind, mode, width, height], "tiles": [across, down], "limit", and the result as in record.py}.
"""
import base64
import hashlib
import json

import cv2
import numpy

from record import HERE, noise, gradient, edges, photo

KINDS = {"noise": noise, "gradient": gradient, "edges": edges}
SIZES = [(64, 64), (37, 23), (8, 8), (128, 96), (101, 83), (24, 7), (300, 200)]


def cases():
    for width, height in SIZES:
        for kind, make in KINDS.items():
            image = numpy.frombuffer(make(width, height, 1), numpy.uint8).reshape(height, width)
            for tiles in ((8, 8), (1, 1), (3, 5), (4, 2)):
                for limit in (40, 2, 0, 1.3):
                    yield [kind, "L", width, height], tiles, limit, image
    grey = numpy.frombuffer(photo(320, 240, 3), numpy.uint8).reshape(240, 320, 3)[:, :, 1]
    for tiles in ((8, 8), (5, 7)):
        for limit in (40, 2, 3.5):
            yield ["green", "L", 320, 240], tiles, limit, grey


def recorded(source, tiles, limit, image):
    if tiles[0] > image.shape[1] or tiles[1] > image.shape[0]:
        return None
    raw = cv2.createCLAHE(limit, tiles).apply(numpy.ascontiguousarray(image)).tobytes()
    result = {"bytes": base64.b64encode(raw).decode()} if len(raw) <= 48 else {"sha256": hashlib.sha256(raw).hexdigest()}
    return {"in": source, "tiles": list(tiles), "limit": limit, **result}


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(case) for case in (recorded(*each) for each in cases()) if case)
    (HERE / "clahe.json").write_text(f'{{"opencv": "{cv2.__version__}", "cases": [\n{lines}\n]}}\n')

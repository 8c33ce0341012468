"""Pictures are small, sharp where they were drawn, and bounded in sum."""

from __future__ import annotations

import base64
import io
import random

from PIL import Image

from evolution_jobs.report.pictures import MAX_SIDE_PIXELS, Album
from support.rows import picture, row_of


def test_small_drawing_is_embedded_pixel_by_pixel() -> None:
    found = Album().embed(row_of(picture(size=64)))
    assert found is not None
    kind, _, data = found.uri.partition(";base64,")
    assert kind == "data:image/png"
    assert list(Image.open(io.BytesIO(base64.b64decode(data))).get_flattened_data()) == list(picture(size=64).get_flattened_data())


def test_photo_is_scaled_down_and_compressed() -> None:
    noise = Image.frombytes("RGB", (700, 400), random.Random(1).randbytes(700 * 400 * 3))
    found = Album().embed(row_of(noise))
    assert found is not None
    assert found.uri.startswith("data:image/jpeg;base64,")
    assert found.width_pixels == MAX_SIDE_PIXELS
    assert found.height_pixels < MAX_SIDE_PIXELS


def test_album_leaves_out_what_no_longer_fits_and_takes_what_does() -> None:
    small, large = row_of(picture()), row_of(Image.frombytes("RGB", (99, 99), random.Random(1).randbytes(99 * 99 * 3)))
    album = Album(budget_bytes=1000)
    assert album.embed(small) is not None
    assert album.embed(large) is None
    assert album.embed(small) is not None
    assert 0 <= album.left_bytes < 1000

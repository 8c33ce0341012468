"""Pictures for the page: scaled down, encoded small, embedded as data URIs, and never more than a budget."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from PIL import Image

from evolution_jobs.runtime.datasets import Row

MAX_SIDE_PIXELS = 288
"""Longest side of a picture on the page."""
JPEG_QUALITY = 82
MAX_TOTAL_BYTES = 1_600_000
"""Bytes of all pictures together, before base64 adds a third."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One embedded picture."""

    uri: str
    width_pixels: int
    height_pixels: int
    """Size as embedded; the style sheet enlarges small ones without smoothing."""


class Album:
    """Encodes pictures until the budget is spent."""

    def __init__(self, budget_bytes: int = MAX_TOTAL_BYTES) -> None:
        self.left_bytes = budget_bytes

    def embed(self, row: Row) -> Picture | None:
        """Return the picture of a sample; None once it no longer fits into the budget."""
        picture = row.picture()
        picture.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS), Image.Resampling.LANCZOS)
        data, kind = _smallest(picture)
        if len(data) > self.left_bytes:
            return None
        self.left_bytes -= len(data)
        return Picture(
            uri=f"data:image/{kind};base64,{base64.b64encode(data).decode()}", width_pixels=picture.width, height_pixels=picture.height
        )


def _smallest(picture: Image.Image) -> tuple[bytes, str]:
    """Return PNG bytes, or JPEG where that is less than half as large, as for photos."""
    png, jpeg = io.BytesIO(), io.BytesIO()
    picture.save(png, "PNG", optimize=True)
    picture.save(jpeg, "JPEG", quality=JPEG_QUALITY)
    return (jpeg.getvalue(), "jpeg") if jpeg.tell() * 2 < png.tell() else (png.getvalue(), "png")

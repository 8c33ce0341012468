"""Formulas set by matplotlib's mathtext, which needs no LaTeX installation; matplotlib is imported at the first formula."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from matplotlib.mathtext import MathTextParser

FACES = ("dejavusans", "dejavuserif", "stix", "cm")
"""Type faces of formulas."""


@cache
def _parser() -> MathTextParser[Any]:
    from matplotlib.mathtext import MathTextParser  # noqa: PLC0415 - slow to import, and few scenes need it

    return MathTextParser("agg")


def formula_mask(latex: str, size_pixels: float, face: str) -> Image.Image:
    """Return a formula as a grey mask, set in a face at a font size."""
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - as above

    # At 72 dots an inch a point is a pixel.
    drawn = _parser().parse(f"${latex}$", 72, prop=FontProperties(size=size_pixels, math_fontfamily=face))
    return Image.fromarray(drawn.image)

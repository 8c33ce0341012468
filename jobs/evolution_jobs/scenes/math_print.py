"""Printed formulas: lines of mathtext on a card."""

from __future__ import annotations

import random

from PIL import Image

from evolution_jobs.scenes.canvas import THEMES, Canvas
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.formulas import FACES, formula_mask
from evolution_jobs.scenes.questions import Draft


def formula_style(rng: random.Random) -> Draft:
    """Draw the theme and the type face of a printed formula."""
    return {"theme": rng.choice(tuple(THEMES)), "style": rng.choice(FACES)}


def draw_formulas(state: State) -> Image.Image:
    """Draw the lines of the state one below the other, as large as the width allows."""
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    canvas.box((14, 14, 434, 434), theme.panel, outline=theme.faint, width=2, radius=12)
    lines = state["lines"]
    for k, latex in enumerate(lines):
        size, limit = 58 * canvas.scale, 380 * canvas.scale
        mask = formula_mask(latex, size, state["style"])
        if mask.width > limit:
            mask = formula_mask(latex, size * limit / mask.width, state["style"])
        canvas.stamp(mask, (224, 224 + (k - (len(lines) - 1) / 2) * 110), theme.ink)
    return canvas.finish()

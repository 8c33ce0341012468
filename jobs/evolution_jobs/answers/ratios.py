"""Ratios of whole numbers as people write them."""

from __future__ import annotations

import re
from typing import NamedTuple

_RATIO = re.compile(r"([0-9]{1,30})\s*(?:[:∶/]|to)\s*([0-9]{1,30})\.?")


class Ratio(NamedTuple):
    """Two whole numbers, the right one not 0; not reduced."""

    left: int
    right: int


def parse_ratio(text: str) -> Ratio | None:
    """Return the ratio that `text` is: 2:4, 2/4 or "2 to 4"; None for anything else."""
    found = _RATIO.fullmatch(text)
    if found is None or int(found[2]) == 0:
        return None
    return Ratio(int(found[1]), int(found[2]))

"""Numbers as people write them: separators, fractions, powers of ten, a unit behind them.

Every pattern bounds its digits, so that no text makes Python build a huge integer.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from evolution_jobs.answers.normalise import tidy
from evolution_jobs.answers.units import canonical_unit

MAX_NUMBER_CHARACTERS = 200
MAX_INTEGER_DIGITS = 1000

_SIMPLE = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_INTEGER = re.compile(r"([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+))(?:\.0*)?")
_DECIMAL = r"(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)"
_POWER_OF_TEN = re.compile(r"^([+-]?)10\s*\^")
_QUANTITY = re.compile(
    rf"""(?P<before>[$€£¥₹]?)\s*
         (?P<value>[+-]?{_DECIMAL})
         (?:[eE](?P<exponent>[+-]?[0-9]{{1,3}})|\s*[×x*]\s*10\s*\^\s*(?P<power>[+-]?[0-9]{{1,3}})|\s*/\s*(?P<divisor>{_DECIMAL}))?
         \s*(?P<after>(?:[^\W\d_]|[°%$€£¥₹/'"·*\ ]|\^-?[0-9]){{0,48}})\.?""",
    re.VERBOSE,
)


class Quantity(NamedTuple):
    """A number and the unit that was written with it; the unit is empty where there is none."""

    value: float
    unit: str


def parse_integer(text: str) -> int | None:
    """Return the whole number that `text` is, or None; 7.0 is whole, 7.5 is not."""
    if len(text) > MAX_INTEGER_DIGITS:
        return None
    found = _INTEGER.fullmatch(text) or _INTEGER.fullmatch(tidy(text))
    return int(found[1].replace(",", "")) if found else None


def parse_quantity(text: str) -> Quantity | None:
    """Return the finite number and the canonical unit that `text` is, or None where it is anything else."""
    if _SIMPLE.fullmatch(text):
        return Quantity(float(text), "")
    if len(text) > MAX_NUMBER_CHARACTERS:
        return None
    found = _QUANTITY.fullmatch(_POWER_OF_TEN.sub(r"\g<1>1×10^", tidy(text)))
    if found is None or (found["before"] and found["after"]):
        return None
    value = _value(found)
    return None if value is None else Quantity(value, canonical_unit(found["before"] or found["after"]))


def format_number(value: float) -> str:
    """Return the shortest text that reads back as `value`; whole numbers carry no decimal point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _value(found: re.Match[str]) -> float | None:
    exponent = found["exponent"] or found["power"] or "0"
    value = float(f"{found['value'].replace(',', '')}e{exponent}")
    if found["divisor"]:
        divisor = float(found["divisor"].replace(",", ""))
        value = value / divisor if divisor else math.inf
    return value if math.isfinite(value) else None

"""Units as people spell them. Spellings of one unit are equal; nothing is ever converted."""

from __future__ import annotations

from functools import lru_cache

from evolution_jobs.answers.normalise import strip_blanks, tidy

_SPELLINGS = {
    "%": "percent percentage pct",
    "°": "degree deg",
    "°C": "degreecelsius degreescelsius celsius",
    "°F": "degreefahrenheit degreesfahrenheit fahrenheit",
    "mm": "millimeter millimetre",
    "cm": "centimeter centimetre",
    "m": "meter metre",
    "km": "kilometer kilometre",
    "in": "inch inches",
    "ft": "foot feet",
    "mi": "mile",
    "mg": "milligram",
    "g": "gram",
    "kg": "kilogram",
    "lb": "pound lbs",
    "ml": "milliliter millilitre mL",
    "l": "liter litre L",
    "s": "second sec",
    "min": "minute",
    "h": "hour hr",
    "m^2": "squaremeter squaremetre sqm",
    "cm^2": "squarecentimeter squarecentimetre sqcm",
    "m^3": "cubicmeter cubicmetre",
    "cm^3": "cubiccentimeter cubiccentimetre",
    "km/h": "kilometersperhour kilometresperhour kmh kph",
    "m/s": "meterspersecond metrespersecond",
    "$": "dollar usd USD",
    "€": "euro eur EUR",
    "£": "gbp GBP",
}
_CANONICAL = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}


@lru_cache(maxsize=1024)
def canonical_unit(unit: str) -> str:
    """Return one spelling for a unit; case counts for symbols (mW, MW), not for words of four letters or more (Meters, meter)."""
    bare = strip_blanks(tidy(unit)).removesuffix(".")
    if bare in _CANONICAL:
        return _CANONICAL[bare]
    if len(bare) < 4 or not bare.isalpha():
        return bare
    word = bare.casefold()
    return _CANONICAL.get(word) or _CANONICAL.get(word.removesuffix("s")) or word.removesuffix("s")

"""Verdicts on two expressions that need no simplification; runs in formula workers only, because it loads sympy.

`simplify` costs some ten milliseconds for each wrong formula, and most formulas of a policy in training are wrong. One numeric value tells
most of them apart in a fraction of a millisecond.
"""

from __future__ import annotations

import cmath
from typing import Any

from sympy import Expr, Number, Symbol, expand  # type: ignore[import-untyped] # sympy has no types

_DIGITS = 15
_RELATIVE_DIFFERENCE = 1e-6


def compare_cheaply(gold: list[Any], found: list[Any]) -> bool | None:
    """Return whether two parsed formulas are equal where a value or an expansion shows it; None where it takes more.

    Plain numbers and symbols are left to math-verify, which is fast there and has rules of its own for rounding and percent signs.
    """
    if len(gold) != 1 or len(found) != 1 or not (_is_compound(gold[0]) or _is_compound(found[0])):
        return None
    if not (isinstance(gold[0], Expr) and isinstance(found[0], Expr)):
        return None
    try:
        one, other = _sample_value(gold[0]), _sample_value(found[0])
        if cmath.isinf(one) != cmath.isinf(other) or abs(one - other) > _RELATIVE_DIFFERENCE * max(abs(one), abs(other)):
            return False
        return True if expand(gold[0] - found[0]) == 0 else None
    except (ArithmeticError, RuntimeError, TypeError, ValueError):
        return None


def _is_compound(formula: object) -> bool:
    return isinstance(formula, Expr) and not isinstance(formula, Number | Symbol)


def _sample_value(formula: Expr) -> complex:
    """Return the value where each symbol stands for a positive number that its name decides."""
    point = {symbol: 0.37 + sum(symbol.name.encode()) % 89 / 41 for symbol in formula.free_symbols}
    return complex(formula.evalf(_DIGITS, subs=point))

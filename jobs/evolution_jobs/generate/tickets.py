"""From quotas and diagnosis to tickets: one order for each slot of the ledger.

A ticket depends on the seed, the iteration and its slot alone, never on the shard that fills it. Categories get exactly their quota; inside
a category the patterns that go wrong more often get more slots.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import TypeVar

from evolution_contracts.records import Ticket
from evolution_contracts.results import CategoryDiagnosis
from evolution_contracts.seeds import derive_seed
from evolution_contracts.spec.generate import GenerateSpec
from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.runtime.diagnosis import CategoryReport, DiagnosisReport
from evolution_jobs.scenes.family import Family

PATTERN_FLOOR = Fraction(1, 4)
"""Part of a category's slots that is spread evenly over its patterns before the rest follows their error rates."""
DIFFICULTY_PULL = 2.0
"""How strongly difficulties follow the accuracy: on average 3/4 of the range where a pattern is always right, 1/4 where it never is."""
DIFFICULTY_DIGITS = 4
"""Significant digits of a difficulty: few enough that a scene's URI holds it exactly."""

Kind = TypeVar("Kind")
_NOTHING = CategoryDiagnosis(n=0, correct=0, accuracy=0.5, low=0.05, high=0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the tickets of an iteration are drawn from."""

    quotas: Mapping[Category, int]
    families: Mapping[Category, Family]
    report: DiagnosisReport | None
    """The diagnosis to steer by; None spreads evenly over patterns and difficulties."""
    spec: GenerateSpec
    seed: int
    iteration: int


def tickets(order: Order) -> Iterator[Ticket]:
    """Yield the tickets of all slots, in order of the slot."""
    slots = count()
    for category in (each for each in Category if order.quotas.get(each)):
        found = order.report.categories.get(category) if order.report else None
        for pattern, number in _pattern_slots(order.families[category], order.quotas[category], found):
            diagnosis = found.patterns.get(pattern, _NOTHING) if found else _NOTHING
            for error_type in _error_types(_errors(order.families[category], pattern, found), number):
                slot = next(slots)
                seed = derive_seed(order.seed, "slot", order.iteration, slot)
                hardness = difficulty(seed, diagnosis.accuracy, least=order.spec.min_difficulty, most=order.spec.max_difficulty)
                yield Ticket(slot=slot, category=category, pattern=pattern, error_type=error_type, difficulty=hardness, seed=seed)


def difficulty(seed: int, accuracy: float, *, least: float, most: float) -> float:
    """Return a difficulty between two bounds, drawn from a beta distribution that leans towards hard ones as the accuracy grows."""
    share = random.Random(seed).betavariate(1 + DIFFICULTY_PULL * accuracy, 1 + DIFFICULTY_PULL * (1 - accuracy))
    return float(f"{least + (most - least) * share:.{DIFFICULTY_DIGITS}g}")


def _pattern_slots(family: Family, quota: int, found: CategoryReport | None) -> list[tuple[str, int]]:
    names = [pattern.name for pattern in family.patterns]
    accuracies = [found.patterns[name].accuracy if found and name in found.patterns else 0.5 for name in names]
    rates = [1 - Fraction(accuracy) for accuracy in accuracies]
    weights = [PATTERN_FLOOR / len(names) + (1 - PATTERN_FLOOR) * rate / (sum(rates) or 1) for rate in rates]
    return list(zip(names, apportion(weights, quota), strict=True))


def apportion(weights: Sequence[Fraction], total: int) -> list[int]:
    """Return whole parts in proportion to positive weights that sum to `total` exactly; none is 0 where there are enough to go round.

    The largest remainder method; among equal remainders the first comes first.
    """
    base = 1 if total >= len(weights) else 0
    exact = [weight * total / sum(weights) for weight in weights]
    parts = [max(base, int(value)) for value in exact]
    for index in sorted(range(len(weights)), key=lambda each: exact[each] - parts[each], reverse=True)[: max(0, total - sum(parts))]:
        parts[index] += 1
    while sum(parts) > total:
        index = max((each for each in range(len(parts)) if parts[each] > base), key=lambda each: (parts[each] - exact[each], -each))
        parts[index] -= 1
    return parts


def _errors(family: Family, pattern: str, found: CategoryReport | None) -> dict[ErrorType, int]:
    """Return the diagnosed errors of a pattern; where it was not asked, those of its category that it can provoke."""
    if found is None:
        return {}
    if pattern in found.patterns:
        return found.patterns[pattern].errors
    possible = next(each.error_types for each in family.patterns if each.name == pattern)
    return {error: number for error, number in found.total.errors.items() if error in possible}


def _error_types(errors: Mapping[ErrorType, int], total: int) -> list[ErrorType | None]:
    kinds = sorted(error for error, number in errors.items() if number)
    if not kinds:
        return [None] * total
    parts = apportion([Fraction(errors[kind]) for kind in kinds], total)
    return [kind for kind, part in zip(kinds, parts, strict=True) for _ in range(part)]

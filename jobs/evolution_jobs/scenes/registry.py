"""The families by category, each imported when it is first asked for, and scenes drawn again from their URI."""

from __future__ import annotations

import importlib
import random
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from evolution_contracts.errors import ContractError
from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.family import Family, Pattern, Scene, State, draw_scene

_URI = re.compile(
    r"scene://(?P<category>\w+)/(?P<pattern>\w+)@(?P<version>[0-9]+)"
    r"\?seed=(?P<seed>-?[0-9]+)&size=(?P<size>[0-9]+)&difficulty=(?P<difficulty>[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?)"
)


class _LazyFamilies(Mapping[Category, Family]):
    """One family a category; the module `scenes.<category>` holds it as `FAMILY`."""

    def __getitem__(self, category: Category) -> Family:
        module = importlib.import_module(f"evolution_jobs.scenes.{Category(category).value}")
        found: Family = module.FAMILY
        return found

    def __iter__(self) -> Iterator[Category]:
        return iter(Category)

    def __len__(self) -> int:
        return len(Category)


FAMILIES: Mapping[Category, Family] = _LazyFamilies()
"""The family of every category; looking one up imports that family only."""


def family(category: Category) -> Family:
    """Return the family of a category."""
    return FAMILIES[category]


def pattern(category: Category, name: str) -> Pattern:
    """Return a category's pattern by name.

    Raises:
        ContractError: The family has no pattern of this name.
    """
    patterns = family(category).patterns
    for candidate in patterns:
        if candidate.name == name:
            return candidate
    known = ", ".join(each.name for each in patterns)
    raise ContractError(f"Category {category} has no pattern {name!r}.", remedy=f"Use one of: {known}.")


def redraw(uri: str) -> Scene:
    """Draw again the scene that a `scene://` URI names.

    Raises:
        ContractError: The URI is malformed, names an unknown category or pattern, or another version of the family drew it.
    """
    name = _parsed(uri)
    return draw_scene(name.family, name.pattern, seed=name.seed, size_pixels=name.size_pixels, difficulty=name.difficulty)


def state_of(uri: str) -> State:
    """Return the state of the scene that a `scene://` URI names, without drawing it; raises as `redraw` does."""
    name = _parsed(uri)
    return name.pattern.sample(random.Random(name.seed), name.size_pixels, name.difficulty)


class _SceneName(NamedTuple):
    family: Family
    pattern: Pattern
    seed: int
    size_pixels: int
    difficulty: float


def _parsed(uri: str) -> _SceneName:
    found = _URI.fullmatch(uri)
    if found is None or found["category"] not in {category.value for category in Category}:
        raise ContractError(
            f"{uri!r} names no scene.", remedy="Expected scene://<category>/<pattern>@<version>?seed=<n>&size=<px>&difficulty=<d>."
        )
    drawn_by = family(Category(found["category"]))
    if int(found["version"]) != drawn_by.version:
        raise ContractError(
            f"{uri!r} was drawn by version {found['version']} of the family; this is version {drawn_by.version}.",
            remedy="Draw it with the release that made it.",
        )
    return _SceneName(
        drawn_by, pattern(drawn_by.category, found["pattern"]), int(found["seed"]), int(found["size"]), float(found["difficulty"])
    )

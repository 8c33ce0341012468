"""Lookup of families and patterns, and scenes drawn again from their URI."""

from __future__ import annotations

import subprocess
import sys

import pytest

from evolution_contracts.errors import ContractError
from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.family import draw_scene
from evolution_jobs.scenes.registry import FAMILIES, family, pattern, redraw


def test_there_is_one_entry_for_every_category() -> None:
    assert set(FAMILIES) == set(Category)
    assert len(FAMILIES) == len(Category)


def test_family_is_found_by_its_category() -> None:
    assert family(Category.GEOMETRIC).category == Category.GEOMETRIC


def test_pattern_is_found_by_name() -> None:
    assert pattern(Category.TEXT_DENSE, "noisy").name == "noisy"


def test_unknown_pattern_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ContractError, match="no pattern 'nosuch'") as refused:
        pattern(Category.TEXT_DENSE, "nosuch")
    assert "single, double, small, noisy" in refused.value.remedy


@pytest.mark.parametrize("size", [64, 448])
def test_scene_is_drawn_again_from_its_uri(size: int) -> None:
    drawn = draw_scene(family(Category.CHART_GRAPH), pattern(Category.CHART_GRAPH, "bar_value"), seed=5, size_pixels=size, difficulty=0.25)
    again = redraw(drawn.uri)
    assert (again.uri, again.state_digest, again.question, again.answer) == (drawn.uri, drawn.state_digest, drawn.question, drawn.answer)
    assert again.image.tobytes() == drawn.image.tobytes()


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        pytest.param("https://example.org/scene.png", "names no scene", id="another scheme"),
        pytest.param("scene://chart_graph/bar_value@1?seed=5&size=64", "names no scene", id="no difficulty"),
        pytest.param("scene://opera/bar_value@1?seed=5&size=64&difficulty=0", "names no scene", id="no category"),
        pytest.param("scene://chart_graph/aria@1?seed=5&size=64&difficulty=0", "no pattern 'aria'", id="no pattern"),
        pytest.param("scene://chart_graph/bar_value@999?seed=5&size=64&difficulty=0", "version 999", id="another version"),
        pytest.param("scene://chart_graph/bar_value@1?seed=5&size=64&difficulty=1.2.3", "names no scene", id="no number"),
    ],
)
def test_uri_that_cannot_be_drawn_is_refused(uri: str, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        redraw(uri)


def test_tiny_scene_needs_none_of_the_heavy_libraries() -> None:
    program = """
import sys
from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.family import draw_scene
from evolution_jobs.scenes.registry import FAMILIES
family = FAMILIES[Category.MATH_FORMULA]
for pattern in family.patterns:
    draw_scene(family, pattern, seed=1, size_pixels=64, difficulty=0.5)
print(sorted({"matplotlib", "shapely", "networkx", "torch", "numpy"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"

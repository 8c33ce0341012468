"""What the documents name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED_TESTS = re.findall(r"`(\w+/test_\w+\.py)::(\w+)`", (ROOT / "docs" / "defects.md").read_text())
PAGES = [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if page.parent.name != "reference"]


@pytest.mark.parametrize(("file", "test"), NAMED_TESTS, ids=[test for _, test in NAMED_TESTS])
def test_test_named_for_a_defect_exists(file: str, test: str) -> None:
    found = list((ROOT / "tests" / "unit").rglob(file))
    assert [path for path in found if f"def {test}(" in path.read_text()], f"{file}::{test}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_make_targets_named_in_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"`?make ([a-z]+)`?", (ROOT / "README.md").read_text()):
        assert f".PHONY: {target}\n" in makefile, target

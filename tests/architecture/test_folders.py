"""The folder `operator/` shares its name with a module of the standard library; this keeps both usable."""

from __future__ import annotations

import operator
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", ["operator", "jobs"])
def test_folder_of_packages_is_no_package(folder: str) -> None:
    assert not (ROOT / folder / "__init__.py").exists()


def test_no_folder_of_tests_is_a_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_folders_hold_the_three_packages_and_nothing_else_to_import() -> None:
    found = {path.parent.name for folder in ("operator", "jobs") for path in (ROOT / folder).glob("*/__init__.py")}
    assert found == {"evolution_contracts", "evolution_operator", "evolution_jobs"}
    assert [path for folder in ("operator", "jobs") for path in (ROOT / folder).glob("*.py")] == []


def test_operator_is_the_standard_library() -> None:
    assert Path(operator.__file__).parent == Path(sysconfig.get_path("stdlib"))


def test_operator_is_the_standard_library_from_the_root_of_the_repository() -> None:
    program = "import operator; print(operator.__file__)"
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).parent == Path(sysconfig.get_path("stdlib"))


@pytest.mark.parametrize("package", ["operator/evolution_contracts", "operator/evolution_operator", "jobs/evolution_jobs"])
def test_every_folder_with_modules_is_a_package(package: str) -> None:
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    assert sorted(folder for folder in folders if not (folder / "__init__.py").exists()) == []

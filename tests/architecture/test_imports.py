"""Who may import whom, and what an import may cost."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLIENTS = ("kopf", "kubernetes", "kubeflow")
MODELS = ("torch", "transformers", "trl", "peft", "datasets")


def loaded_by(statement: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after a statement."""
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        pytest.param("import evolution_contracts.api.run", ("yaml", "structlog", "evolution_operator", *CLIENTS, *MODELS), id="contracts"),
        pytest.param("import evolution_operator.core.decide", ("yaml", "structlog", "asyncio", *CLIENTS, *MODELS), id="the brain"),
        pytest.param("import evolution_operator.local.session", ("evolution_jobs", *CLIENTS, *MODELS), id="the local body"),
        pytest.param(
            "import evolution_operator.local.fork_server", ("pydantic", "evolution_jobs", *CLIENTS, *MODELS), id="the stage server"
        ),
        pytest.param("import evolution_operator.cli.main", ("pydantic", "evolution_jobs", *CLIENTS, *MODELS), id="the command line"),
        pytest.param("import evolution_jobs.main", ("pydantic", "evolution_operator", *CLIENTS, *MODELS), id="the stage program"),
    ],
)
def test_import_is_slim(statement: str, forbidden: tuple[str, ...]) -> None:
    assert loaded_by(statement).isdisjoint(forbidden)


def test_import_contracts_hold() -> None:
    """The contracts stand in pyproject.toml; a broken one is told with the chain of imports that breaks it."""
    lint_imports = Path(sysconfig.get_path("scripts")) / "lint-imports"
    found = subprocess.run([lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout

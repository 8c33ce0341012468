"""What a command imports before it is needed."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from evolution_operator.cli.main import app

HEAVY = ("rich.live", "yaml", "structlog", "psutil", "evolution_contracts.base", "evolution_jobs", "torch", "kopf", "kubernetes")


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        pytest.param("--help", ("pydantic", *HEAVY), id="help"),
        pytest.param("--version", ("pydantic", *HEAVY), id="version"),
        # typer itself converts the arguments of a command with pydantic.
        pytest.param("run --help", HEAVY, id="help of a command"),
    ],
)
def test_help_imports_nothing_heavy(arguments: str, heavy: tuple[str, ...]) -> None:
    program = (
        "import sys\n"
        "from evolution_operator.cli.main import main\n"
        f"sys.argv = ['evo', *{arguments.split()!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('loaded', [name for name in {heavy!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "loaded []"


def test_version_is_that_of_the_distribution() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout.strip() == f"evo {version('evolution-operator')}"


def test_help_names_every_command_and_the_exit_codes() -> None:
    output = CliRunner().invoke(app, ["--help"]).stdout
    for name in ("run", "plan", "validate", "status", "report", "logs", "rerun", "suspend", "75 stopped or busy"):
        assert name in output

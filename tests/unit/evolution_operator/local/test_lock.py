from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evolution_contracts.errors import BusyError, ExitCode
from evolution_operator.local.lock import exclusive, lock_holder


def test_second_holder_is_told_the_first(tmp_path: Path) -> None:
    path = tmp_path / "run" / "lock"
    with exclusive(path), pytest.raises(BusyError, match=f"in use by process {os.getpid()}") as caught, exclusive(path):
        pass
    assert caught.value.exit_code == ExitCode.TEMPORARY


def test_holder_is_known_only_while_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert lock_holder(path) is None
    with exclusive(path):
        assert lock_holder(path) == os.getpid()
    assert lock_holder(path) is None


def test_lock_goes_with_its_process_however_that_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    program = (
        "import sys, time; from pathlib import Path; from evolution_operator.local.lock import exclusive\n"
        "with exclusive(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert lock_holder(path) == process.pid
        process.kill()
    with exclusive(path):
        assert lock_holder(path) == os.getpid()

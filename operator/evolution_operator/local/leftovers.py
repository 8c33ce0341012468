"""Processes of an earlier `evo` that outlived it: none, unless the stage server was killed together with it."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil

from evolution_operator.local.children import ProcessRecord

SAME_START_SECONDS = 0.05
"""Start times are read from the kernel's clock ticks; two readings of one process differ by less."""


def start_time(pid: int) -> float | None:
    """Return when a process was started, as Unix time in seconds; None where it has gone."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


def kill_leftovers(record: ProcessRecord) -> None:
    """Kill the process group of a recorded process, and make sure first that the id was not given to another one."""
    found = start_time(record.pid)
    is_same = found is not None and record.start_time is not None and abs(found - record.start_time) < SAME_START_SECONDS
    # Without a leader the group can still have members, and then the kernel does not give its id to anybody else.
    if is_same or found is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(record.pid, signal.SIGKILL)

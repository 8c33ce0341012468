"""What happens in a forked process before the stage's own code runs."""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One process to start."""

    id: int
    """Number that answers and signals refer to."""
    arguments: Sequence[str]
    """Arguments of the program, without its name."""
    environment: Mapping[str, str]
    """Variables set on top of the server's."""
    log: str
    """File that standard output and standard error are appended to."""


def become_stage(order: Order, *, program: str, server: int) -> int:
    """Turn a forked copy of the server into the stage and return its exit code.

    The process leads a session of its own, so that a terminal's Ctrl-C does not reach it and its whole group can be killed at once.
    """
    os.setsid()
    die_with_parent(server)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _redirect(order.log)
    os.environ.update(order.environment)
    sys.argv = [program, *order.arguments]
    code = importlib.import_module(program).main(list(order.arguments))
    return int(code or 0)


def die_with_parent(parent: int) -> None:
    """Let the kernel kill this process when its parent ends, whatever the reason; a parent that is already gone counts."""
    set_parent_death_signal(signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def set_parent_death_signal(number: int) -> None:
    """Ask the kernel for a signal at the parent's death; 0 asks for none. Only Linux knows this; elsewhere the server's own watch holds."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def _redirect(log: str) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    source = os.open(os.devnull, os.O_RDONLY)
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(source, 0)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.close(source)
    os.close(target)

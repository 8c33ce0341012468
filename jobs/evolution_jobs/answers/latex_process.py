"""One formula worker as its parent sees it: start, ask, renew, stop.

Not safe for concurrent use: each worker belongs to one thread, which must outlive it, because the kernel kills the worker when the thread
that started it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from typing import IO

from evolution_contracts.errors import EvolutionError
from evolution_jobs.answers.latex_worker import Outcome

ANSWER_SECONDS = 4.0
"""Time after which a worker that has not replied is killed; one second more than it has for itself."""

CALLS_PER_CHILD = 500
"""Calls after which a worker's child is replaced, because sympy's caches only grow."""

_START_SECONDS = 120.0
_DOUBTFUL = frozenset({Outcome.TIMEOUT, Outcome.CRASH})


class LatexProcess:
    """A worker that starts with the first question."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._child = 0
        self._calls = 0
        self._number = 0
        self._unread = b""

    @property
    def child(self) -> int:
        """Process id of the child that judges; 0 before the first question."""
        return self._child

    def ask(self, gold: str, text: str) -> Outcome:
        """Return the outcome for one pair, after at most 4 s and the time for a start.

        Raises:
            EvolutionError: When the worker does not start.
        """
        process = self._running()
        self._number += 1
        self._calls += 1
        try:
            _pipe(process.stdin).write(json.dumps([self._number, gold, text]).encode() + b"\n")
        except BrokenPipeError:
            return self._give_up()
        return self._await_reply(process)

    def stop(self) -> None:
        """Kill the worker and its child."""
        process, self._process = self._process, None
        if process is None:
            return
        with process:
            process.kill()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.stop()
        command = [sys.executable, "-P", "-m", "evolution_jobs.answers.latex_worker", str(os.getpid())]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self._unread = b""
        self._await_child(self._process)
        return self._process

    def _await_reply(self, process: subprocess.Popen[bytes]) -> Outcome:
        deadline = time.monotonic() + ANSWER_SECONDS
        while line := self._read_line(process, deadline):
            word, rest = line.split()
            if word == "ready":
                self._adopt(rest)
                return Outcome.CRASH
            if word == str(self._number):
                outcome = Outcome(rest)
                if outcome in _DOUBTFUL or self._calls >= CALLS_PER_CHILD:
                    self._replace_child(process)
                return outcome
        if line is not None:
            return self._give_up()
        self._replace_child(process)
        return Outcome.TIMEOUT

    def _give_up(self) -> Outcome:
        """The worker itself is gone; the next question starts another."""
        self.stop()
        return Outcome.CRASH

    def _replace_child(self, process: subprocess.Popen[bytes]) -> None:
        """Put a fresh child in the place of one that is stuck, doubtful or old."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        self._await_child(process)

    def _await_child(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while line := self._read_line(process, deadline):
            word, rest = line.split()
            if word == "ready":
                self._adopt(rest)
                return
        self.stop()
        raise EvolutionError(
            f"The worker that compares formulas did not start ({sys.executable}, at most {_START_SECONDS:g} s).",
            remedy="Its messages are on standard error; check that math-verify is installed and that 1 GiB of memory is free.",
        )

    def _adopt(self, child: str) -> None:
        self._child, self._calls = int(child), 0

    def _read_line(self, process: subprocess.Popen[bytes], deadline: float) -> str | None:
        """Return the next line; empty when the worker is gone, None when it stays silent until the deadline."""
        stdout = _pipe(process.stdout)
        while b"\n" not in self._unread:
            if not select.select([stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
                return None
            chunk = stdout.read(4096)
            if not chunk:
                return ""
            self._unread += chunk
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe

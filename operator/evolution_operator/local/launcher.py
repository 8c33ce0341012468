"""The side of `evo` towards the stage server: orders go out, events come in, and nothing here blocks."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evolution_contracts.errors import ClusterError, MissingDependencyError
from evolution_operator.local.child import Order

BLOCK_BYTES = 1 << 16
CLOSE_SECONDS = 5.0
"""Time that the server may take to end after it was told to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageProgram:
    """The modules that stages are made of, by name: `evo` itself never imports them."""

    module: str = "evolution_jobs.main"
    """Module whose `main(arguments)` is the stage program."""
    preload: tuple[str, ...] = ("evolution_jobs.runtime.preload",)
    """Modules to import once, before the first stage is forked."""


@dataclass(frozen=True, slots=True)
class Started:
    """A process was forked."""

    order: int
    pid: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A process has ended; negative codes are signals."""

    order: int
    exit_code: int


@dataclass(frozen=True, slots=True)
class ServerEnded:
    """The server has gone, and every process with it."""


ProcessEvent = Started | Ended | ServerEnded


class Launcher:
    """Starts processes of a stage program from a warm server, which is started when it is first needed."""

    def __init__(self, program: StageProgram, *, log: Path, environment: Mapping[str, str]) -> None:
        self._program = program
        self._log = log
        self._environment = environment
        self._server: subprocess.Popen[bytes] | None = None
        self._next_order = 0
        self._unread = b""
        self.is_ready = False
        """True once the server has loaded; an order given before would wait in its pipe."""

    @property
    def is_loading(self) -> bool:
        """True while the server imports what stages need."""
        return self._server is not None and not self.is_ready

    def warm_up(self) -> None:
        """Start the server, unless it runs."""
        if self._server is not None:
            return
        self._log.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-P", "-m", "evolution_operator.local.fork_server", str(os.getpid()), self._program.module]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                [*command, *self._program.preload],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, **self._environment},
                # A session of its own: Ctrl-C in the terminal is for `evo`, which then stops the stages in order.
                start_new_session=True,
            )

    def start(self, arguments: Sequence[str], *, environment: Mapping[str, str], log: Path) -> int:
        """Ask for a process; returns the number of the order, which `Started` and `Ended` will name."""
        self.warm_up()
        order = Order(id=self._next_order, arguments=arguments, environment=environment, log=str(log))
        self._next_order += 1
        self._send(asdict(order))
        return order.id

    def send_signal(self, order: int, number: signal.Signals) -> None:
        """Send a signal to an order's process, or to its whole group for SIGKILL; one that has ended is passed over."""
        self._send({"id": order, "signal": int(number)})

    def wait(self, timeout_seconds: float) -> list[ProcessEvent]:
        """Return what happened, as soon as something did or the time is over.

        Raises:
            MissingDependencyError: A package that stages need is not installed.
            ClusterError: The server ended while it loaded.
        """
        if self._server is None:
            time.sleep(timeout_seconds)
            return []
        readable, _, _ = select.select([self._stdout()], [], [], timeout_seconds)
        return self._read() if readable else []

    def close(self) -> None:
        """End the server, and with it whatever still runs."""
        if self._server is None:
            return
        with contextlib.suppress(BrokenPipeError):
            self._stdin().close()
        if self.is_loading:
            self._server.kill()
        try:
            self._server.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._stdout().close()
        self._server = None
        self.is_ready = False
        self._unread = b""

    def _read(self) -> list[ProcessEvent]:
        block = os.read(self._stdout().fileno(), BLOCK_BYTES)
        if not block:
            return self._lose_server()
        *lines, self._unread = (self._unread + block).split(b"\n")
        return [event for line in lines if (event := self._event(json.loads(line))) is not None]

    def _event(self, message: Mapping[str, Any]) -> ProcessEvent | None:
        match message:
            case {"id": order, "pid": pid}:
                return Started(order, pid)
            case {"id": order, "exit": code}:
                return Ended(order, code)
            case {"broken": text}:
                raise MissingDependencyError(
                    f"stages cannot run here: {text}.", remedy="Install what they need with `pip install 'evolution-operator[local]'`."
                )
        self.is_ready = True
        return None

    def _lose_server(self) -> list[ProcessEvent]:
        was_loading = self.is_loading
        self.close()
        if was_loading:
            raise ClusterError(f"the stage server ended while it loaded; {self._log} tells why.", remedy="Mend that and run again.")
        return [ServerEnded()]

    def _send(self, message: Mapping[str, object]) -> None:
        # A server that has gone is noticed where its answers are read.
        with contextlib.suppress(BrokenPipeError):
            self._stdin().write(json.dumps(message).encode() + b"\n")
            self._stdin().flush()

    def _stdin(self) -> Any:
        assert self._server is not None
        return self._server.stdin

    def _stdout(self) -> Any:
        assert self._server is not None
        return self._server.stdout

"""The warm process that stages are forked from: `python -m evolution_operator.local.fork_server PARENT PROGRAM [PRELOAD ...]`.

Importing the training libraries takes seconds of processor time, a run has a dozen stages, and a laptop has few cores: so the libraries are
imported once, and each stage is a fork that has them already. `multiprocessing` has a fork server too, but hands every child the
descriptor that keeps the server alive, so that children outlive a killed `evo`; it also blocks its caller while it preloads, and
imports the caller's main module again in every child.

It reads one JSON message a line from standard input: `{"id", "arguments", "environment", "log"}` starts a process, `{"id", "signal"}`
sends one a signal. It answers on standard output: `{"ready": true}` once, `{"id", "pid"}`, `{"id", "exit"}` (negative for a signal), and
`{"broken": text}` where the preload is not installed. The end of standard input means that `evo` is gone: every process group is killed,
and the server ends. PARENT is the process id of `evo`. Nothing here imports a stage; names of modules come from the command line.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evolution_operator.local.child import Order, become_stage, die_with_parent, set_parent_death_signal

BLOCK_BYTES = 1 << 16
Message = Mapping[str, Any]


class ForkServer:
    """Forks, signals and reaps; single-threaded, so that a fork copies a consistent process."""

    def __init__(self, program: str, *, requests: int, answers: int) -> None:
        self._program = program
        self._requests = requests
        self._answers = answers
        self._alive: dict[int, int] = {}
        """Id of each order -> process id, until the process is reaped."""
        self._unread = b""

    def serve(self) -> int:
        """Serve until `evo` is gone; returns the exit code of the server, or in a forked process that of the stage."""
        bell = _bell_of_ended_children()
        with selectors.DefaultSelector() as selector:
            selector.register(self._requests, selectors.EVENT_READ)
            selector.register(bell, selectors.EVENT_READ)
            self._answer(ready=True)
            while True:
                ready = {key.fd for key, _ in selector.select()}
                if bell.fileno() in ready:
                    bell.recv(BLOCK_BYTES)
                    self._reap()
                if self._requests in ready and (code := self._read_requests()) is not None:
                    return code

    def _read_requests(self) -> int | None:
        """Carry out what was asked; returns an exit code where this process is to end."""
        block = os.read(self._requests, BLOCK_BYTES)
        if not block:
            for pid in self._alive.values():
                _kill_group(pid)
            return 0
        for message in self._messages(block):
            if "signal" in message:
                self._signal(message["id"], message["signal"])
            elif (code := self._start(message)) is not None:
                return code
        return None

    def _messages(self, block: bytes) -> Iterator[Message]:
        *lines, self._unread = (self._unread + block).split(b"\n")
        yield from map(json.loads, lines)

    def _start(self, message: Message) -> int | None:
        order = Order(**message)
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.close(self._requests)
            os.close(self._answers)
            return become_stage(order, program=self._program, server=server)
        self._alive[order.id] = pid
        self._answer(id=order.id, pid=pid)
        return None

    def _signal(self, order_id: int, number: int) -> None:
        """Send a signal to a process that is not reaped yet; SIGKILL goes to its whole group."""
        pid = self._alive.get(order_id)
        if pid is None:
            return
        if number == signal.SIGKILL:
            _kill_group(pid)
        else:
            os.kill(pid, number)

    def _reap(self) -> None:
        for order_id, pid in list(self._alive.items()):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            # Before the id goes back to the kernel: whatever the stage started and left behind goes with it.
            _kill_group(pid)
            _, status = os.waitpid(pid, 0)
            del self._alive[order_id]
            self._answer(id=order_id, exit=os.waitstatus_to_exitcode(status))

    def _answer(self, **message: object) -> None:
        # Where `evo` is gone, standard input ends too, and that is where the server learns of it.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._answers, json.dumps(message).encode() + b"\n")


def _bell_of_ended_children() -> socket.socket:
    """Return a socket that becomes readable whenever a child ends."""
    bell, ring = socket.socketpair()
    bell.setblocking(False)  # noqa: FBT003 - takes no keyword
    ring.setblocking(False)  # noqa: FBT003 - takes no keyword
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(ring.detach(), warn_on_full_buffer=False)
    return bell


def _kill_group(pid: int) -> None:
    """Kill a process and its group; right after the fork the group may not exist yet."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def main() -> int:
    """Load what stages need, then serve."""
    parent, program, *preload = sys.argv[1:]
    requests, answers = os.dup(0), os.dup(1)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    # While modules load nobody watches standard input, so the kernel does. Afterwards the server must outlive `evo` to kill its children.
    die_with_parent(int(parent))
    try:
        for name in preload:
            importlib.import_module(name)
    except ImportError as error:
        os.write(answers, json.dumps({"broken": str(error)}).encode() + b"\n")
        return 1
    set_parent_death_signal(0)
    gc.collect()
    gc.freeze()
    return ForkServer(program, requests=requests, answers=answers).serve()


if __name__ == "__main__":
    sys.exit(main())

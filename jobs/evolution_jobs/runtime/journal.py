"""An append-only file of JSON lines that survives being killed at any byte.

A stage that works item by item writes one line an item. Started again, it reads what is there, drops a torn last line, and goes
on. The journal has one writer; a line is done when its newline is on the disk.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from evolution_contracts.errors import ArtifactError, BusyError
from evolution_jobs.runtime.files import storage_errors

Line = dict[str, Any]


class Journal:
    """Context manager around the file; `append` returns when the lines are on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        with storage_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Unbuffered: after a full disk nothing may be left over that closing the file would try to write again.
            self._file = self.path.open("ab", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise BusyError(
                f"{self.path} is being written by another process.", remedy="Stop the other process, or wait for it."
            ) from error
        with storage_errors(self.path):
            _cut_torn_line(self.path)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def append(self, lines: Iterable[Line]) -> None:
        """Write lines and flush them to the disk together."""
        text = "".join(json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n" for line in lines)
        # A completion may hold half of a surrogate pair, which has no UTF-8 form.
        data = memoryview(text.encode(errors="replace"))
        with storage_errors(self.path):
            while data:
                data = data[self._file.write(data) :]
            os.fsync(self._file.fileno())


def read_journal(path: Path) -> Iterator[Line]:
    """Yield the complete lines of a journal in order; a missing file has none, and a torn last line is passed over.

    Raises:
        ArtifactError: A complete line is no JSON object; something else than a journal wrote to the file.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):
                yield _parsed(path, number, line)


def _parsed(path: Path, number: int, line: bytes) -> Line:
    try:
        parsed = json.loads(line)
    except ValueError as error:
        raise ArtifactError(f"{path}: line {number} is damaged: {error}.", remedy="Remove the file; its work is done again.") from error
    if not isinstance(parsed, dict):
        raise ArtifactError(f"{path}: line {number} is no JSON object.", remedy="Remove the file; its work is done again.")
    return parsed


def _cut_torn_line(path: Path) -> None:
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        position = end
        while position > 0:
            start = max(0, position - 65_536)
            file.seek(start)
            newline = file.read(position - start).rfind(b"\n")
            if newline >= 0:
                position = start + newline + 1
                break
            position = start
        if position != end:
            file.truncate(position)

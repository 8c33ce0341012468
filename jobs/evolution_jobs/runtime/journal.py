"""An append-only file of JSON lines that survives being killed at any byte.

A stage that works item by item writes one line an item. Started again, it reads what is there, drops a torn last line, and goes
on. The journal has one writer; a line is done when its newline is on the disk.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from evolution_jobs.runtime.files import storage_errors

Line = dict[str, Any]


class Journal:
    """Context manager around the file; `append` returns when the lines are on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        with storage_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("ab")
            _cut_torn_line(self.path)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def append(self, lines: Iterable[Line]) -> None:
        """Write lines and flush them to the disk together."""
        data = b"".join(json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" for line in lines)
        with storage_errors(self.path):
            self._file.write(data)
            self._file.flush()
            os.fsync(self._file.fileno())


def read_journal(path: Path) -> Iterator[Line]:
    """Yield the complete lines of a journal in order; a missing file has none, and a torn last line is passed over."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)


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

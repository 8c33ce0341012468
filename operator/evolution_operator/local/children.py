"""The children of a local run on disk.

    children/<child>/child.json       what was created: written first, removed last
                     input.json       the `StageInput`, the same for every shard
                     main/ or s<n>/   one folder a process
                         process.json     a process was started: id and start time
                         progress.json    written by the stage
                         result.json      written by the stage, last
                         exit.json        how the process ended, or how it was lost

A process without `process.json` waits; one without `exit.json` runs. What a child is follows from these files alone, so it can be told
again after any crash.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from evolution_contracts.artifacts import INPUT_NAME, PROGRESS_NAME, RESULT_NAME
from evolution_contracts.base import Contract
from evolution_contracts.errors import ContractError
from evolution_contracts.progress import Progress
from evolution_contracts.results import StageResult
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.observation import Interruption
from evolution_operator.local.documents import Document, read_document

CHILD_NAME = "child.json"
PROCESS_NAME = "process.json"
EXIT_NAME = "exit.json"
MAX_PARSED = 8192
"""Parsed documents that are kept: the files of more children than the longest run has at once are looked at every second."""


class Stamp(NamedTuple):
    """One version of a file."""

    inode: int
    modified_ns: int
    size_bytes: int


class ChildRecord(Contract):
    """What was asked for."""

    name: str
    stage: StageName
    iteration: Annotated[int, Field(ge=0)]
    attempt: Annotated[int, Field(ge=0)]
    shards: Annotated[int, Field(ge=1)] | None = None
    input_digest: str
    created_at: datetime
    is_suspended: bool = False
    is_terminating: bool = False
    """True once the child is to be removed; it goes when its processes have gone."""


class ProcessRecord(Contract):
    """A process that was started."""

    pid: int
    start_time: float | None = None
    """Unix time at which the kernel started it, in seconds; tells it from a later one with the same id. None where it had ended at once."""
    started_at: datetime


class ExitRecord(Contract):
    """How a process ended."""

    exit_code: int | None = None
    """Exit code, 128 + n for signal n; None where nobody was there to see it."""
    interruption: Interruption | None = None
    was_asked: bool = False
    """True for a process that was stopped because another shard had failed."""
    ended_at: datetime
    message: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one process of a child."""

    folder: Path
    shard: int | None

    @property
    def process_file(self) -> Path:
        """Written when the process was started."""
        return self.folder / PROCESS_NAME

    @property
    def exit_file(self) -> Path:
        """Written when it has ended."""
        return self.folder / EXIT_NAME

    @property
    def result_file(self) -> Path:
        """Written by the stage as its last act."""
        return self.folder / RESULT_NAME

    @property
    def progress_file(self) -> Path:
        """Written by the stage about once a second."""
        return self.folder / PROGRESS_NAME

    def process(self) -> ProcessRecord | None:
        """Return the process that was started here; None while it waits."""
        return _own(self.process_file, ProcessRecord)

    def exit(self) -> ExitRecord | None:
        """Return how the process ended; None while it waits or runs."""
        return _own(self.exit_file, ExitRecord)

    def result(self) -> StageResult | None:
        """Return the stage's last word; None where it left none that is valid."""
        return _of_stage(self.result_file, StageResult)

    def progress(self) -> Progress | None:
        """Return the newest progress; None where there is none that is valid, which the stall clock then tells of."""
        return _of_stage(self.progress_file, Progress)

    def clear(self) -> None:
        """Forget a process that ended without finishing, so that it is started again."""
        for file in (self.result_file, self.progress_file, self.exit_file, self.process_file):
            file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class ChildFolder:
    """The folder of one child."""

    path: Path

    @property
    def record_file(self) -> Path:
        """Says that the child exists."""
        return self.path / CHILD_NAME

    @property
    def input_file(self) -> Path:
        """The `StageInput` of the child."""
        return self.path / INPUT_NAME

    def record(self) -> ChildRecord | None:
        """Return what was asked for; None where the child does not exist."""
        return _own(self.record_file, ChildRecord)

    def slots(self, shards: int | None) -> tuple[Slot, ...]:
        """Return the places of its processes, in order of the shard."""
        if shards is None:
            return (Slot(self.path / "main", None),)
        return tuple(Slot(self.path / f"s{shard}", shard) for shard in range(shards))


def each_child(children: Path) -> Iterator[tuple[ChildFolder, ChildRecord]]:
    """Yield every child below a folder, oldest first."""
    folders = [ChildFolder(path.parent) for path in children.glob(f"*/{CHILD_NAME}")]
    found = [(folder, record) for folder in folders if (record := folder.record()) is not None]
    yield from sorted(found, key=lambda pair: (pair[1].created_at, pair[1].name))


def _own(path: Path, kind: type[Document]) -> Document | None:
    stamp = _stamp(path)
    return None if stamp is None else _parsed(path, kind, stamp)


@lru_cache(maxsize=MAX_PARSED)
def _parsed(path: Path, kind: type[Document], stamp: Stamp) -> Document:  # noqa: ARG001 - part of the cache's key
    """Return a document of ours; `stamp` tells one version of the file from another, so that each is parsed once."""
    return read_document(path, kind, remedy=f"Delete {path}; the attempt is then started again.")


def _of_stage(path: Path, kind: type[Document]) -> Document | None:
    """Return what a stage wrote: another program's word is not trusted, and a broken one is as good as none."""
    stamp = _stamp(path)
    try:
        return None if stamp is None else _parsed(path, kind, stamp)
    except ContractError:
        return None


def _stamp(path: Path) -> Stamp | None:
    """Return what tells one version of a file that is replaced atomically from the next; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return Stamp(found.st_ino, found.st_mtime_ns, found.st_size)

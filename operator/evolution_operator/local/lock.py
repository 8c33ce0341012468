"""One folder, one `evo`: an advisory lock that the kernel releases however its holder ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evolution_contracts.errors import BusyError, StorageError

TRIES = 3
"""Times to try: `lock_holder` of another process may hold the lock for a moment."""
TRY_SECONDS = 0.02


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a folder's lock; the file names the holder's process id.

    Raises:
        BusyError: Another live process holds it.
        StorageError: The folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.", remedy="Name another --folder.") from error
    try:
        _take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    for remaining in reversed(range(TRIES)):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError as error:
            if not remaining:
                raise BusyError(
                    f"{path.parent} is in use by process {_holder_of(path) or 'unknown'}.",
                    remedy=f"Wait for it, or stop it with `evo suspend {path.parent}`.",
                ) from error
            time.sleep(TRY_SECONDS)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def lock_holder(path: Path) -> int | None:
    """Return the id of the process that holds a lock now; None where nobody does."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder_of(path)
    else:
        return None
    finally:
        os.close(descriptor)


def _holder_of(path: Path) -> int | None:
    text = path.read_text().strip()
    return int(text) if text.isdecimal() else None

"""Writing files so that a crash or a full disk leaves either the old file or the new one, never half of one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evolution_contracts.errors import StorageError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_UNWRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, *_FULL}


def write_atomically(path: Path, content: bytes | str) -> None:
    """Replace a file in one step and flush it to the disk."""
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_errors(path):
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an operating system error about a full or read-only disk into a `StorageError` that names the path."""
    try:
        yield
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        remedy = "Free space or enlarge the volume" if error.errno in _FULL else "Make the folder writable"
        raise StorageError(f"cannot write {path}: {os.strerror(error.errno or 0)}.", remedy=f"{remedy}, then run again.") from error

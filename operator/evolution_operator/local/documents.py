"""Reading and writing the small documents that the local body keeps: always whole, never half-written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from evolution_contracts.base import Contract
from evolution_contracts.errors import ContractError, StorageError

Document = TypeVar("Document", bound=Contract)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file so that a reader, or a crash at any moment, sees the old text or the new one.

    Raises:
        StorageError: The disk is full or the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.", remedy="Free disk space, or name another --folder.") from error


def sync_folder(folder: Path) -> None:
    """Make the names inside a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_document(path: Path, document: Contract) -> None:
    """Write a document as indented JSON for people, atomically."""
    write_atomically(path, document.model_dump_json(by_alias=True, exclude_none=True, indent=2) + "\n")


def read_document(path: Path, kind: type[Document], *, remedy: str) -> Document:
    """Return the document in a file.

    Raises:
        ContractError: The file holds no valid document of this kind; it is left as it is.
        StorageError: The file cannot be read.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ContractError(f"{path} is damaged: {place + ': ' if place else ''}{first['msg']}.", remedy=remedy) from error
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.", remedy=remedy) from error

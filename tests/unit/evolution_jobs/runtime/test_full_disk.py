"""Whatever is written when the disk is full: one clear error, and nothing half written in place of something whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from evolution_contracts.errors import StorageError
from evolution_jobs.runtime.datasets import write_dataset
from evolution_jobs.runtime.files import storage_errors, write_atomically
from evolution_jobs.runtime.journal import Journal, read_journal
from support.rows import row_of

TOO_MUCH = b"x" * 500_000


def test_full_disk_keeps_the_old_file(small_disk: Path) -> None:
    path = small_disk / "report.json"
    write_atomically(path, "old")
    with pytest.raises(StorageError, match=r"report\.json: No space left.*Free space"):
        write_atomically(path, TOO_MUCH)
    assert path.read_text() == "old"
    assert [entry.name for entry in small_disk.iterdir()] == ["report.json"]


def test_journal_on_a_full_disk_keeps_its_lines_and_can_be_continued(small_disk: Path) -> None:
    path = small_disk / "journal.jsonl"
    with Journal(path) as journal:
        journal.append([{"n": 1}])
        with pytest.raises(StorageError, match="No space left"):
            journal.append([{"n": 2, "text": TOO_MUCH.decode()}])
    assert list(read_journal(path)) == [{"n": 1}]
    with Journal(path) as journal:
        journal.append([{"n": 2}])
    assert list(read_journal(path)) == [{"n": 1}, {"n": 2}]


def test_dataset_on_a_full_disk_is_a_storage_error(small_disk: Path) -> None:
    noise = Image.frombytes("RGB", (300, 300), os.urandom(270_000))
    with pytest.raises(StorageError, match="No space left"):
        write_dataset(small_disk / "candidates.parquet", [row_of(noise)])


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"cannot write .*a\.json.*Make the folder writable"), storage_errors(tmp_path / "a.json"):
        raise PermissionError(13, "Permission denied")


def test_other_errors_of_the_system_are_not_taken_for_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "a.json", "text")

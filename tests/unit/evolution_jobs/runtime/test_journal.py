"""The append-only journal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evolution_contracts.errors import ArtifactError, BusyError
from evolution_jobs.runtime.journal import Journal, read_journal

LINES = [{"n": number, "text": "é\n" * number} for number in range(4)]


def test_missing_journal_has_no_lines(tmp_path: Path) -> None:
    assert list(read_journal(tmp_path / "journal.jsonl")) == []


def test_lines_come_back_in_order_over_several_sessions(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "journal.jsonl"
    for start in (0, 2):
        with Journal(path) as journal:
            journal.append(LINES[start : start + 2])
    assert list(read_journal(path)) == LINES


def test_lines_are_on_the_disk_when_append_returns(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl") as journal:
        journal.append(LINES)
        assert list(read_journal(tmp_path / "journal.jsonl")) == LINES


def test_journal_cut_at_any_byte_keeps_the_complete_lines_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.append(LINES)
    whole = path.read_bytes()
    for end in range(len(whole) + 1):
        path.write_bytes(whole[:end])
        complete = whole[:end].count(b"\n")
        assert list(read_journal(path)) == LINES[:complete]
        with Journal(path) as journal:
            journal.append(LINES[complete:])
        assert path.read_bytes() == whole


def test_torn_line_longer_than_a_block_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"n":1}\n' + b"x" * 200_000)
    with Journal(path) as journal:
        journal.append([{"n": 2}])
    assert list(read_journal(path)) == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize("damaged", [b"\0\0\0\n", b"[1]\n", b"\xff\xfe\n", b"\n"], ids=["zeros", "list", "no text", "empty line"])
def test_damaged_line_is_refused_with_its_number(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"n":1}\n' + damaged + b'{"n":2}\n')
    with pytest.raises(ArtifactError, match="line 2"):
        list(read_journal(path))


def test_second_writer_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.append([{"n": 1}])
        with pytest.raises(BusyError, match="another process"), Journal(path):
            pass
        journal.append([{"n": 2}])
    with Journal(path) as journal:
        journal.append([{"n": 3}])
    assert [line["n"] for line in read_journal(path)] == [1, 2, 3]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers(-(2**53), 2**53) | st.booleans() | st.none())))
def test_any_json_object_comes_back(tmp_path_factory: pytest.TempPathFactory, lines: list[dict[str, object]]) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    with Journal(path) as journal:
        journal.append(lines)
    assert list(read_journal(path)) == json.loads(json.dumps(lines))


def test_text_without_a_utf8_form_is_kept_readable(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.append([{"text": "half \ud800 pair"}])
    assert list(read_journal(path)) == [{"text": "half ? pair"}]

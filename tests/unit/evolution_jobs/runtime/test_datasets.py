"""Datasets on the disk."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from evolution_contracts.errors import ContractError
from evolution_jobs.runtime.datasets import dataset_digest, read_dataset, write_dataset
from support.rows import picture, row_of

ROWS = [row_of(picture(red), question=f"question {red}") for red in range(5)]


def test_rows_come_back_sorted_by_id(tmp_path: Path) -> None:
    write_dataset(tmp_path / "a.parquet", ROWS)
    assert list(read_dataset(tmp_path / "a.parquet")) == sorted(ROWS, key=lambda row: row.sample.id)


def test_same_rows_in_another_order_give_the_same_file_and_digest(tmp_path: Path) -> None:
    digests = {write_dataset(tmp_path / "a.parquet", ROWS), write_dataset(tmp_path / "b.parquet", reversed(ROWS))}
    assert digests == {dataset_digest(row.sample for row in ROWS)}
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_empty_dataset_can_be_written_and_read(tmp_path: Path) -> None:
    write_dataset(tmp_path / "a.parquet", [])
    assert list(read_dataset(tmp_path / "a.parquet")) == []


def test_columns_are_those_of_vision_sr1(tmp_path: Path) -> None:
    write_dataset(tmp_path / "a.parquet", ROWS[:1])
    (line,) = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert line["problem"] == "<image>question 0"
    assert line["answer"] == '{"type":"integer","value":3}'
    assert line["problem_type"] == "integer"
    assert line["images"][0]["bytes"] == ROWS[0].image


def test_picture_of_a_row_is_decoded(tmp_path: Path) -> None:
    assert ROWS[1].picture().getpixel((0, 0)) == (1, 0, 30)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [("question 0", "question 9", "has the content of"), ('"type":"integer"', '"type":"colour"', "record: answer")],
    ids=["changed content", "unknown answer type"],
)
def test_changed_record_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "a.parquet"
    write_dataset(path, ROWS[:1])
    table = pq.read_table(path)
    records = [record.as_py().replace(old, new) for record in table["record"]]
    pq.write_table(table.set_column(table.schema.get_field_index("record"), "record", [records]), path)
    with pytest.raises(ContractError, match=message):
        list(read_dataset(path))

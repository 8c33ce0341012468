"""Rows of the user's files as they stand there: parquet in the Vision-SR1 layout, or JSON lines beside their pictures.

Files are streamed; at most one batch of encoded pictures is in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from evolution_contracts.errors import ConfigError, ContractError, ImageError

QUESTION_COLUMNS = ("problem", "question")
IMAGE_COLUMNS = ("images", "image")
CATEGORY_COLUMNS = ("category", "image_type")
OTHER_COLUMNS = ("answer", "problem_type", "options")
IMAGE_MARK = "<image>"
MAX_QUESTION_CHARACTERS = 20_000
MAX_ANSWER_CHARACTERS = 1_000
MAX_PICTURE_BYTES = 100_000_000
_ROWS_PER_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row, checked as far as that is possible without looking at the picture."""

    place: str
    """File and row, as messages name them."""
    uri: str
    """File as the spec names it, and row: the source of the sample."""
    question: str
    answer: str
    problem_type: str
    """Empty where the row names none."""
    category: str
    """Empty where the row names none."""
    options: tuple[str, ...]
    """Options of a choice that have their own column."""
    folder: Path
    picture: bytes | str
    """Encoded picture, or its path below `folder`."""

    def picture_bytes(self) -> bytes:
        """Return the encoded picture; `ImageError` where its file is missing, too large or outside the data's folder."""
        if isinstance(self.picture, bytes):
            return self.picture
        path = (self.folder / self.picture).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise ImageError(f"{self.place}: image: {self.picture!r} leaves the folder of the file.", remedy="Use a path inside it.")
        if not path.is_file():
            raise ImageError(f"{self.place}: image: {self.picture!r} does not exist.", remedy=f"Put the picture at {path}.")
        if (size := path.stat().st_size) > MAX_PICTURE_BYTES:
            raise ImageError(
                f"{self.place}: image: {self.picture!r} has {size:,} bytes.", remedy=f"At most {MAX_PICTURE_BYTES:,} are read."
            )
        try:
            return path.read_bytes()
        except OSError as error:
            raise ImageError(f"{self.place}: image: {self.picture!r}: {error.strerror}.", remedy="Make the file readable.") from error


def read_records(name: str, root: Path) -> Iterator[Record]:
    """Yield the rows of one entry of `data.files`; relative names start at `root`."""
    path = root / name
    if not path.is_file():
        raise ConfigError(f"data.files: {name!r}: {path} does not exist.", remedy="Name existing .parquet or .jsonl files.")
    readers = {".parquet": _parquet_rows, ".jsonl": _json_rows}
    if path.suffix not in readers:
        raise ConfigError(f"data.files: {name!r} is neither .parquet nor .jsonl.", remedy="Convert it to one of them.")
    number = 0
    for number, row in enumerate(readers[path.suffix](path), start=1):
        yield _record(path, name, number, row)
    if number == 0:
        raise ContractError(f"{path} holds no rows.", remedy="Remove it from data.files, or fill it.")


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with pq.ParquetFile(path) as file:
            columns = [
                name for name in (*QUESTION_COLUMNS, *IMAGE_COLUMNS, *CATEGORY_COLUMNS, *OTHER_COLUMNS) if name in file.schema_arrow.names
            ]
            _require_columns(path, file.schema_arrow.names)
            for batch in file.iter_batches(_ROWS_PER_BATCH, columns=columns):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise ContractError(f"{path} cannot be read as parquet: {error}.", remedy="Write the file again.") from error


def _require_columns(path: Path, found: list[str]) -> None:
    for needed in (QUESTION_COLUMNS, ("answer",), IMAGE_COLUMNS):
        if not set(needed) & set(found):
            raise ContractError(
                f"{path}: no column {' or '.join(map(repr, needed))}; it has {', '.join(map(repr, found)) or 'none'}.",
                remedy="Name the columns as in Vision-SR1: problem, answer, images, problem_type.",
            )


def _json_rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), start=1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ContractError(f"{path}: row {number} is no JSON: {error}.", remedy="Write one JSON object a line.") from error
        if not isinstance(row, dict):
            raise ContractError(f"{path}: row {number} is {type(row).__name__}, no JSON object.", remedy="Write one JSON object a line.")
        yield row


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise ContractError(f"{path} cannot be read: {error.strerror}.", remedy="Make the file readable.") from error


def _record(path: Path, name: str, number: int, row: Mapping[str, Any]) -> Record:
    place = f"{path}: row {number}"
    question = _text(place, row, *QUESTION_COLUMNS).removeprefix(IMAGE_MARK).strip()
    if not 0 < len(question) <= MAX_QUESTION_CHARACTERS:
        raise _refused(place, "question", question, f"has {len(question)} characters", f"Write 1 to {MAX_QUESTION_CHARACTERS:,}.")
    answer = _text(place, row, "answer").strip()
    if not 0 < len(answer) <= MAX_ANSWER_CHARACTERS:
        raise _refused(place, "answer", answer, f"has {len(answer)} characters", f"Write 1 to {MAX_ANSWER_CHARACTERS:,}.")
    return Record(
        place=place,
        uri=f"{name}#row={number}",
        question=question,
        answer=answer,
        problem_type=_text(place, row, "problem_type", is_needed=False),
        category=_text(place, row, *CATEGORY_COLUMNS, is_needed=False),
        options=_options(place, row.get("options")),
        folder=path.parent,
        picture=_picture(place, row),
    )


def _text(place: str, row: Mapping[str, Any], *fields: str, is_needed: bool = True) -> str:
    for field in fields:
        value = row.get(field)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str | int | float):
            return str(value).encode(errors="replace").decode()
        if value is not None:
            raise _refused(place, field, value, f"is {type(value).__name__}", "Write text or a number.")
    if is_needed:
        raise ContractError(f"{place}: {' or '.join(fields)} is missing.", remedy="Fill the field or remove the row.")
    return ""


def _options(place: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(option, str) and option.strip() for option in value):
        raise _refused(place, "options", value, "is no list of texts", "Write the texts of the options, A first.")
    return tuple(option.strip() for option in value)


def _picture(place: str, row: Mapping[str, Any]) -> bytes | str:
    field = next((name for name in IMAGE_COLUMNS if row.get(name) is not None), None)
    if field is None:
        raise ImageError(f"{place}: {' or '.join(IMAGE_COLUMNS)} is missing.", remedy="Fill the field or remove the row.")
    value = row[field]
    if isinstance(value, list):
        if len(value) != 1:
            raise ImageError(f"{place}: {field}: {len(value)} pictures, expected 1.", remedy="Keep rows with one picture.")
        (value,) = value
    if isinstance(value, Mapping):
        value = value.get("bytes") or value.get("path")
    if isinstance(value, bytes | str) and value:
        return value
    raise ImageError(f"{place}: {field}: holds neither bytes nor a path.", remedy="Fill the field or remove the row.")


def _refused(place: str, field: str, value: object, problem: str, remedy: str) -> ContractError:
    return ContractError(f"{place}: {field}: {str(value)[:80]!r} {problem}.", remedy=remedy)

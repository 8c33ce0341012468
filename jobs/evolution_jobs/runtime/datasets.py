"""Samples with their pictures as parquet, in the column layout of Vision-SR1, plus the full record of each.

`problem`, `answer`, `images` and `problem_type` are what trainers and other tools read; `record` is the complete sample as JSON
and what this project reads back. Rows are sorted by sample id, so the same samples give the same file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from pydantic import ValidationError

from evolution_contracts.base import canonical_json, text_digest
from evolution_contracts.errors import ContractError
from evolution_contracts.records import Sample, sample_id
from evolution_jobs.runtime.files import storage_errors
from evolution_jobs.runtime.images import decode_image

_IMAGE = pa.struct([pa.field("bytes", pa.binary()), pa.field("path", pa.string())])
_SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("problem", pa.string()),
        pa.field("answer", pa.string()),
        pa.field("images", pa.list_(_IMAGE)),
        pa.field("problem_type", pa.string()),
        pa.field("image_type", pa.string()),
        pa.field("record", pa.string()),
    ]
)
_ROWS_PER_BATCH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sample and the encoded bytes of its picture."""

    sample: Sample
    image: bytes

    def picture(self) -> Image.Image:
        """Return the decoded RGB picture."""
        return decode_image(self.image, name=self.sample.id)


def write_dataset(path: Path, rows: Iterable[Row]) -> str:
    """Write rows sorted by sample id, and return the dataset digest."""
    ordered = sorted(rows, key=lambda row: row.sample.id)
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(path, _SCHEMA, compression="zstd") as writer:
            for start in range(0, len(ordered), _ROWS_PER_BATCH):
                writer.write_table(_table(ordered[start : start + _ROWS_PER_BATCH]))
    return dataset_digest(row.sample for row in ordered)


def read_dataset(path: Path) -> Iterator[Row]:
    """Yield the rows of a dataset; a row whose id does not match its content is a `ContractError`."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS_PER_BATCH, columns=["images", "record"]):
            for images, record in zip(batch["images"], batch["record"], strict=True):
                sample = _sample(path, record.as_py())
                yield Row(sample=sample, image=images[0]["bytes"].as_py())


def dataset_digest(samples: Iterable[Sample]) -> str:
    """Return the digest over the sorted ids of samples; ids are content hashes, so equal digests mean equal data."""
    return text_digest(canonical_json(sorted(sample.id for sample in samples)))


def _table(rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "id": row.sample.id,
                "problem": f"<image>{row.sample.question}",
                "answer": canonical_json(row.sample.answer.document()),
                "images": [{"bytes": row.image, "path": f"{row.sample.id.removeprefix('sha256:')}.png"}],
                "problem_type": row.sample.answer.type,
                "image_type": row.sample.category.value,
                "record": row.sample.canonical_json(),
            }
            for row in rows
        ],
        schema=_SCHEMA,
    )


def _sample(path: Path, record: str) -> Sample:
    try:
        sample = Sample.model_validate_json(record)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ContractError(f"{path}: record: {field}: {first['msg']}.", remedy="Rerun the stage that wrote it.") from error
    expected = sample_id(sample.category, sample.question, sample.answer, sample.image.pixels_digest)
    if sample.id != expected:
        raise ContractError(f"{path}: sample {sample.id} has the content of {expected}.", remedy="Rerun the stage that wrote it.")
    return sample

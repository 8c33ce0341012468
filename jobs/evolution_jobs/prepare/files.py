"""Folds from the user's files: typed, clustered by near-duplicates, split, and written one fold at a time.

Pictures are decoded one by one. Their bytes wait in a file of the attempt's folder until their fold is known.
"""

from __future__ import annotations

import errno
import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from PIL import Image

from evolution_contracts.errors import ContractError
from evolution_contracts.records import Sample, SampleSource, sample_id
from evolution_contracts.spec.data import DataSpec
from evolution_contracts.vocabulary import Category, Fold
from evolution_jobs.prepare.answer_types import typed_answer
from evolution_jobs.prepare.duplicates import Look, clusters, difference_hash
from evolution_jobs.prepare.records import Record, read_records
from evolution_jobs.prepare.split import split
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.files import storage_errors
from evolution_jobs.runtime.images import decode_image, encode_image, image_ref

WriteFold = Callable[[Fold, Iterable[Row]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Imported:
    sample: Sample
    picture_hash: int
    start: int
    size: int


def import_folds(context: StageContext, write_fold: WriteFold) -> None:
    """Read every file of the spec and hand over the rows of each fold.

    Raises:
        ContractError: A file, a row or a category cannot be used.
        ImageError: A picture cannot be used.
    """
    spec = context.input.spec
    folder = context.workspace.folder
    with storage_errors(folder), tempfile.TemporaryFile(dir=folder, buffering=0) as spool:
        imported = _import_all(context, spool)
        looks = [
            Look(
                sample_id=each.sample.id,
                pixels_digest=each.sample.image.pixels_digest,
                picture_hash=each.picture_hash,
                question=each.sample.question,
            )
            for each in imported
        ]
        keys = clusters(looks)
        folds = split([(key, each.sample.category) for key, each in zip(keys, imported, strict=True)], spec.data.shares, spec.seed)
        for fold in Fold:
            chosen = [(key, each) for key, each, of in zip(keys, imported, folds, strict=True) if of is fold]
            write_fold(fold, _rows(spool, chosen))


def _rows(spool: IO[bytes], chosen: Iterable[tuple[str, _Imported]]) -> Iterator[Row]:
    for key, each in chosen:
        spool.seek(each.start)
        yield Row(sample=each.sample.model_copy(update={"cluster": key}), image=spool.read(each.size))


def _import_all(context: StageContext, spool: IO[bytes]) -> list[_Imported]:
    data = context.input.spec.data
    context.progress.begin("samples", None)
    imported: dict[str, _Imported] = {}
    dropped: Counter[str] = Counter()
    for name in data.files:
        for record in read_records(name, context.settings.data_root):
            context.interrupt.check()
            category = _category(record, data)
            if category not in data.categories:
                dropped[category.value] += 1
                continue
            each = _imported(record, category, data, spool)
            if imported.setdefault(each.sample.id, each) is not each:
                dropped["duplicate"] += 1
            context.progress.advance(1)
    context.log.info("files imported", samples=len(imported), dropped=dict(sorted(dropped.items())))
    _require_categories(imported.values(), data)
    return list(imported.values())


def _imported(record: Record, category: Category, data: DataSpec, spool: IO[bytes]) -> _Imported:
    question, answer = typed_answer(record)
    encoded = record.picture_bytes()
    image = decode_image(encoded, name=f"{record.place}: image", max_pixels=data.max_image_pixels)
    reference = image_ref(image)
    stored = encoded if _is_plain_jpeg(encoded) else encode_image(image)
    start = spool.seek(0, io.SEEK_END)
    written = spool.write(stored)
    if written != len(stored):
        raise OSError(errno.ENOSPC, "no space for the picture")
    sample = Sample(
        id=sample_id(category, question, answer, reference.pixels_digest),
        category=category,
        question=question,
        answer=answer,
        image=reference,
        source=SampleSource(uri=record.uri, license=data.license),
    )
    return _Imported(sample=sample, picture_hash=difference_hash(image), start=start, size=len(stored))


def _is_plain_jpeg(encoded: bytes) -> bool:
    """Whether a picture can be kept as it is: a photograph without metadata, which every reader shows alike."""
    with Image.open(io.BytesIO(encoded)) as image:
        return image.format == "JPEG" and image.mode == "RGB" and not image.getexif()


def _category(record: Record, data: DataSpec) -> Category:
    known = {category.value: category for category in Category}
    name = record.category.strip().casefold().replace(" ", "_").replace("-", "_")
    if name in known:
        return known[name]
    if not name and len(data.categories) == 1:
        return data.categories[0]
    problem = f"{record.category!r} is no category" if name else "is missing"
    raise ContractError(
        f"{record.place}: category: {problem}.", remedy=f"Fill it with one of {', '.join(known)}, or name one category in data.categories."
    )


def _require_categories(imported: Iterable[_Imported], data: DataSpec) -> None:
    counts: Counter[Any] = Counter(each.sample.category for each in imported)
    if empty := [category.value for category in data.categories if not counts[category]]:
        raise ContractError(
            f"data.files hold no row of the categories {', '.join(empty)}.", remedy="Add rows, or name only the others in data.categories."
        )

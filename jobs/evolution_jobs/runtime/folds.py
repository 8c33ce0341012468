"""The split registry: which sample belongs to which fold, checked by every reader.

`prepare` writes it once for a run. A fold can only be read through it, and nothing may be trained on that shares an id, the
pixels or the near-duplicate cluster with a sample of another fold than the seeds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evolution_contracts.errors import SplitError
from evolution_contracts.records import Sample
from evolution_contracts.vocabulary import Fold
from evolution_jobs.runtime.datasets import Row, read_dataset
from evolution_jobs.runtime.files import write_atomically
from evolution_jobs.runtime.workspace import Upstream

REGISTRY_NAME = "registry.json"
HELD_OUT = (Fold.DIAGNOSIS, Fold.VALIDATION, Fold.TEST)
"""Folds that are never trained on."""


def fold_file(fold: Fold) -> str:
    """Return the name of a fold's dataset among the artifacts of prepare."""
    return f"folds/{fold}.parquet"


@dataclass(frozen=True, slots=True)
class Registry:
    """Maps every key of a sample (id, pixels, cluster) to its fold."""

    folds: Mapping[str, Fold]

    @classmethod
    def of(cls, samples: Mapping[Fold, Iterable[Sample]]) -> Self:
        """Build the registry; a key in two folds is a `SplitError`."""
        folds: dict[str, Fold] = {}
        for fold, members in samples.items():
            for sample in members:
                for key in _keys(sample):
                    if folds.setdefault(key, fold) is not fold:
                        raise SplitError(
                            f"{key} of sample {sample.id} stands in the folds {folds[key]} and {fold}.",
                            remedy="Remove the duplicate, or let both rows share one near-duplicate cluster.",
                        )
        return cls(folds)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the registry that `write` left."""
        return cls({key: Fold(fold) for key, fold in json.loads(path.read_bytes()).items()})

    def write(self, path: Path) -> None:
        """Write the registry as JSON."""
        write_atomically(path, json.dumps({key: fold.value for key, fold in sorted(self.folds.items())}))

    def fold_of(self, sample: Sample) -> Fold | None:
        """Return the fold that a sample, its picture or its near-duplicates belong to; None where it is new."""
        return next((fold for key in _keys(sample) if (fold := self.folds.get(key))), None)

    def is_held_out(self, sample: Sample) -> bool:
        """Whether a sample touches a fold that must never be trained on."""
        return self.fold_of(sample) in HELD_OUT

    def require_trainable(self, samples: Iterable[Sample]) -> None:
        """Raise `SplitError` when any of the samples touches a held-out fold."""
        for sample in samples:
            if self.is_held_out(sample):
                raise SplitError(
                    f"sample {sample.id} ({sample.source.uri}) belongs to the fold {self.fold_of(sample)} and must not be trained on.",
                    remedy="Rerun from generate.",
                )


def read_fold(data: Upstream, fold: Fold) -> list[Row]:
    """Return the rows of one fold; `SplitError` when a row is registered elsewhere or nowhere."""
    registry = Registry.read(data.path(REGISTRY_NAME))
    rows = list(read_dataset(data.path(fold_file(fold))))
    for row in rows:
        if (registered := registry.folds.get(row.sample.id)) is not fold:
            raise SplitError(
                f"sample {row.sample.id} lies in the file of fold {fold} but is registered for {registered or 'no fold'}.",
                remedy="Rerun from 0/prepare.",
            )
    return rows


def _keys(sample: Sample) -> Iterable[str]:
    yield sample.id
    yield f"pixels:{sample.image.pixels_digest}"
    if sample.cluster:
        yield f"cluster:{sample.cluster}"

"""The data of a run: four disjoint folds and the registry that says which sample belongs to which.

Reads the generators or the user's files; writes `folds/<fold>.parquet` and `registry.json`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from evolution_contracts.records import Sample
from evolution_contracts.spec.data import DataSource
from evolution_contracts.vocabulary import Category, Fold
from evolution_jobs.prepare.drawn import FOLD_ORDER, Seen, draw_fold
from evolution_jobs.prepare.files import import_folds
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row, write_dataset
from evolution_jobs.runtime.folds import REGISTRY_NAME, Registry, fold_file


def prepare_data(context: StageContext) -> tuple[dict[Fold, int], dict[Category, int]]:
    """Write folds and registry; return the samples of each fold, and of each category in the seeds fold.

    Raises:
        ConfigError: A category cannot give as many distinct samples as the spec asks for.
        ContractError: An imported file, or a row of it, cannot be used.
        ImageError: An imported picture cannot be used.
    """
    writer = _FoldWriter(context)
    if context.input.spec.data.source is DataSource.FILES:
        import_folds(context, writer.write)
    else:
        _draw(context, writer)
    writer.finish()
    return {fold: writer.sizes[fold] for fold in Fold}, dict(writer.natural)


def _draw(context: StageContext, writer: _FoldWriter) -> None:
    data = context.input.spec.data
    total = sum(getattr(data.folds, fold.value) for fold in Fold) * len(data.categories)
    context.progress.begin("samples", total)
    seen: Seen = {}
    for fold in FOLD_ORDER:
        writer.write(fold, draw_fold(context, fold, seen))


class _FoldWriter:
    """Writes each fold as soon as it is complete, so that only one fold's pictures are in memory."""

    def __init__(self, context: StageContext) -> None:
        self._context = context
        self._samples: dict[Fold, list[Sample]] = {}
        self.sizes: Counter[Fold] = Counter()
        self.natural: Counter[Category] = Counter(dict.fromkeys(context.input.spec.data.categories, 0))

    def write(self, fold: Fold, rows: Iterable[Row]) -> None:
        kept = list(rows)
        write_dataset(self._context.workspace.folder / fold_file(fold), kept)
        self._context.leave(fold_file(fold))
        self._samples[fold] = [row.sample for row in kept]
        self.sizes[fold] = len(kept)
        if fold is Fold.SEEDS:
            self.natural.update(row.sample.category for row in kept)

    def finish(self) -> None:
        Registry.of(self._samples).write(self._context.workspace.folder / REGISTRY_NAME)
        self._context.leave(REGISTRY_NAME)

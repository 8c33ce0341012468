"""What is allowed in a run file and most likely not meant."""

from __future__ import annotations

from collections.abc import Iterator

from evolution_contracts.spec.data import DataSource
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.vocabulary import Fold

FEW_ITEMS = 50
"""Samples of a category below which its accuracy says little. Source: method notes 7.1."""


def warnings(spec: RunSpec) -> list[str]:
    """Return one sentence for each field that deserves a second look."""
    return [*_diagnosis(spec), *_filter(spec), *_training(spec), *_evaluation(spec)]


def _diagnosis(spec: RunSpec) -> Iterator[str]:
    asked = spec.diagnose.max_items_per_category or spec.diagnose.items_per_category
    if asked < FEW_ITEMS:
        yield f"spec.diagnose.itemsPerCategory: {asked} samples tell little about a category; {FEW_ITEMS} or more steer better"
    if spec.data.source is DataSource.SCENES and spec.diagnose.rotate and spec.iterations * asked > spec.data.folds.diagnosis:
        yield (
            f"spec.data.folds.diagnosis: {spec.data.folds.diagnosis} samples are fewer than {spec.iterations} iterations ask "
            f"({asked} each), so some are asked again"
        )


def _filter(spec: RunSpec) -> Iterator[str]:
    n, low, high = spec.filter.rollouts, spec.filter.min_pass_rate, spec.filter.max_pass_rate
    if not any(low <= correct / n <= high for correct in range(n + 1)):
        yield f"spec.filter: no pass rate of {n} rollouts lies in {low:g} to {high:g}, so nothing can be kept; widen the band"
    elif low == 0 or high == 1:
        yield "spec.filter: samples that are always or never solved give no training signal; a band within 0..1 leaves them out"


def _training(spec: RunSpec) -> Iterator[str]:
    grpo = spec.train.grpo
    if grpo.prompts_per_step > spec.generate.samples:
        yield (
            f"spec.train.grpo.promptsPerStep: {grpo.prompts_per_step} is more than the {spec.generate.samples} candidates of an iteration; "
            "a step repeats prompts or stays short"
        )


def _evaluation(spec: RunSpec) -> Iterator[str]:
    for index, suite in enumerate(spec.evaluate.suites):
        if suite.fold is Fold.VALIDATION and spec.data.source is DataSource.SCENES and not spec.data.folds.validation:
            yield f"spec.evaluate.suites.{index}: fold validation is empty; set spec.data.folds.validation"

"""What an iteration found and did, category by category."""

from __future__ import annotations

from rich.table import Table

from evolution_contracts.api.iteration import GateDecision, IterationRecord
from evolution_contracts.results import CategoryDiagnosis
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category
from evolution_operator.cli.words import difference, score

NOTHING = "–"


def category_table(record: IterationRecord) -> Table:
    """Return accuracy, weight, quota, kept samples and change of score of each category of an iteration; empty before its diagnosis."""
    table = Table(box=None, pad_edge=False)
    table.add_column("category")
    for name in ("accuracy", "weight", "quota", "kept", "score change"):
        table.add_column(name, justify="right")
    diagnosed = record.diagnose.categories if record.diagnose else {}
    changes = record.evaluate.category_differences if record.evaluate else {}
    for category in diagnosed:
        table.add_row(
            category.value,
            _accuracy(diagnosed[category]),
            f"{100 * record.plan.mixture.get(category, 0):.1f} %" if record.plan else NOTHING,
            str(record.plan.quotas.get(category, 0)) if record.plan else NOTHING,
            _kept(record, category),
            _change(changes.get(category)),
        )
    return table


def headline(record: IterationRecord) -> str:
    """Return one line about an iteration: its score, the change, and what the gate decided."""
    found = record.evaluate
    if record.decision is GateDecision.BASELINE and found is not None:
        return f"iteration {record.iteration}: baseline {score(found.score)}"
    parts = [record.decision.value if record.decision else "under way"]
    if found is not None:
        parts.append(score(found.score))
        if found.difference is not None:
            parts.append(difference(found.difference.mean, found.difference.low, found.difference.high))
    return f"iteration {record.iteration}: {', '.join(parts)}"


def _accuracy(found: CategoryDiagnosis) -> str:
    return f"{100 * found.accuracy:.0f} % of {found.n}"


def _kept(record: IterationRecord, category: Category) -> str:
    return str(record.filter.kept.get(category, 0)) if record.filter else NOTHING


def _change(change: Estimate | None) -> str:
    return NOTHING if change is None else f"{100 * change.mean:+.1f}"

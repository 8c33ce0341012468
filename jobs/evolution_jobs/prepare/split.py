"""Imported samples into folds: whole clusters, close to the shares in every category, the same for the same data and seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from evolution_contracts.errors import ContractError
from evolution_contracts.seeds import derive_seed
from evolution_contracts.spec.data import FoldShares
from evolution_contracts.vocabulary import Category, Fold

NEEDED = (Fold.DIAGNOSIS, Fold.TEST)
"""Folds that every category must have samples in."""


def split(members: Sequence[tuple[str, Category]], shares: FoldShares, seed: int) -> list[Fold]:
    """Return the fold of each (cluster, category), in order.

    Clusters come in the order of a hash of their key and the seed, large ones first, and each goes to the fold that lacks most of its
    categories' share.

    Raises:
        ContractError: A category has too few clusters to reach the folds that it needs.
    """
    content: defaultdict[str, Counter[Category]] = defaultdict(Counter)
    for cluster, category in members:
        content[cluster][category] += 1
    totals = Counter(category for _, category in members)
    share: dict[Fold, float] = {fold: getattr(shares, fold.value) for fold in Fold if getattr(shares, fold.value)}
    missing = {fold: {category: part * total for category, total in totals.items()} for fold, part in share.items()}
    fold_of: dict[str, Fold] = {}
    for cluster in sorted(content, key=lambda key: (-content[key].total(), derive_seed(seed, "split", key))):
        fold = max(share, key=lambda each: _need(missing[each], content[cluster]))
        fold_of[cluster] = fold
        for category, count in content[cluster].items():
            missing[fold][category] -= count
    _require_all(members, fold_of)
    return [fold_of[cluster] for cluster, _ in members]


def _need(missing: Mapping[Category, float], content: Mapping[Category, int]) -> float:
    return sum(count * missing[category] for category, count in content.items())


def _require_all(members: Sequence[tuple[str, Category]], fold_of: Mapping[str, Fold]) -> None:
    reached = {(category, fold_of[cluster]) for cluster, category in members}
    for category in dict.fromkeys(category for _, category in members):
        lacking = [fold.value for fold in NEEDED if (category, fold) not in reached]
        if lacking:
            count = len({cluster for cluster, each in members if each is category})
            raise ContractError(
                f"category {category}: {count} clusters of near-duplicates leave the fold {' and '.join(lacking)} empty.",
                remedy="Add rows of the category, raise the fold's share, or leave the category out of data.categories.",
            )

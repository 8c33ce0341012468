"""Clusters into folds."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evolution_contracts.errors import ContractError
from evolution_contracts.spec.data import FoldShares
from evolution_contracts.vocabulary import Category, Fold
from evolution_jobs.prepare.split import split

SHARES = FoldShares(diagnosis=0.4, seeds=0.2, validation=0.1, test=0.3)
SINGLE = [(f"c{n}", Category.MAP if n % 3 else Category.MIXED) for n in range(300)]


def test_shares_are_met_in_every_category() -> None:
    folds = split(SINGLE, SHARES, seed=1)
    for category, total in ((Category.MAP, 200), (Category.MIXED, 100)):
        counts = Counter(fold for (_, each), fold in zip(SINGLE, folds, strict=True) if each is category)
        assert counts == {
            Fold.DIAGNOSIS: 0.4 * total,
            Fold.SEEDS: 0.2 * total,
            Fold.VALIDATION: 0.1 * total,
            Fold.TEST: 0.3 * total,
        }


def test_split_depends_on_the_seed_and_on_nothing_else() -> None:
    expected = dict(zip(SINGLE, split(SINGLE, SHARES, seed=1), strict=True))
    turned = SINGLE[::-1]
    assert dict(zip(turned, split(turned, SHARES, seed=1), strict=True)) == expected
    assert dict(zip(SINGLE, split(SINGLE, SHARES, seed=2), strict=True)) != expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([Category.MAP, Category.MIXED])), min_size=1, max_size=120))
def test_cluster_is_never_torn(members: list[tuple[int, Category]]) -> None:
    named = [(f"c{cluster}", category) for cluster, category in members]
    try:
        folds = split(named, SHARES, seed=1)
    except ContractError:
        return
    assert len(set(zip((cluster for cluster, _ in named), folds, strict=True))) == len({cluster for cluster, _ in named})


def test_fold_without_a_share_stays_empty() -> None:
    folds = split(SINGLE, FoldShares(diagnosis=0.5, seeds=0, validation=0, test=0.5), seed=1)
    assert Counter(folds) == {Fold.DIAGNOSIS: 150, Fold.TEST: 150}


def test_category_whose_rows_are_all_near_duplicates_is_named() -> None:
    with pytest.raises(ContractError, match="category mixed: 1 clusters of near-duplicates leave the fold"):
        split([("one", Category.MIXED)] * 30, SHARES, seed=1)

"""What is taken out before anything is asked."""

from __future__ import annotations

from itertools import permutations

from evolution_contracts.vocabulary import Fold
from evolution_jobs.filter.band import Fate
from evolution_jobs.filter.screening import screen
from evolution_jobs.runtime.folds import Registry
from support.rows import picture, row_of

ONE = row_of(picture(1), cluster="scene:1")
TWIN = row_of(picture(2), cluster="scene:1")
OTHER = row_of(picture(3), cluster="scene:3")
PLAIN = row_of(picture(4))
NOBODY = Registry({})


def test_twins_are_settled_whatever_the_order_of_the_shards() -> None:
    kept = sorted([min(ONE, TWIN, key=lambda row: row.sample.id), OTHER, PLAIN], key=lambda row: row.sample.id)
    for rows in permutations([ONE, TWIN, OTHER, PLAIN, OTHER]):
        assert screen(rows, NOBODY) == (kept, {Fate.DUPLICATE: 2})


def test_samples_without_a_cluster_are_no_twins() -> None:
    rows = [PLAIN, row_of(picture(5))]
    assert len(screen(rows, NOBODY)[0]) == 2


def test_same_picture_with_another_question_may_stay() -> None:
    rows = [PLAIN, row_of(picture(4), question="why?")]
    assert len(screen(rows, NOBODY)[0]) == 2


def test_held_out_samples_are_taken_out() -> None:
    registry = Registry.of({Fold.TEST: [OTHER.sample], Fold.DIAGNOSIS: [TWIN.sample], Fold.SEEDS: [PLAIN.sample]})
    kept, dropped = screen([ONE, OTHER, PLAIN], registry)
    assert (kept, dropped) == ([PLAIN], {Fate.CONTAMINATED: 2})

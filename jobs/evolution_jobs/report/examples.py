"""Blind spots to look at: what the model was shown, what it said, what was right, and what was then drawn to teach it.

Of each iteration the weakest categories come first, one failure of each before a second one of any.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from evolution_contracts.errors import ContractError
from evolution_contracts.vocabulary import Category, Fold, StageName
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.report.data_flow import Reports
from evolution_jobs.report.history import History, Iteration
from evolution_jobs.report.pictures import Album, Picture
from evolution_jobs.report.wording import label
from evolution_jobs.runtime.datasets import Row, read_dataset
from evolution_jobs.runtime.diagnosis import DiagnosisReport, Failure
from evolution_jobs.runtime.folds import read_fold
from evolution_jobs.runtime.names import TRAINING_SET_NAME

MAX_EXAMPLES = 18
"""Failures shown on the whole page."""
MAX_PER_ITERATION = 6
LESSONS = 2
"""Training samples shown beside one failure."""

ANY = ""
"""Pattern that stands for all patterns of a category."""

Key = tuple[Category, str]
"""A category and a pattern of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A training sample that was made for a blind spot."""

    pattern: str
    question: str
    answer: str
    picture: Picture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One failure and what followed from it."""

    category: str
    failure: Failure
    picture: Picture | None
    lessons: tuple[Lesson, ...]
    is_same_pattern: bool
    """Whether the lessons are of the failure's own pattern, not only of its category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """The examples of one iteration."""

    number: int
    has_training_set: bool
    examples: tuple[Example, ...]


def galleries(history: History, reports: Reports) -> list[Gallery]:
    """Return the examples of every iteration that found failures; later iterations get none once the page holds enough."""
    chosen = _chosen(reports)
    asked = _rows_of(history, {failure.sample_id for failures in chosen.values() for _, failure in failures})
    album = Album()
    return [_gallery(iteration, chosen[iteration.number], asked, album) for iteration in history.iterations if chosen.get(iteration.number)]


def _chosen(reports: Reports) -> dict[int, list[tuple[Category, Failure]]]:
    """Return which failures are shown: the same number in every iteration, as many as the page holds."""
    each = min(MAX_PER_ITERATION, max(1, MAX_EXAMPLES // max(1, len(reports))))
    shown = dict(list(reports.items())[:MAX_EXAMPLES])
    return {number: weakest_first(report)[:each] for number, report in shown.items()}


def weakest_first(report: DiagnosisReport) -> list[tuple[Category, Failure]]:
    """Return all failures of a report: the first of every category, the weakest category first, then the second of each."""
    order = sorted(report.categories.items(), key=lambda item: (item[1].total.accuracy, item[0]))
    columns = [[(category, failure) for failure in found.failures] for category, found in order]
    return [failure for turn in zip_longest(*columns) for failure in turn if failure is not None]


def _rows_of(history: History, ids: set[str]) -> Mapping[str, Row]:
    """Return the rows of the diagnosis fold with these ids; one that is not there is a `ContractError`."""
    if not ids or history.data is None:
        return {}
    found = {row.sample.id: row for row in read_fold(history.data, Fold.DIAGNOSIS) if row.sample.id in ids}
    if missing := sorted(ids - found.keys()):
        raise ContractError(f"sample {missing[0]} of a diagnosis is not in the diagnosis fold.", remedy="Rerun from 1/diagnose.")
    return found


def _gallery(iteration: Iteration, failures: Sequence[tuple[Category, Failure]], asked: Mapping[str, Row], album: Album) -> Gallery:
    path = iteration.artifact(StageName.FILTER, TRAINING_SET_NAME)
    shelf = Shelf(read_dataset(path) if path is not None else (), failures)
    return Gallery(
        number=iteration.number,
        has_training_set=path is not None,
        examples=tuple(_example(category, failure, asked[failure.sample_id], shelf, album) for category, failure in failures),
    )


class Shelf:
    """A few training samples for every failure, so that a large training set is read once and not kept."""

    def __init__(self, rows: Iterable[Row], failures: Sequence[tuple[Category, Failure]]) -> None:
        room: Counter[Key] = Counter()
        for category, failure in failures:
            room.update(dict.fromkeys({(category, failure.pattern), (category, ANY)}, LESSONS))
        self._rows: defaultdict[Key, list[Row]] = defaultdict(list)
        for row in rows:
            for key in {(row.sample.category, row.sample.pattern), (row.sample.category, ANY)}:
                if len(self._rows[key]) < room[key]:
                    self._rows[key].append(row)

    def take(self, category: Category, pattern: str) -> list[Row]:
        """Return the next samples of a pattern, and remove them."""
        rows = self._rows[category, pattern]
        taken, rows[:] = rows[:LESSONS], rows[LESSONS:]
        return taken


def _example(category: Category, failure: Failure, asked: Row, shelf: Shelf, album: Album) -> Example:
    own = shelf.take(category, failure.pattern) if failure.pattern else []
    return Example(
        category=label(category),
        failure=failure,
        picture=album.embed(asked),
        lessons=tuple(_lesson(row, album) for row in own or shelf.take(category, ANY)),
        is_same_pattern=bool(own),
    )


def _lesson(row: Row, album: Album) -> Lesson:
    sample = row.sample
    return Lesson(pattern=sample.pattern, question=sample.question, answer=canonical_text(sample.answer), picture=album.embed(row))

"""Which failures are shown, and what stands beside them."""

from __future__ import annotations

from evolution_contracts.base import text_digest
from evolution_contracts.results import CategoryDiagnosis
from evolution_contracts.vocabulary import Category, ErrorType, Fold
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.report.data_flow import read_reports
from evolution_jobs.report.examples import LESSONS, MAX_PER_ITERATION, Shelf, galleries, weakest_first
from evolution_jobs.runtime.diagnosis import CategoryReport, DiagnosisReport, Failure, Tier
from support.report_world import Played
from support.rows import picture, row_of


def report_of(failures: dict[Category, tuple[float, int]]) -> DiagnosisReport:
    """Return a report with the accuracy and the number of failures of each category."""
    categories = {
        category: CategoryReport(
            tier=Tier.WEAK,
            total=CategoryDiagnosis(n=9, correct=1, accuracy=accuracy, low=0.0, high=1.0),
            patterns={},
            failures=tuple(
                Failure(
                    sample_id=text_digest(f"{category} {number}"),
                    pattern="",
                    question="?",
                    completion=f"{category} {number}",
                    expected="1",
                    error_type=ErrorType.OTHER,
                    explanation="",
                )
                for number in range(found)
            ),
        )
        for category, (accuracy, found) in failures.items()
    }
    return DiagnosisReport(iteration=1, accuracy=0.5, abstain_share=0.0, answers_per_item=1, categories=categories)


def test_weakest_categories_take_turns() -> None:
    report = report_of({Category.MAP: (0.9, 1), Category.MIXED: (0.1, 3), Category.MEDICAL: (0.5, 0)})
    assert [failure.completion for _, failure in weakest_first(report)] == ["mixed 0", "map 0", "mixed 1", "mixed 2"]


def test_failures_stand_beside_kept_samples_of_their_kind(played: Played) -> None:
    history = played.world.told()
    held_out = {row.sample.question for row in played.world.rows(played.world.refs["data"], Fold.DIAGNOSIS)}
    shown = galleries(history, read_reports(history))
    assert [gallery.number for gallery in shown] == [1, 2, 3]
    for gallery in shown:
        assert gallery.has_training_set
        assert 0 < len(gallery.examples) <= MAX_PER_ITERATION
        assert all(example.failure.question in held_out for example in gallery.examples)
        for example in gallery.examples:
            patterns = {lesson.pattern for lesson in example.lessons}
            assert not example.is_same_pattern or patterns == {example.failure.pattern}


def test_right_answer_is_the_asked_samples_own(played: Played) -> None:
    history = played.world.told()
    asked = {row.sample.id: row.sample for row in played.world.rows(played.world.refs["data"], Fold.DIAGNOSIS)}
    for gallery in galleries(history, read_reports(history)):
        for example in gallery.examples:
            sample = asked[example.failure.sample_id]
            assert example.failure.expected == canonical_text(sample.answer)
            assert example.picture is not None
            assert (example.picture.width_pixels, example.picture.height_pixels) == (64, 64)


def test_no_lesson_stands_beside_two_failures() -> None:
    ((category, failure), *_) = weakest_first(report_of({Category.CHART_GRAPH: (0.1, 1)}))
    rows = [row_of(picture(red), pattern="bars") for red in range(9)] + [row_of(picture(99), pattern="lines")]
    striped = failure.evolve(pattern="bars")
    shelf = Shelf(rows, [(category, striped), (category, striped)])
    first, second, third = (shelf.take(category, "bars") for _ in range(3))
    assert [first, second, third] == [rows[:LESSONS], rows[LESSONS : 2 * LESSONS], []]
    assert shelf.take(Category.MAP, "bars") == []

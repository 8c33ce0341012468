"""The report R(k): counts with intervals, error types and examples, as a document and as a page of text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from evolution_contracts.records import AnsweredSample, Sample
from evolution_contracts.results import CategoryDiagnosis
from evolution_contracts.vocabulary import Category, Judgement
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.diagnose.counting import DIGITS, count
from evolution_jobs.runtime.diagnosis import CategoryReport, DiagnosisReport, Failure, Tier

MAX_FAILURES = 5
MAX_SHOWN_CHARACTERS = 500


def build_report(
    answered: Mapping[Category, Sequence[AnsweredSample]], samples: Mapping[str, Sample], *, iteration: int, answers_per_item: int
) -> DiagnosisReport:
    """Return the report over all answers; `samples` holds every answered sample by its id."""
    categories = {category: _category(found, samples, answers_per_item) for category, found in answered.items()}
    totals = [report.total for report in categories.values()]
    abstained = sum(total.abstained for total in totals)
    everything = abstained + sum(total.n for total in totals)
    return DiagnosisReport(
        iteration=iteration,
        accuracy=round(sum(total.accuracy for total in totals) / len(totals), DIGITS),
        abstain_share=round(abstained / everything, DIGITS) if everything else 0.0,
        answers_per_item=answers_per_item,
        categories=categories,
    )


def _category(answered: Sequence[AnsweredSample], samples: Mapping[str, Sample], answers_per_item: int) -> CategoryReport:
    by_pattern: defaultdict[str, list[AnsweredSample]] = defaultdict(list)
    for each in answered:
        by_pattern[each.pattern].append(each)
    total = count(answered, answers_per_item=answers_per_item)
    return CategoryReport(
        tier=Tier.of(total),
        total=total,
        patterns={name: count(found, answers_per_item=answers_per_item) for name, found in sorted(by_pattern.items())},
        failures=_failures(answered, samples),
    )


def _failures(answered: Iterable[AnsweredSample], samples: Mapping[str, Sample]) -> tuple[Failure, ...]:
    """Return one wrong answer of each pattern before a second one of any."""
    turns: defaultdict[str, int] = defaultdict(int)
    found: list[tuple[int, Failure]] = []
    for each in answered:
        sample = samples[each.sample_id]
        for completion, verdict in zip(each.completions, each.verdicts, strict=True):
            if verdict.judgement is Judgement.WRONG and verdict.error_type is not None:
                turns[each.pattern] += 1
                failure = Failure(
                    sample_id=sample.id,
                    pattern=each.pattern,
                    question=sample.question[:MAX_SHOWN_CHARACTERS],
                    completion=completion[:MAX_SHOWN_CHARACTERS],
                    expected=canonical_text(sample.answer)[:MAX_SHOWN_CHARACTERS],
                    error_type=verdict.error_type,
                    explanation=verdict.explanation,
                )
                found.append((turns[each.pattern], failure))
                break
    return tuple(failure for _, failure in sorted(found, key=lambda turn: turn[0])[:MAX_FAILURES])


def render_text(report: DiagnosisReport) -> str:
    """Return the report as text for people: weakest categories first, in tiers."""
    lines = [
        f"Diagnosis of iteration {report.iteration}",
        f"mean accuracy {report.accuracy:.3f}, abstentions {report.abstain_share:.1%}; intervals hold with probability 90 %",
    ]
    for tier in Tier:
        members = [(category, found) for category, found in report.categories.items() if found.tier is tier]
        if members:
            lines += ["", f"{tier.upper()}"]
        for category, found in sorted(members, key=lambda member: (member[1].total.accuracy, member[0])):
            lines += _category_lines(category, found)
    return "\n".join(lines) + "\n"


def _category_lines(category: Category, found: CategoryReport) -> list[str]:
    lines = [f"  {category:<16} {_accuracy(found.total)}{_errors(found.total)}"]
    by_accuracy = sorted(found.patterns.items(), key=lambda item: (item[1].accuracy, item[0]))
    lines += [f"    {name:<24} {_accuracy(diagnosis)}{_errors(diagnosis)}" for name, diagnosis in by_accuracy if name]
    for failure in found.failures:
        question = " ".join(failure.question.split())
        lines += [f"      {failure.error_type}: {question[:120]}", f"        {failure.explanation}"]
    return lines


def _accuracy(diagnosis: CategoryDiagnosis) -> str:
    abstained = f", {diagnosis.abstained} abstained" if diagnosis.abstained else ""
    return f"{diagnosis.accuracy:.3f} [{diagnosis.low:.3f}, {diagnosis.high:.3f}]  {diagnosis.correct}/{diagnosis.n} right{abstained}"


def _errors(diagnosis: CategoryDiagnosis) -> str:
    return "".join(f"  {error} {number}" for error, number in diagnosis.errors.items())

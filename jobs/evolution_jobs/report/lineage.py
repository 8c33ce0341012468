"""Where every model and dataset came from, by digest."""

from __future__ import annotations

from dataclasses import dataclass

from evolution_contracts.results import FilterOutcome
from evolution_contracts.vocabulary import StageName
from evolution_jobs.report.history import Attempt, History, Iteration


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """One iteration's chain from the model that was diagnosed to the one that was made; None where a link is missing."""

    iteration: Iteration
    started_from: int | None
    model_in: str | None
    diagnosis: str | None
    """Digest of the manifest with the report R(k)."""
    training_set: str | None
    model_out: str | None


def descents(history: History) -> list[Descent]:
    """Return the chain of every iteration."""
    return [_descent(history, iteration) for iteration in history.iterations]


def _descent(history: History, iteration: Iteration) -> Descent:
    filtered = iteration.outcome(FilterOutcome)
    diagnosed = iteration.stages.get(StageName.DIAGNOSE)
    return Descent(
        iteration=iteration,
        started_from=iteration.started_from,
        model_in=history.model_digest_of(iteration.started_from),
        diagnosis=diagnosed[0].ref.manifest_digest if diagnosed else None,
        training_set=filtered.dataset_digest if filtered else None,
        model_out=iteration.model_digest,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestLine:
    """One finished attempt, for the reader who wants to check it."""

    place: str
    """Folder below the run's own folder."""
    digest: str
    files: int
    size_bytes: int


def manifest_lines(history: History) -> list[ManifestLine]:
    """Return every manifest that the page was made from."""
    return [_manifest_line(attempt) for iteration in history.iterations for attempt in iteration.attempts]


def _manifest_line(attempt: Attempt) -> ManifestLine:
    ref, artifacts = attempt.ref, attempt.left.manifest.artifacts
    shard = f"/s{ref.shard}" if ref.shard is not None else ""
    return ManifestLine(
        place=f"i{ref.iteration}/{ref.stage}/a{ref.attempt}{shard}",
        digest=ref.manifest_digest,
        files=len(artifacts),
        size_bytes=sum(artifact.size_bytes for artifact in artifacts),
    )

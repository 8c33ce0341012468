"""Comparing formulas: a fixed set of worker processes behind a queue.

math-verify's timeouts need a main thread, and a future of `concurrent.futures` cannot be cancelled once its worker hangs. So each worker is
a process of its own that is killed when it hangs, owned by one thread of the pool; callers may come from any thread.
"""

from __future__ import annotations

import importlib.util
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import NamedTuple

from evolution_contracts.errors import EvolutionError, MissingDependencyError
from evolution_jobs.answers.latex_guard import clean_formula, is_harmless
from evolution_jobs.answers.latex_process import LatexProcess
from evolution_jobs.answers.latex_worker import Outcome

_BATCH_SECONDS = 120.0
_BATCH_SECONDS_PER_PAIR = 0.2


class FormulaPair(NamedTuple):
    """The gold formula and the one to be judged."""

    gold: str
    text: str


@dataclass(slots=True, eq=False)
class _Job:
    pair: FormulaPair
    done: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome = Outcome.TIMEOUT
    error: EvolutionError | None = None
    is_abandoned: bool = False


class LatexPool:
    """A fixed number of workers, started with the first pair that needs one."""

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()

    def judge_all(self, pairs: Sequence[FormulaPair], *, deadline_seconds: float | None = None) -> list[Outcome]:
        """Return the outcomes of the pairs, in their order; equal pairs are judged once.

        Args:
            pairs: Formulas with or without dollar signs.
            deadline_seconds: Time for the whole batch; what is not judged by then is a timeout. None allows 120 s and 0.2 s for each pair
                and worker.

        Raises:
            MissingDependencyError: When math-verify is not installed and a pair needs it.
            EvolutionError: When a worker does not start.
        """
        cleaned = [FormulaPair(clean_formula(pair.gold), clean_formula(pair.text)) for pair in pairs]
        outcomes = {pair: _judge_here(pair) for pair in dict.fromkeys(cleaned)}
        open_pairs = [pair for pair, outcome in outcomes.items() if outcome is None]
        if deadline_seconds is None:
            deadline_seconds = _BATCH_SECONDS + _BATCH_SECONDS_PER_PAIR * len(open_pairs) / self._workers
        outcomes.update(zip(open_pairs, self._ask_workers(open_pairs, deadline_seconds), strict=True))
        return [outcomes[pair] or Outcome.TIMEOUT for pair in cleaned]

    def close(self) -> None:
        """Stop all workers; takes at most as long as one call."""
        with self._starting:
            threads, self._threads = self._threads, []
        for _ in threads:
            self._jobs.put(None)
        for thread in threads:
            thread.join()

    def _ask_workers(self, pairs: Sequence[FormulaPair], deadline_seconds: float) -> list[Outcome]:
        if not pairs:
            return []
        self._start()
        deadline = time.monotonic() + deadline_seconds
        jobs = [_Job(pair) for pair in pairs]
        for job in jobs:
            self._jobs.put(job)
        return [_await(job, deadline) for job in jobs]

    def _start(self) -> None:
        with self._starting:
            if self._threads:
                return
            if importlib.util.find_spec("math_verify") is None:
                raise MissingDependencyError("Comparing formulas needs math-verify.", remedy="Install evolution-operator[jobs].")
            self._threads = [
                threading.Thread(target=_work, args=(self._jobs,), name="latex-pool", daemon=True) for _ in range(self._workers)
            ]
            for thread in self._threads:
                thread.start()


def _judge_here(pair: FormulaPair) -> Outcome | None:
    """Return the outcome that needs no worker: the same text is the same formula, and a harmful one is not read; None otherwise."""
    if not pair.text:
        return Outcome.UNREADABLE
    if pair.text == pair.gold:
        return Outcome.EQUAL
    if not is_harmless(pair.text):
        return Outcome.UNREADABLE
    return None if is_harmless(pair.gold) else Outcome.UNREADABLE_GOLD


def _await(job: _Job, deadline: float) -> Outcome:
    if not job.done.wait(max(0.0, deadline - time.monotonic())):
        job.is_abandoned = True
    elif job.error is not None:
        raise job.error
    return job.outcome


def _work(jobs: SimpleQueue[_Job | None]) -> None:
    """Serve jobs until None comes; owns one worker process for as long as it lives."""
    process = LatexProcess()
    try:
        while (job := jobs.get()) is not None:
            if not job.is_abandoned:
                _serve(job, process)
            job.done.set()
    finally:
        process.stop()


def _serve(job: _Job, process: LatexProcess) -> None:
    try:
        job.outcome = process.ask(*job.pair)
    except EvolutionError as error:
        job.error = error

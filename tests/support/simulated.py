"""The third body: a cluster made of a clock and a script. Whole runs take milliseconds.

It stands in for Kubernetes and for local processes in the tests of `decide`, and it refuses what they cannot do: two live attempts of
one stage, a child that comes back from the dead, two children of one name, a child with a queue that somebody else starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.api.run import EvolutionRun, RunStatus
from evolution_contracts.progress import Progress
from evolution_contracts.results import Outcome, StageResult
from evolution_contracts.stage import StageInput
from evolution_operator.core.actions import (
    Action,
    CreateChild,
    Decision,
    DeleteChild,
    DeleteRun,
    Event,
    ForgetIterations,
    KeepIteration,
    ResumeChild,
    SuspendChild,
)
from evolution_operator.core.observation import Child, ChildState, Interruption, Observation
from evolution_operator.reconcile import reconcile
from support.possible import ENDED, ImpossibleClusterError, check_possible
from support.runs import START, edited
from support.stage_results import a_failure, an_outcome, successes

NEVER = float("inf")


class SimulatedCrashError(Exception):
    """The operator died right after one of its calls."""


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What becomes of a child; all times in simulated seconds."""

    queue_seconds: float = 0.0
    """Time until the queue admits it; only where the run uses a queue."""
    start_seconds: float = 5.0
    """Time until its pods run; NEVER for pods that cannot start."""
    run_seconds: float = 60.0
    """Time it works; NEVER for work that hangs."""
    units: int = 10
    """Units that it counts up evenly while it works."""
    hangs_after: float = NEVER
    """Time of work after which nothing is counted any more."""
    waiting: Interruption | None = None
    """Why it cannot start."""
    exit_code: int | None = None
    """Exit code of its failure; None and no interruption for a success."""
    interruption: Interruption | None = None
    """What the cluster does to it at the end."""
    failure: Mapping[str, Any] | None = None
    """Arguments of `a_failure`: what it says of its failure itself."""
    outcome: Callable[[StageInput], Outcome] | None = None
    """What it finds; None for something plausible."""
    results: Callable[[StageInput], tuple[StageResult, ...]] | None = None
    """Its results, where they are not plausible ones."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Metrics in its progress."""
    message: str = ""
    """What the cluster says about it."""

    @property
    def fails(self) -> bool:
        """Whether it ends without success."""
        return self.exit_code is not None or self.interruption is not None or self.failure is not None


Script = Mapping[Any, Behaviour]
"""Behaviours by `stage`, `(iteration, stage)` or `(iteration, stage, attempt)`.

What becomes of which child; the most exact key wins, and a child without any behaves well."""


@dataclass
class SimulatedChild:
    """A child and how far it has come."""

    name: str
    input: StageInput
    input_digest: str
    behaviour: Behaviour
    created_at: datetime
    is_suspended: bool
    is_queued: bool
    """Whether a queue holds it back, which the cluster shows as suspended too."""
    queue_left: float
    start_left: float
    worked: float = 0.0
    state: ChildState = ChildState.QUEUED
    running_since: datetime | None = None
    finished_at: datetime | None = None
    progressed_at: datetime | None = None
    terminating_until: datetime | None = None
    interruption: Interruption | None = None
    told: tuple[StageResult, ...] = ()

    def elapse(self, now: datetime, until: datetime) -> None:
        """Let time pass."""
        while now < until and self.state not in ENDED:
            step = min((until - now).total_seconds(), self._to_next_change())
            now += timedelta(seconds=step)
            self._spend(step, now)
        self._settle(now)

    def _to_next_change(self) -> float:
        if self.state is ChildState.QUEUED:
            return NEVER if self.is_suspended else self.queue_left
        if self.state is ChildState.STARTING:
            return self.start_left
        return self.behaviour.run_seconds - self.worked

    def changes_in(self) -> float:
        """Return the seconds until it changes its state by itself."""
        return NEVER if self.state in ENDED else self._to_next_change()

    def _spend(self, seconds: float, now: datetime) -> None:
        if self.state is ChildState.QUEUED and not self.is_suspended:
            self.queue_left -= seconds
        elif self.state is ChildState.STARTING:
            self.start_left -= seconds
        elif self.state is ChildState.RUNNING:
            before = self.done
            self.worked += seconds
            if self.done > before:
                self.progressed_at = now
        self._settle(now)

    def _settle(self, now: datetime) -> None:
        """Take the state that the times say."""
        if self.state is ChildState.QUEUED and not self.is_suspended and self.queue_left <= 0:
            self.state = ChildState.STARTING
        if self.state is ChildState.STARTING and self.start_left <= 0:
            self.state, self.running_since, self.progressed_at = ChildState.RUNNING, now, now
        if self.state is ChildState.RUNNING and self.worked >= self.behaviour.run_seconds:
            self.state = ChildState.FAILED if self.behaviour.fails else ChildState.SUCCEEDED
            self.finished_at = now

    @property
    def done(self) -> int:
        """Units counted so far."""
        share = min(self.worked, self.behaviour.hangs_after) / min(self.behaviour.run_seconds, 1e6)
        return int(self.behaviour.units * min(1.0, share))

    def stop(self) -> None:
        """Stop its pods and keep it."""
        self.is_suspended, self.state, self.running_since = True, ChildState.QUEUED, None
        self.start_left = self.behaviour.start_seconds

    def evict(self) -> None:
        """Put it back into its queue, as when a more important workload takes its place."""
        self.state, self.running_since = ChildState.QUEUED, None
        self.queue_left, self.start_left = self.behaviour.queue_seconds, self.behaviour.start_seconds

    def fail(self, now: datetime, interruption: Interruption) -> None:
        """End it from outside."""
        self.state, self.interruption, self.finished_at = ChildState.FAILED, interruption, now

    def seen(self) -> Child:
        """Return what a body sees of it."""
        has_failed, behaviour = self.state is ChildState.FAILED, self.behaviour
        return Child(
            name=self.name,
            iteration=self.input.iteration,
            stage=self.input.stage,
            attempt=self.input.attempt,
            state=self.state,
            input_digest=self.input_digest,
            is_suspended=self.is_suspended or (self.is_queued and self.state is ChildState.QUEUED),
            is_terminating=self.terminating_until is not None,
            created_at=self.created_at,
            running_since=self.running_since,
            finished_at=self.finished_at,
            exit_code=behaviour.exit_code if has_failed and self.interruption is None else None,
            interruption=(self.interruption or behaviour.interruption) if has_failed else None,
            message=behaviour.message,
            waiting=behaviour.waiting if self.state is ChildState.STARTING else None,
            results=self._results(),
            progress=self._progress(),
        )

    def _results(self) -> tuple[StageResult, ...]:
        behaviour = self.behaviour
        if self.state is ChildState.FAILED:
            return (a_failure(self.input, **behaviour.failure),) if behaviour.failure is not None else ()
        if self.state is not ChildState.SUCCEEDED:
            return ()
        if behaviour.results is not None:
            return behaviour.results(self.input)
        if not self.told:
            self.told = successes(self.input, behaviour.outcome(self.input) if behaviour.outcome else None)
        return self.told

    def _progress(self) -> tuple[Progress, ...]:
        if self.running_since is None or self.progressed_at is None:
            return ()
        return (
            Progress(
                stage=self.input.stage,
                iteration=self.input.iteration,
                attempt=self.input.attempt,
                unit="items",
                done=self.done,
                total=self.behaviour.units,
                started_at=self.running_since.timestamp(),
                progressed_at=self.progressed_at.timestamp(),
                metrics=dict(self.behaviour.metrics),
            ),
        )


class SimulatedCluster:
    """A cluster that holds one run; implements `Cluster`.

    Args:
        run: The run as it was applied.
        script: What becomes of its children.
        delete_seconds: Time that a deleted child takes to be gone.
    """

    def __init__(self, run: EvolutionRun, script: Script | None = None, *, delete_seconds: float = 0.0) -> None:
        self.run: EvolutionRun | None = run
        self.script = script or {}
        self.delete_seconds = delete_seconds
        self.now = START
        self.children: dict[str, SimulatedChild] = {}
        self.foreign: dict[str, Child] = {}
        self.records: dict[int, IterationRecord] = {}
        self.actions: list[Action] = []
        self.events: list[Event] = []
        self.status_writes = 0
        self.calls_until_crash: int | None = None
        self._last_seen: Observation | None = None

    def observe(self, run: EvolutionRun) -> Observation:
        """Return what is there now."""
        children = (*(child.seen() for child in self.children.values()), *self.foreign.values())
        records = tuple(self.records[number] for number in sorted(self.records))
        seen = Observation(now=self.now, children=children, iterations=records)
        check_possible(seen, self._last_seen)
        self._last_seen = seen
        return seen

    def apply(self, run: EvolutionRun, action: Action) -> None:
        """Do what is asked, unless no cluster could."""
        self.actions.append(action)
        match action:
            case CreateChild():
                self._create(run, action)
            case SuspendChild(name=name) | ResumeChild(name=name):
                self._toggle(run, name, is_suspended=isinstance(action, SuspendChild))
            case DeleteChild(name=name):
                self._delete(name)
            case KeepIteration(record=record):
                self.records[record.iteration] = IterationRecord.model_validate(record.document())
            case ForgetIterations(from_iteration=first):
                self.records = {number: record for number, record in self.records.items() if number < first}
            case DeleteRun():
                self.run = None
        self._count_call()

    def write_status(self, run: EvolutionRun, status: RunStatus) -> None:
        """Keep the status as an API server does: what does not fit its schema is refused."""
        if self.run is None:
            raise ImpossibleClusterError("the status of a deleted run")
        kept = RunStatus.model_validate_json(status.canonical_json())
        if kept != status:
            raise ImpossibleClusterError("a status that does not survive being written")
        self.run = self.run.model_copy(update={"status": kept})
        self.status_writes += 1
        self._count_call()

    def tell(self, run: EvolutionRun, events: Sequence[Event]) -> None:
        """Keep the events."""
        self.events.extend(events)
        self._count_call()

    def step(self) -> Decision:
        """Let the operator look once."""
        assert self.run is not None
        return reconcile(self, self.run).decision

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + timedelta(seconds=seconds)
        for name, child in list(self.children.items()):
            child.elapse(self.now, until)
            if child.terminating_until is not None and child.terminating_until <= until:
                del self.children[name]
        self.now = until

    def next_change(self, decision: Decision) -> float:
        """Return the seconds until the operator would look again: at its wake-up, or when a child changes."""
        times = [child.changes_in() for child in self.children.values()]
        times += [(child.terminating_until - self.now).total_seconds() for child in self.children.values() if child.terminating_until]
        if decision.wake_at is not None:
            times.append((decision.wake_at - self.now).total_seconds())
        return max(0.0, min(times, default=NEVER))

    def looks(self, most: int = 5000) -> Iterator[Decision]:
        """Look and let time pass until the run has ended; raises where it does not."""
        for _ in range(most):
            decision = self.step()
            yield decision
            if self.run is None or (decision.status.finished_at is not None and not self.lives()):
                return
            pause = self.next_change(decision)
            if pause == NEVER:
                raise AssertionError(f"nothing will ever happen again: {decision.status.stage}")
            self.advance(pause)
        raise AssertionError(f"no end after {most} looks: {decision.status.stage}")

    def run_to_end(self) -> RunStatus:
        """Look until the run has ended and return its last status."""
        *_, last = self.looks()
        return last.status

    def run_until(self, is_there: Callable[[RunStatus], bool]) -> Decision:
        """Look until the status is as asked for."""
        for decision in self.looks():
            if is_there(decision.status):
                return decision
        raise AssertionError(f"the run ended first: {decision.status.conditions[0]}")

    def edit(self, **spec: Any) -> None:
        """Change fields of the spec, as a user does."""
        assert self.run is not None
        self.run = edited(self.run, **spec)

    def lives(self) -> list[SimulatedChild]:
        """Return the children that have not ended."""
        return [child for child in self.children.values() if child.state not in ENDED]

    def current(self) -> SimulatedChild:
        """Return the only child that lives."""
        (child,) = self.lives()
        return child

    def lose(self, name: str) -> None:
        """Let a child vanish, as when somebody deletes it."""
        del self.children[name]

    def created(self) -> list[str]:
        """Return the names of all children ever asked for, in order, each once."""
        return list(dict.fromkeys(action.name for action in self.actions if isinstance(action, CreateChild)))

    def crash_after(self, calls: int) -> None:
        """Let the operator die after its n-th call from now on; 1 is the next one."""
        self.calls_until_crash = calls

    def _count_call(self) -> None:
        if self.calls_until_crash is None:
            return
        self.calls_until_crash -= 1
        if self.calls_until_crash == 0:
            self.calls_until_crash = None
            raise SimulatedCrashError

    def _create(self, run: EvolutionRun, action: CreateChild) -> None:
        digest = action.input.fingerprint()
        if action.name in self.foreign:
            raise ImpossibleClusterError(f"{action.name} belongs to somebody else")
        if (known := self.children.get(action.name)) is not None:
            if known.input_digest != digest:
                raise ImpossibleClusterError(f"two children of the name {action.name}")
            return
        for other in self.lives():
            if (other.input.iteration, other.input.stage) == (action.input.iteration, action.input.stage):
                raise ImpossibleClusterError(f"{action.name} beside the live attempt {other.name}")
        StageInput.model_validate_json(action.input.canonical_json())
        behaviour = self._behaviour(action.input)
        has_queue = run.spec.scheduling.queue_name is not None
        child = SimulatedChild(
            name=action.name,
            input=action.input,
            input_digest=digest,
            behaviour=behaviour,
            created_at=self.now,
            is_suspended=action.is_suspended and not has_queue,
            is_queued=has_queue,
            queue_left=behaviour.queue_seconds if has_queue else 0.0,
            start_left=behaviour.start_seconds,
        )
        child.elapse(self.now, self.now)
        self.children[action.name] = child

    def _behaviour(self, stage_input: StageInput) -> Behaviour:
        place = (stage_input.iteration, stage_input.stage)
        for key in ((*place, stage_input.attempt), place, stage_input.stage):
            if key in self.script:
                return self.script[key]
        return Behaviour()

    def _toggle(self, run: EvolutionRun, name: str, *, is_suspended: bool) -> None:
        if run.spec.scheduling.queue_name is not None:
            raise ImpossibleClusterError(f"{name} belongs to its queue, which alone starts and stops it")
        child = self.children.get(name)
        if child is None or child.state in ENDED:
            return
        if is_suspended:
            child.stop()
        else:
            child.is_suspended = False
            child.elapse(self.now, self.now)

    def _delete(self, name: str) -> None:
        child = self.children.get(name)
        if child is None:
            return
        if self.delete_seconds == 0 or child.state in ENDED:
            del self.children[name]
        elif child.terminating_until is None:
            child.terminating_until = self.now + timedelta(seconds=self.delete_seconds)


def gaining(gain: float) -> Callable[[StageInput], Outcome]:
    """Return an evaluation that differs from the incumbent by `gain`."""
    return lambda stage_input: an_outcome(stage_input, gain=gain)

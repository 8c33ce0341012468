"""One look at a run: what is wanted, what was seen, and what has been decided so far.

The policies of `decide` pass this value on and return a changed copy. The status in it is trusted, so it is copied without being
validated again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from evolution_contracts.api.conditions import ConditionType, Reason
from evolution_contracts.api.run import EvolutionRun, RunStatus, StageStatus
from evolution_contracts.spec.run import RunSpec
from evolution_operator.core.actions import Action, DeleteChild
from evolution_operator.core.naming import child_name
from evolution_operator.core.observation import Child, ChildState, Observation

MAX_MESSAGE = 1000
"""Longest message that the status holds."""
RESYNC = timedelta(seconds=60)
"""Longest time between two looks at a run that has not ended."""
SOON = timedelta(seconds=1)
"""Time to the next look when only the effect of an action is waited for."""
ENDED = (ChildState.SUCCEEDED, ChildState.FAILED)


class Finding(NamedTuple):
    """Something to tell in a condition."""

    reason: Reason
    message: str


class Ending(NamedTuple):
    """How the run ended."""

    has_succeeded: bool
    reason: Reason
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a run has come to so far."""

    run: EvolutionRun
    seen: Observation
    status: RunStatus
    actions: tuple[Action, ...] = ()
    wakes: tuple[datetime, ...] = ()
    """Times at which something is due."""
    degraded: Finding | None = None
    """Why the run does not go as planned."""
    stalled: Finding | None = None
    """Why the run counts as stalled."""
    refused: str = ""
    """Why a rerun request cannot be served; empty where there is none or it was served."""
    end: Ending | None = None
    """Set when the run ends in this very look."""

    @property
    def spec(self) -> RunSpec:
        """The run's spec."""
        return self.run.spec

    @property
    def now(self) -> datetime:
        """Time of the look."""
        return self.seen.now

    @property
    def stage(self) -> StageStatus:
        """The stage that is under way; only read where there is one."""
        assert self.status.stage is not None
        return self.status.stage

    @property
    def is_finished(self) -> bool:
        """Whether the run has ended, now or before."""
        return self.status.finished_at is not None

    @property
    def uses_queue(self) -> bool:
        """Whether a queue, and not the operator, lets children start."""
        return self.spec.scheduling.queue_name is not None

    @property
    def child_name(self) -> str:
        """Name of the current attempt's child; empty while no stage is under way."""
        stage = self.status.stage
        return child_name(self.run.metadata.name, self.status.iteration, stage.stage, stage.attempt) if stage else ""

    @property
    def child(self) -> Child | None:
        """Child of the current attempt, if it was seen."""
        name = self.child_name
        return next((child for child in self.seen.children if child.name == name), None)

    @property
    def leftovers(self) -> tuple[Child, ...]:
        """Own children that still live and are not the current attempt's, because work was given up or is repeated."""
        name = self.child_name if not self.is_finished else ""
        return tuple(child for child in self.seen.children if child.is_owned and child.state not in ENDED and child.name != name)

    def with_status(self, **changes: Any) -> Self:
        """Return the look with fields of the status replaced."""
        return replace(self, status=self.status.model_copy(update=changes))

    def with_stage(self, **changes: Any) -> Self:
        """Return the look with fields of the current stage replaced."""
        return self.with_status(stage=self.stage.model_copy(update=changes))

    def asking(self, *actions: Action) -> Self:
        """Return the look with further actions; what was asked already is not asked twice."""
        return replace(self, actions=(*self.actions, *(action for action in actions if action not in self.actions)))

    def giving_up(self) -> Self:
        """Return the look with the current attempt's child asked to end, also where a stale sight does not show it."""
        was_created = self.status.stage is not None and self.status.stage.input_digest is not None
        return self.asking(DeleteChild(name=self.child_name)) if was_created else self

    def waking(self, *times: datetime | None) -> Self:
        """Return the look with further times to look again; None adds nothing."""
        return replace(self, wakes=(*self.wakes, *(time for time in times if time is not None)))

    def told(self, *, degraded: Finding | None = None, stalled: Finding | None = None) -> Self:
        """Return the look with something to tell in a condition."""
        return replace(self, degraded=degraded or self.degraded, stalled=stalled or self.stalled)

    def ended(self, ending: Ending) -> Self:
        """Return the look with the run ended."""
        return replace(self.with_status(finished_at=self.now), end=ending)


def holds(status: RunStatus, type_: ConditionType) -> bool:
    """Return whether a condition was True at the last look."""
    return any(condition.type is type_ and condition.status == "True" for condition in status.conditions)


def clipped(message: str, longest: int = MAX_MESSAGE) -> str:
    """Return a message that fits into the status."""
    return message if len(message) <= longest else message[: longest - 1] + "…"

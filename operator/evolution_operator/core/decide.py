"""From what is to what shall be: the whole life of a run in one pure function.

Deciding twice on the same snapshot asks for nothing new, and nothing is remembered but the status. A body may therefore stop between any
two actions: the next look finds what was done and asks for the rest.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from evolution_contracts.api.conditions import ConditionType
from evolution_contracts.api.run import EvolutionRun, RunStatus
from evolution_operator.core.actions import Decision, DeleteChild, DeleteRun
from evolution_operator.core.attempts import follow, seen_state
from evolution_operator.core.budget import accounted
from evolution_operator.core.conditions import with_conditions
from evolution_operator.core.events import transitions
from evolution_operator.core.iterations import begin_next
from evolution_operator.core.look import RESYNC, SOON, Look, holds
from evolution_operator.core.observation import Observation
from evolution_operator.core.rerun import with_earlier_pass_forgotten, with_rerun_served

UNKNOWN_DELAY = timedelta(seconds=10)
"""Time to the next look after one that could not see everything."""


def decide(run: EvolutionRun, observation: Observation) -> Decision:
    """Return the status that the run shall have, what to do, what to tell, and when to look again.

    What could not be read changes nothing, and neither does anything once the run is being deleted. A run that has ended stays ended,
    also when its children vanish or more iterations are asked for; only a rerun request with a new id goes back.
    """
    before = run.status or RunStatus()
    if not observation.is_complete:
        return Decision(status=before, wake_at=observation.now + UNKNOWN_DELAY)
    if run.metadata.deletion_timestamp is not None:
        return Decision(status=before)
    look = with_rerun_served(with_earlier_pass_forgotten(_opened(run, before, observation)))
    if _is_expired(look):
        return Decision(status=before, actions=(DeleteRun(),), wake_at=observation.now + RESYNC)
    if not look.is_finished:
        look = _pursued(_accounted(look))
    look = _swept(look)
    after = with_conditions(look)
    status = before if after == before else after
    return Decision(status=status, actions=look.actions, events=transitions(before, status, run.spec), wake_at=_next_look(look))


def _opened(run: EvolutionRun, before: RunStatus, seen: Observation) -> Look:
    status = before.model_copy(update={"observed_generation": run.metadata.generation, "started_at": before.started_at or seen.now})
    return Look(run=run, seen=seen, status=status)


def _accounted(look: Look) -> Look:
    stage = look.status.stage
    has_moved = stage is not None and seen_state(look) is not stage.state
    has_changed = has_moved or look.spec.suspend != holds(look.status, ConditionType.SUSPENDED)
    return replace(look, status=accounted(look.spec, look.status, look.child, look.now, has_changed=has_changed))


def _pursued(look: Look) -> Look:
    """Return the look carried on from stage to stage until something has to be waited for, or the run has ended."""
    while not look.is_finished:
        if look.status.stage is None:
            look = begin_next(look)
            if look.status.stage is None:
                break
        look = follow(look)
        if look.status.stage is not None:
            break
    return look


def _swept(look: Look) -> Look:
    """Return the look with everything asked to stop that still lives and is not the current attempt's."""
    return look.asking(*(DeleteChild(name=child.name) for child in look.leftovers if not child.is_terminating))


def _is_expired(look: Look) -> bool:
    due = _expires_at(look)
    return due is not None and look.now >= due


def _expires_at(look: Look) -> datetime | None:
    lifetime, finished = look.spec.ttl_seconds_after_finished, look.status.finished_at
    return None if lifetime is None or finished is None else finished + timedelta(seconds=lifetime)


def _next_look(look: Look) -> datetime | None:
    """Return when to look again even if nothing happens: always while the run goes on, afterwards only to clean up."""
    if not look.is_finished or look.leftovers:
        look = look.waking(look.now + RESYNC)
    expiry = _expires_at(look)
    look = look.waking(expiry and max(expiry, look.now + SOON))
    return min((time for time in look.wakes if time >= look.now), default=None)

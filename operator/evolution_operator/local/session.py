"""One start of `evo` on one run: reconcile until the run has ended or somebody stops it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from structlog.typing import FilteringBoundLogger

from evolution_contracts.api.conditions import ConditionType
from evolution_contracts.api.run import EvolutionRun, RunStatus
from evolution_contracts.errors import ClusterError, ExitCode, StorageError
from evolution_operator.core.actions import Decision, Event
from evolution_operator.core.observation import Child, ChildState, Observation
from evolution_operator.local.cluster import LocalCluster
from evolution_operator.local.documents import write_atomically
from evolution_operator.local.folder import RunFolder
from evolution_operator.local.launcher import Launcher, StageProgram
from evolution_operator.local.logs import session_log
from evolution_operator.local.machine import server_environment, usable_cores
from evolution_operator.local.processes import GRACE_SECONDS, Processes
from evolution_operator.local.state import LocalState
from evolution_operator.local.stopping import StopSwitch, stop_on_signals
from evolution_operator.local.summary import summary_text
from evolution_operator.reconcile import reconcile

TICK_SECONDS = 0.25
"""Longest time without a look at progress, signals and deadlines."""
ENDED = (ChildState.SUCCEEDED, ChildState.FAILED)
PROGRESS_SECONDS = 1.0
"""Least time between two looks of `decide` that only progress has called for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What there is to show at one moment."""

    state: LocalState
    observation: Observation
    is_loading: bool
    """True while the stage server loads, before the first stage can start."""
    is_stopping: bool


class Display(Protocol):
    """Shows a run to people while it goes on."""

    def show(self, view: View) -> None:
        """Show where the run stands; called a few times a second."""
        ...

    def tell(self, event: Event) -> None:
        """Tell of a transition."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a start of `evo` ended."""

    state: LocalState
    exit_code: ExitCode
    report: Path | None
    """The page for people, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a session needs from outside; tests give it scripted stages and a short grace."""

    program: StageProgram = field(default_factory=StageProgram)
    grace_seconds: float = GRACE_SECONDS
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


def evolve(folder: RunFolder, state: LocalState, display: Display, body: Body) -> Ending:
    """Carry a run on until it ends or is stopped; the caller holds the folder's lock.

    Raises:
        ClusterError: The stage server cannot be started, or nothing is left to wait for.
        StorageError: The run's folder is full or cannot be written.
    """
    cores = usable_cores()
    launcher = Launcher(body.program, log=folder.server_log, environment=server_environment(cores, folder.path / "matplotlib"))
    processes = Processes(
        folder,
        launcher,
        data_root=str(Path(state.run_file).parent),
        cores=cores,
        clock=body.clock,
        grace_seconds=body.grace_seconds,
    )
    with session_log(folder.log, run=state.name) as log:
        cluster = LocalCluster(folder, state, clock=body.clock, tell=lambda event: _tell(event, log, display))
        try:
            with stop_on_signals() as switch:
                processes.settle()
                run = Session(cluster, processes, switch, display, body.clock).go_on()
        except Exception as error:
            log.exception("evo ended by an error")
            error.add_note(f"{folder.log} has the details.")
            if isinstance(error, OSError):
                # All I/O of a session is on the run's folder.
                raise StorageError(f"{folder.path} cannot be used: {error}.", remedy="Free disk space and run again.") from error
            raise
        finally:
            processes.close()
            kept = cluster.save()
        ending = _conclude(folder, kept, exit_code(run, cluster.seen))
        log.info("evo ended", exit_code=int(ending.exit_code), wall_seconds=ending.state.wall_seconds)
    return ending


def _tell(event: Event, log: FilteringBoundLogger, display: Display) -> None:
    write = log.warning if event.type == "Warning" else log.info
    write("event", reason=event.reason, message=event.message)
    display.tell(event)


class Session:
    """The loop: look, decide, act, wait for something to happen."""

    def __init__(
        self, cluster: LocalCluster, processes: Processes, switch: StopSwitch, display: Display, clock: Callable[[], datetime]
    ) -> None:
        self._cluster = cluster
        self._processes = processes
        self._switch = switch
        self._display = display
        self._clock = clock

    def go_on(self) -> EvolutionRun:
        """Reconcile until there is nothing left to do, and return the run."""
        while True:
            self._processes.advance()
            before = self._cluster.state.run(is_stopping=self._switch.is_on)
            run, decision = reconcile(self._cluster, before)
            self._show()
            if decision.actions:
                continue
            if self._is_idle() and (run.spec.suspend or is_finished(run.status)):
                return run
            if self._is_idle() and decision.wake_at is None:
                raise _stuck(run)
            self._wait(self._look_again_at(decision, has_changed=run.status != before.status))

    def _look_again_at(self, decision: Decision, *, has_changed: bool) -> datetime | None:
        """Return when to look again at the latest: soon after a change, because what follows from it may be due already."""
        if not has_changed:
            return decision.wake_at
        soon = self._clock() + timedelta(seconds=TICK_SECONDS)
        return min(soon, decision.wake_at or soon)

    def _is_idle(self) -> bool:
        """Return whether no process runs and no child is on its way out."""
        return not self._processes.is_any_alive and not any(child.is_terminating for child in self._cluster.seen.children)

    def _wait(self, wake_at: datetime | None) -> None:
        """Return when something happened that may change the decision, or at `wake_at`."""
        presses, stamp = self._switch.presses, self._processes.progress_stamp()
        progress_at = self._clock() + timedelta(seconds=PROGRESS_SECONDS)
        while True:
            if self._processes.wait(self._tick(wake_at)) or self._switch.presses != presses:
                break
            now = self._clock()
            if wake_at is not None and now >= wake_at:
                break
            if now >= progress_at and self._processes.progress_stamp() != stamp:
                break
            self._processes.advance()
            self._show()
        if self._switch.is_urgent:
            self._processes.kill_all()

    def _tick(self, wake_at: datetime | None) -> float:
        if wake_at is None:
            return TICK_SECONDS
        return min(TICK_SECONDS, max(0.01, (wake_at - self._clock()).total_seconds()))

    def _show(self) -> None:
        self._display.show(
            View(
                state=self._cluster.state,
                observation=self._cluster.seen,
                is_loading=self._processes.is_loading,
                is_stopping=self._switch.is_on,
            )
        )


def is_finished(status: RunStatus | None) -> bool:
    """Return whether a run has come to its end, good or bad."""
    return status is not None and status.finished_at is not None


def _stuck(run: EvolutionRun) -> ClusterError:
    conditions = run.status.conditions if run.status else ()
    told = "; ".join(f"{condition.type}={condition.status}: {condition.message}" for condition in conditions if condition.message)
    return ClusterError(f"nothing runs and nothing is planned. {told}", remedy="`evo status` shows where the run stands.")


def _conclude(folder: RunFolder, state: LocalState, code: ExitCode) -> Ending:
    write_atomically(folder.summary, summary_text(state))
    page = folder.newest_report()
    if page is not None:
        shutil.copyfile(page, folder.report)
    return Ending(state=state, exit_code=code, report=folder.report if page else None)


def exit_code(run: EvolutionRun, observation: Observation) -> ExitCode:
    """Return the exit code of `evo run`: 0 for success, 75 for a stopped run, and for a failed one that of the stage that failed."""
    status = run.status
    if not is_finished(status) or status is None:
        return ExitCode.TEMPORARY
    conditions = {condition.type: condition.status for condition in status.conditions}
    if conditions.get(ConditionType.VALID) == "False":
        return ExitCode.CONFIGURATION
    if conditions.get(ConditionType.SUCCEEDED) == "True":
        return ExitCode.OK
    return _stage_exit_code(_last_child(status, observation))


def _last_child(status: RunStatus, observation: Observation) -> Child | None:
    """Return the child of the attempt that the run failed in, if it is still there."""
    if status.stage is None:
        return None
    place = (status.iteration, status.stage.stage, status.stage.attempt)
    return next((child for child in observation.children if (child.iteration, child.stage, child.attempt) == place), None)


def _stage_exit_code(child: Child | None) -> ExitCode:
    if child is None or child.interruption is not None or child.state not in ENDED:
        return ExitCode.UNAVAILABLE
    if child.state is ChildState.SUCCEEDED:
        # The stage did its work, and the run could not go on with what came of it.
        return ExitCode.DATA
    return ExitCode(child.exit_code) if child.exit_code in set(ExitCode) else ExitCode.INTERNAL

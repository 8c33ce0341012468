"""The processes of the children: started, stopped and taken note of, as the files of each child ask for.

What shall be stands in `child.json`; this class makes it so and writes down what happened. Nothing is kept in memory that the next `evo`
would need: a process that runs when `evo` ends is found again by its files.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from evolution_contracts.errors import ExitCode
from evolution_operator.core.observation import Interruption
from evolution_operator.local.children import ChildFolder, ChildRecord, ExitRecord, ProcessRecord, Slot, each_child
from evolution_operator.local.documents import write_document
from evolution_operator.local.endings import SERVER_LOST, UNSEEN, judge_exit, judge_loss
from evolution_operator.local.folder import RunFolder
from evolution_operator.local.launcher import Ended, Launcher, ProcessEvent, ServerEnded, Started
from evolution_operator.local.leftovers import kill_leftovers, start_time
from evolution_operator.local.observe import decisive_failure

GRACE_SECONDS = 30.0
"""Time between SIGTERM and SIGKILL: what a stage is given to save its work."""


class StopReason(Enum):
    """Why a process was asked to stop."""

    SUSPENDED = auto()
    SHARD_FAILED = auto()
    REMOVED = auto()


@dataclass(slots=True, kw_only=True)
class Running:
    """A process that was ordered and has not been seen to end."""

    child: ChildFolder
    slot: Slot
    order: int
    stop_reason: StopReason | None = None
    kill_at: datetime | None = None


class Processes:
    """All processes of a run."""

    def __init__(
        self,
        folder: RunFolder,
        launcher: Launcher,
        *,
        data_root: str,
        cores: int,
        clock: Callable[[], datetime],
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._folder = folder
        self._launcher = launcher
        self._data_root = data_root
        self._cores = cores
        self._clock = clock
        self._grace = timedelta(seconds=grace_seconds)
        self._running: dict[int, Running] = {}

    @property
    def is_any_alive(self) -> bool:
        """True while a process runs or is about to."""
        return bool(self._running)

    @property
    def is_loading(self) -> bool:
        """True while the stage server loads, before the first process can start."""
        return self._launcher.is_loading

    def settle(self) -> None:
        """Write down what became of processes that an earlier `evo` started; called once, before anything else."""
        for folder, record in each_child(self._folder.children):
            for slot in folder.slots(record.shards):
                process = slot.process()
                if process is not None and not slot.exit_file.exists():
                    kill_leftovers(process)
                    ending = judge_loss(slot.result(), Interruption.PREEMPTED, UNSEEN, at=self._clock())
                    _keep_ending(slot, ending, is_suspended=record.is_suspended)

    def advance(self) -> None:
        """Start, stop, kill and remove what is due."""
        known = set()
        for folder, record in each_child(self._folder.children):
            known.add(folder.path)
            running = [process for process in self._running.values() if process.child == folder]
            if (reason := _stop_reason(folder, record)) is None:
                self._start_waiting(folder, record, running)
            elif running:
                self._stop(running, reason)
            elif reason is StopReason.REMOVED:
                _remove(folder, record)
        self._stop([process for process in self._running.values() if process.child.path not in known], StopReason.REMOVED)
        self._kill_overdue()

    def wait(self, timeout_seconds: float) -> bool:
        """Take in what happens until something does or the time is over; returns whether something did."""
        was_loading = self.is_loading
        events = self._launcher.wait(timeout_seconds)
        for event in events:
            self._take_in(event)
        return bool(events) or was_loading != self.is_loading

    def kill_all(self) -> None:
        """Kill every process group now."""
        for process in self._running.values():
            self._launcher.send_signal(process.order, signal.SIGKILL)

    def progress_stamp(self) -> tuple[int, ...]:
        """Return a value that changes whenever a running stage has told its progress."""
        files = (process.slot.progress_file for process in self._running.values())
        return tuple(file.stat().st_mtime_ns for file in files if file.exists())

    def close(self) -> None:
        """End the server and whatever still runs."""
        self._launcher.close()

    def _start_waiting(self, folder: ChildFolder, record: ChildRecord, running: list[Running]) -> None:
        taken = {process.slot.folder for process in running}
        waiting = [slot for slot in folder.slots(record.shards) if slot.folder not in taken and not slot.exit_file.exists()]
        free = max(0, self._cores - len(self._running))
        for slot in waiting[:free]:
            if not self._launcher.is_ready:
                self._launcher.warm_up()
                return
            self._start(folder, record, slot)

    def _start(self, folder: ChildFolder, record: ChildRecord, slot: Slot) -> None:
        slot.folder.mkdir(parents=True, exist_ok=True)
        slot.clear()
        log = self._folder.stage_log(iteration=record.iteration, stage=record.stage, attempt=record.attempt, shard=slot.shard)
        log.parent.mkdir(parents=True, exist_ok=True)
        order = self._launcher.start(
            [record.stage.value, "--input", str(folder.input_file.absolute())],
            environment=self._environment(record, slot),
            log=log.absolute(),
        )
        self._running[order] = Running(child=folder, slot=slot, order=order)

    def _environment(self, record: ChildRecord, slot: Slot) -> dict[str, str]:
        environment = {
            "EVOLUTION_ARTIFACT_ROOT": str(self._folder.artifacts.absolute()),
            "EVOLUTION_RESULT_FILE": str(slot.result_file.absolute()),
            "EVOLUTION_PROGRESS_FILE": str(slot.progress_file.absolute()),
            "EVOLUTION_DATA_ROOT": self._data_root,
        }
        if slot.shard is not None and record.shards is not None:
            environment["JOB_COMPLETION_INDEX"] = str(slot.shard)
            if "OMP_NUM_THREADS" not in os.environ:
                environment["OMP_NUM_THREADS"] = str(max(1, self._cores // record.shards))
        return environment

    def _stop(self, running: list[Running], reason: StopReason) -> None:
        for process in running:
            if process.stop_reason is None:
                self._launcher.send_signal(process.order, signal.SIGTERM)
                process.kill_at = self._clock() + self._grace
            process.stop_reason = reason

    def _kill_overdue(self) -> None:
        now = self._clock()
        for process in self._running.values():
            if process.kill_at is not None and now >= process.kill_at:
                self._launcher.send_signal(process.order, signal.SIGKILL)
                process.kill_at = None

    def _take_in(self, event: ProcessEvent) -> None:
        match event:
            case Started(order, pid):
                self._note_start(self._running[order], pid)
            case Ended(order, code):
                process = self._running.pop(order)
                was_asked = process.stop_reason is StopReason.SHARD_FAILED
                self._note_ending(process, judge_exit(code, process.slot.result(), at=self._clock(), was_asked=was_asked))
            case ServerEnded():
                lost, self._running = self._running, {}
                for process in lost.values():
                    if (record := process.slot.process()) is not None:
                        kill_leftovers(record)
                    result = process.slot.result()
                    self._note_ending(process, judge_loss(result, Interruption.NODE_LOST, SERVER_LOST, at=self._clock()))

    def _note_start(self, process: Running, pid: int) -> None:
        if process.slot.folder.exists():
            record = ProcessRecord(pid=pid, start_time=start_time(pid), started_at=self._clock())
            write_document(process.slot.process_file, record)

    def _note_ending(self, process: Running, ending: ExitRecord) -> None:
        # A folder that somebody removed is a child that is gone; writing into it would bring half of it back.
        if process.slot.folder.exists():
            _keep_ending(process.slot, ending, is_suspended=process.stop_reason is StopReason.SUSPENDED)


def _keep_ending(slot: Slot, ending: ExitRecord, *, is_suspended: bool) -> None:
    """Write down how a process ended; one that was suspended before it was done waits again instead."""
    if is_suspended and ending.exit_code != ExitCode.OK:
        slot.clear()
    else:
        write_document(slot.exit_file, ending)


def _stop_reason(folder: ChildFolder, record: ChildRecord) -> StopReason | None:
    """Return why a child's processes shall not run; None where they shall."""
    if record.is_terminating:
        return StopReason.REMOVED
    if record.is_suspended:
        return StopReason.SUSPENDED
    ended = [exit_ for slot in folder.slots(record.shards) if (exit_ := slot.exit()) is not None]
    return StopReason.SHARD_FAILED if decisive_failure(ended) is not None else None


def _remove(folder: ChildFolder, record: ChildRecord) -> None:
    """Remove a child; its record goes after its processes, so that a removal that was cut short is taken up again."""
    for slot in folder.slots(record.shards):
        if slot.folder.exists():
            shutil.rmtree(slot.folder)
    folder.record_file.unlink()
    shutil.rmtree(folder.path)

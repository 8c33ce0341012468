"""What a cluster can never show: a checker for observations, so that simulations and hand-written ones cannot lie."""

from __future__ import annotations

from collections import Counter

from evolution_operator.core.observation import Child, ChildState, Observation

ENDED = (ChildState.SUCCEEDED, ChildState.FAILED)


class ImpossibleClusterError(AssertionError):
    """A test shows or asks for something that no cluster can do."""


def check_possible(after: Observation, before: Observation | None = None) -> None:
    """Raise `ImpossibleClusterError` unless `after` can be seen, and seen later than `before`."""
    names = Counter(child.name for child in after.children)
    _refuse([name for name, count in names.items() if count > 1], "two children of one name")
    for child in after.children:
        _check_child(child)
    if before is not None:
        known = {child.name: child for child in before.children}
        for child in after.children:
            if child.name in known and child.created_at == known[child.name].created_at:
                _check_change(known[child.name], child)


def _check_child(child: Child) -> None:
    is_ended = child.state in ENDED
    succeeded = [result for result in child.results if result.outcome is not None]
    shards = {result.shard for result in succeeded}
    _refuse(bool(succeeded) and not is_ended and shards == {None}, f"{child.name}: a result before its success")
    _refuse(child.finished_at is not None and not is_ended, f"{child.name}: finished, but not ended")
    _refuse(child.exit_code is not None and not is_ended, f"{child.name}: an exit code, but not ended")
    _refuse(child.state is ChildState.SUCCEEDED and bool(child.exit_code), f"{child.name}: succeeded with an exit code")
    _refuse(child.state is ChildState.RUNNING and child.running_since is None, f"{child.name}: runs since never")
    _refuse(child.running_since is not None and child.running_since < child.created_at, f"{child.name}: ran before it was created")
    for result in child.results:
        _refuse((result.outcome is None) == (result.failure is None), f"{child.name}: a result is either outcome or failure")


def _check_change(old: Child, new: Child) -> None:
    _refuse(old.state in ENDED and new.state is not old.state, f"{new.name}: came back from {old.state} to {new.state}")
    _refuse(old.input_digest != new.input_digest, f"{new.name}: its input changed")
    _refuse(old.is_terminating and not new.is_terminating, f"{new.name}: its deletion was taken back")
    done = {progress.shard: progress.done for progress in old.progress}
    for progress in new.progress:
        _refuse(progress.done < done.get(progress.shard, 0), f"{new.name}: progress of shard {progress.shard} fell")


def _refuse(problem: object, what: str) -> None:
    if problem:
        raise ImpossibleClusterError(what)

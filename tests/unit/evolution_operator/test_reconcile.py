from typing import Any

from evolution_operator.core.actions import CreateChild
from evolution_operator.reconcile import reconcile
from support.runs import a_run
from support.simulated import SimulatedCluster


class Told(SimulatedCluster):
    """Notes the order in which it is called."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.calls: list[str] = []

    def observe(self, run: Any) -> Any:
        self.calls.append("observe")
        return super().observe(run)

    def apply(self, run: Any, action: Any) -> None:
        self.calls.append("apply")
        super().apply(run, action)

    def write_status(self, run: Any, status: Any) -> None:
        self.calls.append("write_status")
        super().write_status(run, status)

    def tell(self, run: Any, events: Any) -> None:
        self.calls.append("tell")
        super().tell(run, events)


def test_status_is_kept_after_the_actions_and_told_after_it_is_kept() -> None:
    cluster = Told(a_run())
    reconcile(cluster, a_run())
    assert cluster.calls == ["observe", "apply", "write_status", "tell"]


def test_look_that_finds_nothing_new_writes_and_tells_nothing() -> None:
    cluster = Told(a_run())
    run, _ = reconcile(cluster, a_run())
    cluster.advance(10)
    run, _ = reconcile(cluster, run)
    cluster.calls.clear()
    reconcile(cluster, run)
    assert cluster.calls == ["observe"]


def test_run_comes_back_with_the_status_that_was_kept() -> None:
    cluster = SimulatedCluster(a_run())
    run, decision = reconcile(cluster, a_run())
    assert run.status == decision.status
    assert [type(action) for action in decision.actions] == [CreateChild]

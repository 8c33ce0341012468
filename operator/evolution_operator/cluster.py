"""The port between the brain and its three bodies: Kubernetes, local processes, and the simulation of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from evolution_contracts.api.run import EvolutionRun, RunStatus
from evolution_operator.core.actions import Action, Event
from evolution_operator.core.observation import Observation


class Cluster(Protocol):
    """Where a run's children live. Every method raises `ClusterError` when the cluster does not answer; then nothing has been learned."""

    def observe(self, run: EvolutionRun) -> Observation:
        """Return what is known of the run's children now."""
        ...

    def apply(self, run: EvolutionRun, action: Action) -> None:
        """Carry out one action; repeating it changes nothing."""
        ...

    def write_status(self, run: EvolutionRun, status: RunStatus) -> None:
        """Keep the status; called only when it differs from the run's."""
        ...

    def tell(self, run: EvolutionRun, events: Sequence[Event]) -> None:
        """Tell people what happened, after the status is kept."""
        ...

"""Observe, decide, apply, keep the status, tell: once.

Every body runs this same function. The order is what makes a crash harmless: the status is kept only after all actions were applied, so
a look that was cut short is simply repeated, and people are told only what is kept.
"""

from __future__ import annotations

from typing import NamedTuple

from evolution_contracts.api.run import EvolutionRun, RunStatus
from evolution_operator.cluster import Cluster
from evolution_operator.core.actions import Decision
from evolution_operator.core.decide import decide


class Reconciled(NamedTuple):
    """What one look came to."""

    run: EvolutionRun
    """The run with its new status."""
    decision: Decision


def reconcile(cluster: Cluster, run: EvolutionRun) -> Reconciled:
    """Bring the cluster one look closer to what the run wants.

    Args:
        cluster: The body that holds the run's children.
        run: The run with the status that was kept last; an older one costs work, never correctness.

    Raises:
        ClusterError: The cluster did not answer; look again later.
    """
    decision = decide(run, cluster.observe(run))
    for action in decision.actions:
        cluster.apply(run, action)
    if decision.status != (run.status or RunStatus()):
        cluster.write_status(run, decision.status)
        run = run.model_copy(update={"status": decision.status})
    if decision.events:
        cluster.tell(run, decision.events)
    return Reconciled(run, decision)

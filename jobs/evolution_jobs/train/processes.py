"""Starting the processes of the training.

A training on one process runs where the stage runs. Several processes are started by torchrun's own agent, which also joins the agents of
other nodes; each process then runs the same `train`.
"""

from __future__ import annotations

import os
from typing import Any

from evolution_contracts.errors import ConfigError
from evolution_jobs.train.trainer import Hooks
from evolution_jobs.train.worker import Training, train


def run_training(training: Training, hooks: Hooks, *, processes: int, nodes: int) -> int:
    """Run the training on `processes` processes of each of `nodes` nodes, and return the updates done."""
    if processes == 1 and nodes == 1:
        return train(training, hooks)
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch  # noqa: PLC0415

    address, port = _rendezvous(nodes)
    config = LaunchConfig(
        min_nodes=nodes,
        max_nodes=nodes,
        nproc_per_node=processes,
        run_id=f"evolution-{training.seed}",
        rdzv_backend="c10d",
        rdzv_endpoint=f"{address}:{port}",
        max_restarts=0,
        start_method="fork",
    )
    results: dict[int, Any] = elastic_launch(config, train)(training, hooks)
    return int(min(results.values()))


def _rendezvous(nodes: int) -> tuple[str, int]:
    if nodes == 1:
        return "localhost", 0
    if "MASTER_ADDR" not in os.environ:
        raise ConfigError(
            "environment variable MASTER_ADDR is missing for a training on several nodes.", remedy="Launch it as a PyTorchJob."
        )
    return os.environ["MASTER_ADDR"], int(os.environ.get("MASTER_PORT", "29500"))

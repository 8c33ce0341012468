"""What the machine offers to stages."""

from __future__ import annotations

import os
from pathlib import Path

CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable_cores() -> int:
    """Return the processor cores that this process may use, after its affinity and its container's quota; at least 1."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores_of(affinity, CPU_QUOTA)


def cores_of(affinity: int, quota_file: Path) -> int:
    """Return the whole cores that an affinity and a control group's quota leave; at least 1.

    Args:
        affinity: Cores that the process may be scheduled on.
        quota_file: `cpu.max` of the control group; it does not exist where there is none.
    """
    quota, period = quota_file.read_text().split() if quota_file.exists() else ("max", "1")
    return affinity if quota == "max" else max(1, min(affinity, int(quota) // int(period)))


def server_environment(cores: int, matplotlib_folder: Path) -> dict[str, str]:
    """Return the variables of the stage server; what the user has set is left as it is.

    OpenMP threads that wait for work sleep instead of spinning, because several processes share the cores.
    """
    wanted = {
        "OMP_WAIT_POLICY": "PASSIVE",
        "OMP_NUM_THREADS": str(cores),
        "TOKENIZERS_PARALLELISM": "false",
        "MPLCONFIGDIR": str(matplotlib_folder),
        "PYTHONUNBUFFERED": "1",
    }
    return {name: value for name, value in wanted.items() if name not in os.environ}

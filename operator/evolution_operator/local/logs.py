"""`evo.log`: what `evo` did, one JSON object a line, over all its starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from structlog.typing import FilteringBoundLogger


@contextmanager
def session_log(path: Path, *, run: str) -> Iterator[FilteringBoundLogger]:
    """Yield a logger that appends to a file and names the run in every line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", buffering=1) as file:
        logger: FilteringBoundLogger = structlog.wrap_logger(
            structlog.WriteLogger(file),
            wrapper_class=structlog.make_filtering_bound_logger(0),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
        )
        yield logger.bind(run=run)

"""`evo.log`: what `evo` did, one JSON object a line, over all its starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO, cast

import structlog
from structlog.typing import FilteringBoundLogger


class _Appender:
    """Appends whole lines; a full disk loses log lines, and never hides the error that is about to be told."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write at once; nothing stays behind in a buffer that would fail again when the file is closed."""
        with suppress(OSError):
            self._file.write(text.encode())

    def flush(self) -> None:
        """Do nothing: every line is written at once."""


@contextmanager
def session_log(path: Path, *, run: str) -> Iterator[FilteringBoundLogger]:
    """Yield a logger that appends to a file and names the run in every line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as file:
        logger: FilteringBoundLogger = structlog.wrap_logger(
            structlog.WriteLogger(cast("TextIO", _Appender(file))),
            wrapper_class=structlog.make_filtering_bound_logger(0),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
        )
        yield logger.bind(run=run)

"""How a stage tells how far it is: a file, an HTTP endpoint, or both, from one document."""

from __future__ import annotations

import math
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from evolution_contracts.progress import Progress
from evolution_contracts.stage import StageInput
from evolution_jobs.runtime.files import write_atomically

WRITE_INTERVAL_SECONDS = 0.5
"""Least time between two writes of the progress file; each is an atomic replacement."""
MAX_ACTIVITY_CHARACTERS = 200
"""Longest text of `Progress.activity`."""


class ProgressReporter:
    """Counts up what matters; safe to call from any thread."""

    def __init__(self, stage_input: StageInput, shard: int, file: Path | None) -> None:
        now = time.time()
        self._file = file
        self._written_at = 0.0
        self._lock = threading.Lock()
        self._progress = Progress(
            stage=stage_input.stage,
            iteration=stage_input.iteration,
            attempt=stage_input.attempt,
            shard=shard,
            unit="items",
            started_at=now,
            progressed_at=now,
        )

    def begin(self, unit: str, total: int | None, done: int = 0) -> None:
        """Say what is counted, how many there are, and how many an earlier attempt left done."""
        self._change(unit=unit, total=total, done=done, progressed_at=time.time())
        self.flush()

    def advance(self, done: int) -> None:
        """Count `done` further units."""
        if done > 0:
            with self._lock:
                self._progress = self._progress.model_copy(update={"done": self._progress.done + done, "progressed_at": time.time()})
            self._flush_when_due()

    def activity(self, text: str) -> None:
        """Say what happens now, cut to 200 characters; this is no progress."""
        self._change(activity=text[:MAX_ACTIVITY_CHARACTERS])

    def metrics(self, **values: float) -> None:
        """Set the newest values of named metrics; this is no progress. A value that is not finite is removed: JSON has none."""
        known = {**self._progress.metrics, **values}
        self._change(metrics={name: value for name, value in known.items() if math.isfinite(value)})

    def snapshot(self) -> Progress:
        """Return the current document."""
        return self._progress

    def flush(self) -> None:
        """Write the file now."""
        if self._file is not None:
            with self._lock:
                self._written_at = time.monotonic()
                write_atomically(self._file, self._progress.canonical_json())

    def _change(self, **fields: object) -> None:
        with self._lock:
            self._progress = self._progress.model_copy(update=fields)
        self._flush_when_due()

    def _flush_when_due(self) -> None:
        if time.monotonic() - self._written_at >= WRITE_INTERVAL_SECONDS:
            self.flush()


def serve_progress(reporter: ProgressReporter, port: int) -> ThreadingHTTPServer:
    """Serve `/progress` (JSON) and `/metrics` (Prometheus) on a daemon thread; the caller shuts the server down and closes it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {"/progress": ("application/json", _progress_page), "/metrics": ("text/plain; version=0.0.4", _metrics_page)}
            if self.path not in pages:
                self.send_error(404)
                return
            media_type, page = pages[self.path]
            body = page(reporter.snapshot())
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - overrides the standard library's signature
            """Keep scrapes out of the stage's log."""

    server = ThreadingHTTPServer(("", port), Handler)
    threading.Thread(target=server.serve_forever, name="progress", daemon=True).start()
    return server


def _progress_page(progress: Progress) -> bytes:
    return progress.canonical_json().encode()


def _metrics_page(progress: Progress) -> bytes:
    registry = CollectorRegistry()
    values = {"done": progress.done, "total": progress.total, "progressed_timestamp_seconds": progress.progressed_at, **progress.metrics}
    for name, value in values.items():
        if value is not None:
            Gauge(f"evolution_stage_{name}", f"Newest value of {name}.", ["stage"], registry=registry).labels(progress.stage).set(value)
    return generate_latest(registry)

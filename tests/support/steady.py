"""Settings for property tests: the same examples every time, and no limit of time that a busy machine could miss."""

from __future__ import annotations

from hypothesis import settings

STEADY = settings(deadline=None, derandomize=True)
"""Put it above `@given`."""

"""Ctrl-C and its relatives: the first asks to stop in order, the second does not wait."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class StopSwitch:
    """Counts how often somebody asked to stop."""

    presses: int = 0

    @property
    def is_on(self) -> bool:
        """True once somebody asked."""
        return self.presses > 0

    @property
    def is_urgent(self) -> bool:
        """True once somebody asked again."""
        return self.presses > 1

    def press(self) -> None:
        """Ask to stop."""
        self.presses += 1


@contextmanager
def stop_on_signals() -> Iterator[StopSwitch]:
    """Yield a switch that SIGINT, SIGTERM and SIGHUP press, and give the signals back afterwards."""
    switch = StopSwitch()

    def press(_number: int, _frame: FrameType | None) -> None:
        switch.press()

    # Under nohup SIGHUP is ignored, and shall stay so.
    wanted = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, press) for number in wanted}
    try:
        yield switch
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""The program of a formula worker: `python -m evolution_jobs.answers.latex_worker PARENT_PID`.

It loads math-verify once and then only forks: the child judges, the program itself waits and forks the next child when one has died. So a
hung or bloated child can be killed at any time, and its successor is ready within milliseconds instead of seconds.

Protocol, one line each way. The child first writes `ready <pid>`. A request is a JSON array [number, gold, text]; the reply is `<number>
<outcome>`, because a child that was killed may leave its request to its successor. A second `ready` in place of a reply says that the child
died over the request. Apart from `latex_process`, so that only workers load sympy.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any, BinaryIO, NoReturn

CALL_SECONDS = 3.0
"""Longest time for one pair inside the worker."""

MEMORY_BYTES = 1 << 30
"""Largest address space of a worker."""

_BLOATED_KILOBYTES = 512 * 1024
_PR_SET_PDEATHSIG = 1
_INPUT_CLOSED = 3
_WARM_UP = ((r"\frac{1}{2}", "0.5"), ("x^2+2x+1", "(x+1)^2"), (r"\sqrt{8}", r"2\sqrt{2}"), ("(1,2)", "(1,3)"), ("x=5", "5"))


class Outcome(StrEnum):
    """What became of one pair of formulas."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNREADABLE = "unreadable"
    UNREADABLE_GOLD = "unreadable-gold"
    TIMEOUT = "timeout"
    CRASH = "crash"


Judge = Callable[[str, str], Outcome]


class _TimeIsUp(BaseException):
    """Not an Exception, so that no handler inside sympy can swallow it."""


def main() -> None:
    """Serve requests on standard input until it is closed or the parent dies."""
    _die_with_parent(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    judge = _load_judge()
    for gold, text in _WARM_UP:
        judge(gold, text)
    os.dup2(1, 2)
    while _run_child(judge, replies) != _INPUT_CLOSED:
        pass


def _die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies, also while it computes."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(_INPUT_CLOSED)


def _load_judge() -> Judge:
    from math_verify import LatexExtractionConfig, parse, verify  # noqa: PLC0415 - takes seconds, and belongs in workers only
    from math_verify.parser import NormalizationConfig  # noqa: PLC0415

    from evolution_jobs.answers.latex_shortcut import compare_cheaply  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    normalization = NormalizationConfig(basic_latex=True, units=True, malformed_operators=False, nits=False, boxed="all", equations=False)
    reading = [LatexExtractionConfig(boxed_match_priority=0, normalization_config=normalization)]

    @lru_cache(maxsize=256)
    def read_gold(gold: str) -> list[Any]:
        return list(parse(f"${gold}$", reading, fallback_mode="no_fallback", parsing_timeout=None))

    def judge(gold: str, text: str) -> Outcome:
        expected = read_gold(gold)
        if not expected:
            return Outcome.UNREADABLE_GOLD
        found = parse(f"\\boxed{{{text}}}", reading, fallback_mode="no_fallback", parsing_timeout=None)
        if not found:
            return Outcome.UNREADABLE
        is_equal = compare_cheaply(expected, found)
        if is_equal is None:
            is_equal = verify(expected, found, timeout_seconds=None, raise_on_error=True)
        return Outcome.EQUAL if is_equal else Outcome.DIFFERENT

    return judge


def _run_child(judge: Judge, replies: BinaryIO) -> int:
    """Fork a child that serves requests; return its exit code once it is dead, negative after a signal."""
    supervisor = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            _die_with_parent(supervisor)
            _serve(judge, replies)
        except BrokenPipeError:
            os._exit(_INPUT_CLOSED)
        finally:  # an error of the judge ends the child here: the next `ready` tells the parent
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _serve(judge: Judge, replies: BinaryIO) -> NoReturn:
    signal.signal(signal.SIGALRM, _raise_time_is_up)
    replies.write(f"ready {os.getpid()}\n".encode())
    with os.fdopen(0, "rb", closefd=False) as requests:
        for line in iter(requests.readline, b""):
            number, gold, text = json.loads(line)
            replies.write(f"{number} {_judge_in_time(judge, gold, text)}\n".encode())
    os._exit(_INPUT_CLOSED)


def _judge_in_time(judge: Judge, gold: str, text: str) -> Outcome:
    signal.setitimer(signal.ITIMER_REAL, CALL_SECONDS)
    try:
        outcome = judge(gold, text)
    except _TimeIsUp:
        return Outcome.TIMEOUT
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    # math-verify turns a MemoryError into "different"; after so much memory that is not to be trusted.
    is_bloated = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _BLOATED_KILOBYTES
    return Outcome.CRASH if is_bloated and outcome is not Outcome.EQUAL else outcome


def _raise_time_is_up(_signal: int, _frame: object) -> NoReturn:
    raise _TimeIsUp


if __name__ == "__main__":
    main()

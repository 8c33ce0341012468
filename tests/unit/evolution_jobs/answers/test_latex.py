from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from evolution_contracts.errors import EvolutionError
from evolution_jobs.answers.latex import FormulaPair, LatexPool
from evolution_jobs.answers.latex_guard import is_harmless
from evolution_jobs.answers.latex_process import CALLS_PER_CHILD, LatexProcess
from evolution_jobs.answers.latex_worker import Outcome

HANGING = FormulaPair("1", "9^{(9)^{(9)^9}}")
"""Passes the guard and keeps sympy busy for ages."""


@pytest.fixture(scope="module")
def worker() -> Iterator[LatexProcess]:
    process = LatexProcess()
    process.ask("1", "2")
    yield process
    process.stop()


@pytest.mark.parametrize(
    ("gold", "text", "outcome"),
    [
        (r"$\frac{1}{2}$", "0.5", Outcome.EQUAL),
        (r"$\frac{1}{2}$", r"$\dfrac{2}{4}$", Outcome.EQUAL),
        (r"$\frac{1}{3}$", "0.333333", Outcome.EQUAL),
        ("$x^2+2x+1$", "(x+1)^2", Outcome.EQUAL),
        ("$x^2+2x+1$", "(x-1)^2", Outcome.DIFFERENT),
        (r"$\sqrt{8}$", r"2\sqrt{2}", Outcome.EQUAL),
        (r"$\sqrt{x^2}$", "x", Outcome.DIFFERENT),
        ("$x=5$", "5", Outcome.EQUAL),
        ("$x>3$", "3<x", Outcome.EQUAL),
        ("$(1,2)$", "(1,2)", Outcome.EQUAL),
        ("$(1,2)$", "(2,1)", Outcome.DIFFERENT),
        (r"$\{1,2\}$", r"\{2,1\}", Outcome.EQUAL),
        ("$2\\pi$", "2π", Outcome.EQUAL),
        ("$3$", "3 or 4", Outcome.DIFFERENT),
        (r"$\begin{pmatrix}1&2\\3&4\end{pmatrix}$", r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", Outcome.EQUAL),
        ("$2$", "^", Outcome.UNREADABLE),
        ("$2$", "", Outcome.UNREADABLE),
        (r"$\frac{$", "2", Outcome.UNREADABLE_GOLD),
    ],
)
def test_formulas_are_compared_by_meaning(pool: LatexPool, gold: str, text: str, outcome: Outcome) -> None:
    assert pool.judge_all([FormulaPair(gold, text)]) == [outcome]


def test_outcomes_keep_the_order_of_the_pairs(pool: LatexPool) -> None:
    pairs = [FormulaPair(f"${n}x$", f"{n % 3}x") for n in range(6)] * 2
    assert pool.judge_all(pairs) == [Outcome.EQUAL if n < 3 else Outcome.DIFFERENT for n in range(6)] * 2


def test_pool_serves_any_thread(pool: LatexPool) -> None:
    found: list[Outcome] = []
    threads = [threading.Thread(target=lambda: found.extend(pool.judge_all([FormulaPair("$4x$", "2x+2x")]))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Outcome.EQUAL] * 3


def test_pool_without_formulas_starts_no_process() -> None:
    before = set(psutil.Process().children(recursive=True))
    unused = LatexPool()
    assert unused.judge_all([FormulaPair("$x$", "x"), FormulaPair("$x$", "9**9")]) == [Outcome.EQUAL, Outcome.UNREADABLE]
    assert set(psutil.Process().children(recursive=True)) == before


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{1}{2}",
        r"2^3 \cdot 3^2",
        r"e^{-x^2}",
        r"\left(x+1\right)^{10}",
        r"\text{ no solution }",
        r"\begin{pmatrix}1\\2\end{pmatrix}",
        "5!",
        "[0,1)",
    ],
)
def test_guard_lets_closed_forms_through(formula: str) -> None:
    assert is_harmless(formula)


@pytest.mark.parametrize(
    "formula",
    [
        pytest.param("9**9**9**9", id="tower in programming style"),
        pytest.param("9^9^9^9", id="tower without braces"),
        pytest.param("9^{9^{9^{9}}}", id="tower"),
        pytest.param("9^{9999}", id="large exponent"),
        pytest.param("10000000!", id="large factorial"),
        pytest.param("((9!)!)!", id="factorial of factorials"),
        pytest.param("1" * 21, id="long number"),
        pytest.param("x" * 1001, id="long text"),
        pytest.param("xy" * 20, id="letters without end"),
        pytest.param("{" * 13 + "x" + "}" * 13, id="deep braces"),
        pytest.param("(" * 31 + "x" + ")" * 31, id="deep brackets"),
        pytest.param(r"x}\{", id="unbalanced braces"),
        pytest.param(r"\sum_{n=1}^{9} n", id="sum"),
        pytest.param(r"\input{/etc/passwd}", id="unknown command"),
        pytest.param(r"\begin{array}1\end{array}", id="unknown environment"),
        pytest.param("x\0y", id="nul byte"),
        pytest.param("x\u202ey", id="direction override"),
        pytest.param("", id="nothing"),
    ],
)
def test_guard_refuses_what_no_answer_needs(formula: str) -> None:
    assert not is_harmless(formula)


def test_old_child_is_replaced_without_a_gap(worker: LatexProcess) -> None:
    first = worker.child
    assert [worker.ask("1", "2") for _ in range(CALLS_PER_CHILD)] == [Outcome.DIFFERENT] * CALLS_PER_CHILD
    assert worker.child != first
    assert not psutil.pid_exists(first)


def test_child_that_dies_over_a_formula_is_a_crash_and_its_successor_answers(worker: LatexProcess) -> None:
    assert [worker.ask(r"\frac{1}{0}", "2"), worker.ask("1", "1.0")] == [Outcome.CRASH, Outcome.EQUAL]


def test_dead_worker_is_started_again(worker: LatexProcess) -> None:
    supervisor = psutil.Process(worker.child).ppid()
    os.kill(supervisor, signal.SIGKILL)
    assert not wait_until_dead([supervisor])
    assert worker.ask("1", "1.0") is Outcome.EQUAL


def test_worker_that_cannot_start_is_an_error_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    broken = LatexPool()
    with pytest.raises(EvolutionError, match="did not start"):
        broken.judge_all([FormulaPair("$x$", "y")])
    broken.close()


@pytest.mark.slow
def test_formula_that_never_ends_is_a_timeout_and_its_successor_is_judged(pool: LatexPool) -> None:
    assert pool.judge_all([HANGING, FormulaPair("$4x$", "x+3x")]) == [Outcome.TIMEOUT, Outcome.EQUAL]


@pytest.mark.slow
def test_worker_that_does_not_even_time_out_is_killed(worker: LatexProcess) -> None:
    os.kill(worker.child, signal.SIGSTOP)
    assert [worker.ask("1", "2"), worker.ask("1", "1.0")] == [Outcome.TIMEOUT, Outcome.EQUAL]


@pytest.mark.slow
def test_batch_ends_at_its_deadline() -> None:
    pool = LatexPool()
    try:
        outcomes = pool.judge_all([HANGING, FormulaPair("$x$", "y")], deadline_seconds=0.0)
    finally:
        pool.close()
    assert outcomes == [Outcome.TIMEOUT, Outcome.TIMEOUT]


@pytest.mark.slow
def test_workers_die_with_a_parent_that_is_killed_while_they_compute() -> None:
    program = textwrap.dedent(f"""
        import os, threading, time
        import psutil
        from evolution_jobs.answers.latex import FormulaPair, LatexPool
        pool = LatexPool()
        pool.judge_all([FormulaPair("$x$", "y")])
        threading.Thread(target=pool.judge_all, args=([FormulaPair(*{tuple(HANGING)!r})],), daemon=True).start()
        time.sleep(0.2)
        print(*[child.pid for child in psutil.Process().children(recursive=True)], flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert len(workers) == 2
    assert not wait_until_dead(workers)


def test_worker_ends_when_nobody_reads_its_replies() -> None:
    command = [sys.executable, "-m", "evolution_jobs.answers.latex_worker", str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b'[1, "1", "2"]\n')
        assert process.wait(timeout=30) == 0


def wait_until_dead(pids: list[int]) -> list[int]:
    """Return those of `pids` that still run after two seconds; a zombie is dead."""
    for _ in range(100):
        alive = [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]
        if not alive:
            break
        time.sleep(0.02)
    return alive

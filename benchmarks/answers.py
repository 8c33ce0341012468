"""How fast answers are verified: comparisons of the simple types, and formulas through one worker.

    python benchmarks/answers.py [--json FILE]

Formulas come as training asks for them: groups of eight completions to one gold formula, two right in another form and six wrong. All
texts differ, so that each goes through the worker. The time of the first start is left out and printed apart.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from evolution_contracts.answers import (
    Answer,
    BoolAnswer,
    ChoiceAnswer,
    IntegerAnswer,
    LatexAnswer,
    NumberAnswer,
    TextAnswer,
    TimeAnswer,
)
from evolution_contracts.spec.model import AnswerFormat
from evolution_contracts.vocabulary import Judgement
from evolution_jobs.answers.compare import compare
from evolution_jobs.answers.instruction import wrap
from evolution_jobs.answers.verifier import Verifier

_PLAIN: tuple[tuple[str, Answer, str], ...] = (
    ("choice", ChoiceAnswer(letter="B", options=("cat", "dog", "bird", "fish")), "B"),
    ("integer", IntegerAnswer(value=37), "38"),
    ("number", NumberAnswer(value=3.14, rel_tol=0.01), "3.1416"),
    ("text", TextAnswer(accepted=("Paris",)), "paris"),
    ("bool", BoolAnswer(value=True), "Yes"),
    ("time", TimeAnswer(hour=3, minute=45), "03:45"),
)
_GROUP = 8
_FORMULAS = (
    (r"$\frac{{1}}{{{n}}}$", (r"\frac{{2}}{{2\cdot {n}}}", r"{n}^{{-1}}"), r"\frac{{{r}}}{{{n}}}"),
    ("$x^2+{n}x$", ("x(x+{n})", "{n}x+x^2"), "x^2+{n}x+{r}"),
    (r"$\sqrt{{{n}}}$", (r"{n}^{{\frac{{1}}{{2}}}}", r"\frac{{{n}}}{{\sqrt{{{n}}}}}"), r"\sqrt{{{n}}}+{r}"),
    ("$2x+{n}$", ("{n}+2x", "x+{n}+x"), "2x+{n}-{r}"),
    ("$(2,{n})$", (r"\left(2,{n}\right)", "(2,{n}.0)"), "({r},{n})"),
    (r"$\frac{{\pi}}{{{n}}}$", (r"\frac{{2\pi}}{{2\cdot {n}}}", r"{n}^{{-1}}\pi"), r"\frac{{{r}\pi}}{{{n}}}"),
)


def formula_batch(groups: int) -> list[tuple[Answer, str]]:
    """Return `groups` groups of completions, each with its gold answer."""
    batch: list[tuple[Answer, str]] = []
    for index in range(groups):
        gold, right, wrong = _FORMULAS[index % len(_FORMULAS)]
        number = index + 11
        texts = [text.format(n=number) for text in right] + [wrong.format(n=number, r=r) for r in range(3, _GROUP + 1)]
        batch += [(LatexAnswer(value=gold.format(n=number)), wrap(AnswerFormat.BOXED, text)) for text in texts]
    return batch


def plain_per_second(answer: Answer, text: str, *, seconds: float = 0.5) -> float:
    """Return how often one text is compared in a second of processor time."""
    calls = 0
    start = time.process_time()
    while (spent := time.process_time() - start) < seconds:
        for _ in range(1000):
            compare(answer, text)
        calls += 1000
    return calls / spent


def latex_per_second(groups: int) -> tuple[float, float]:
    """Return formulas a second through one worker, recycling included, and the seconds of the first start."""
    batch = formula_batch(groups)
    with Verifier(AnswerFormat.BOXED) as verifier:
        start = time.monotonic()
        verifier.verify(LatexAnswer(value="$x$"), r"\boxed{y}")
        ready = time.monotonic()
        correct = sum(grade.judgement is Judgement.CORRECT for grade in verifier.verify_all(batch))
        spent = time.monotonic() - ready
    assert correct == 2 * groups
    return len(batch) / spent, ready - start


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print a table, and write the two figures where --json says."""
    parser = argparse.ArgumentParser(description="Speed of the answer verifier.")
    parser.add_argument("--json", type=Path, help="file for plain_per_second and latex_per_second")
    parser.add_argument("--groups", type=int, default=250, help="groups of eight formulas (default 250)")
    options = parser.parse_args(arguments)
    rates = {name: plain_per_second(answer, text) for name, answer, text in _PLAIN}
    latex, start_seconds = latex_per_second(options.groups)
    mean = len(rates) / sum(1 / rate for rate in rates.values())
    for name, rate in {**rates, "plain (even mix)": mean, "latex (one worker)": latex}.items():
        print(f"{name:<20}{rate:>12,.0f} a second")
    print(f"{'first worker start':<20}{start_seconds:>12.2f} s")
    if options.json:
        options.json.write_text(json.dumps({"plain_per_second": round(mean), "latex_per_second": round(latex)}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

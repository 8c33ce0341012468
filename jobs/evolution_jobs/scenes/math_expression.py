"""Expressions: signed terms, each with its LaTeX and its value, and sums of fractions."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from evolution_contracts.answers import LatexAnswer
from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import math_tiny
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.math_print import draw_formulas, formula_style
from evolution_jobs.scenes.questions import INTEGER, AnswerKind, Draft, Question, questions_form

_TERMS = {
    "plain": re.compile(r"(\d+)"),
    "product": re.compile(r"(\d+) \\times (\d+)"),
    "power": re.compile(r"(\d+)\^\{(\d)\}"),
    "quotient": re.compile(r"\\frac\{(\d+)\}\{(\d+)\}"),
    "root": re.compile(r"\\sqrt\{(\d+)\}"),
}


def _term(rng: random.Random, kind: str) -> tuple[str, int]:
    """Return a term as LaTeX, with its value."""
    a, b = rng.randint(2, 9), rng.randint(2, 6)
    match kind:
        case "plain":
            return str(a + 2 * b), a + 2 * b
        case "product":
            return rf"{a} \times {b}", a * b
        case "power":
            return f"{b}^{{{2 + a % 2}}}", b ** (2 + a % 2)
        case "quotient":
            return rf"\frac{{{a * b}}}{{{b}}}", a
        case _:
            return rf"\sqrt{{{a * a}}}", a


def _read_term(latex: str) -> int:
    """Return the value of a term's LaTeX."""
    for kind, form in _TERMS.items():
        found = form.fullmatch(latex)
        if found:
            numbers = [int(group) for group in found.groups()]
            match kind:
                case "product":
                    return sum([numbers[0]] * numbers[1])
                case "power":
                    return int(Fraction(numbers[0]) ** numbers[1])
                case "quotient":
                    return numbers[0] // numbers[1]
                case "root":
                    return next(root for root in range(numbers[0] + 1) if root * root == numbers[0])
                case _:
                    return numbers[0]
    raise AssertionError(f"unknown term {latex!r}")


def _sample_evaluate(rng: random.Random, difficulty: float, kind: str) -> Draft:
    if kind == "fraction":
        a, c = rng.randint(1, 7), rng.randint(1, 7)
        b, d = rng.sample(range(2, spread(difficulty, 6, 12)), 2)
        sign = rng.choice("+-")
        latex = rf"\frac{{{a}}}{{{b}}} {sign} \frac{{{c}}}{{{d}}}"
        return {**formula_style(rng), "lines": [latex], "numbers": [a, b, c, d], "sign": sign}
    count = spread(difficulty, 2, 4)
    terms = [_term(rng, rng.choice(tuple(_TERMS) if difficulty > 0.3 else ("plain", "product", "power"))) for _ in range(count)]
    signs = ["+", *(rng.choice("+-") for _ in range(count - 1))]
    latex = " ".join(f"{sign} {term}" for sign, (term, _) in zip(signs, terms, strict=True)).removeprefix("+ ")
    return {**formula_style(rng), "lines": [latex], "terms": [[sign, value] for sign, (_, value) in zip(signs, terms, strict=True)]}


def _evaluated(state: State) -> int:
    return sum(value if sign == "+" else -value for sign, value in state["terms"])


def _parsed(state: State) -> int:
    """Evaluate the printed expression from its LaTeX, term by term."""
    pieces = re.split(r" ([+-]) ", state["lines"][0])
    total = _read_term(pieces[0])
    for sign, latex in zip(pieces[1::2], pieces[2::2], strict=True):
        total += _read_term(latex) if sign == "+" else -_read_term(latex)
    return total


def _evaluation_slips(state: State) -> Mapping[Any, ErrorType]:
    without_signs = sum(value for _, value in state["terms"])
    return {without_signs: ErrorType.PERCEPTION, -_evaluated(state): ErrorType.CALCULATION}


_FRACTION = re.compile(r"\$?(-?)(?:\\frac\{(\d{1,9})\}\{(\d{1,9})\}|(\d{1,9}))\$?")


def _read_fraction(_state: State, text: str) -> Fraction | None:
    found = _FRACTION.fullmatch(text.replace(" ", ""))
    if found is None or (found[3] is not None and int(found[3]) == 0):
        return None
    value = Fraction(int(found[4])) if found[4] else Fraction(int(found[2]), int(found[3]))
    return -value if found[1] else value


def _fraction_latex(value: Fraction) -> str:
    sign = "-" if value < 0 else ""
    size = abs(value)
    return f"${sign}{size.numerator}$" if size.denominator == 1 else rf"${sign}\frac{{{size.numerator}}}{{{size.denominator}}}$"


FRACTION = AnswerKind(make=lambda _, value: LatexAnswer(value=_fraction_latex(value)), read=_read_fraction, show=_fraction_latex)


def _fraction_truth(state: State) -> Fraction:
    a, b, c, d = state["numbers"]
    return Fraction(a, b) + Fraction(c, d) if state["sign"] == "+" else Fraction(a, b) - Fraction(c, d)


def _cross_multiplied(state: State) -> Fraction:
    a, b, c, d = (int(digits) for digits in re.findall(r"\d+", state["lines"][0]))
    return Fraction(a * d + (c * b if " + " in state["lines"][0] else -c * b), b * d)


def _fraction_slips(state: State) -> Mapping[Any, ErrorType]:
    a, b, c, d = state["numbers"]
    turned = Fraction(a, b) - Fraction(c, d) if state["sign"] == "+" else Fraction(a, b) + Fraction(c, d)
    return {turned: ErrorType.PERCEPTION, Fraction(a + c, b + d): ErrorType.KNOWLEDGE}


_LARGE = questions_form(
    _sample_evaluate,
    draw_formulas,
    {
        "expression": Question(
            answer_kind=INTEGER,
            phrases=("What is the value of the expression?", "Evaluate the expression in the picture.", "Work out the formula."),
            truth=_evaluated,
            again=_parsed,
            otherwise=ErrorType.CALCULATION,
            betrays=_evaluation_slips,
        ),
        "fraction": Question(
            answer_kind=FRACTION,
            phrases=("Work out the expression and give a reduced fraction in LaTeX.", "Evaluate it. Answer with a reduced LaTeX fraction."),
            truth=_fraction_truth,
            again=_cross_multiplied,
            otherwise=ErrorType.CALCULATION,
            betrays=_fraction_slips,
        ),
    },
)


EVALUATE = two_sized(
    name="evaluate",
    summary="A sum of two digits, or an expression or a fraction to work out",
    capabilities=(
        "ocr",
        "compute",
    ),
    error_types=(ErrorType.CALCULATION, ErrorType.TEXT_READING, ErrorType.PERCEPTION, ErrorType.KNOWLEDGE),
    tiny=math_tiny.SUM,
    large=_LARGE,
)

"""Flow charts that are run: a number goes in, boxes change it, questions branch or loop, and a number comes out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Canvas, Color, Theme, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import INTEGER, INTEGERS, Draft, Question, questions_form

Operation = Sequence[Any]
"""`[sign, number]` with sign `+`, `-` or `*`."""
Statement = Sequence[Any]
"""`["do", operation]`, `["if", test, number, operation]` or `["while", number, operation]` (as long as x is below the number)."""

SIGNS = {"+": "+", "-": "−", "*": "×"}
TESTS = {"over": "x > {}?", "even": "x even?"}
MOST_PASSES = 6

# ---- 64 pixels: a number, an arrow, a box that adds


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    start, added = rng.randint(1, 6), rng.randint(1, spread(difficulty, 2, 3))
    return {"ground": rng.randint(0, 30), "start": start, "boxes": [["do", ["+", added]]], "shift": rng.randint(-8, 8)}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    top = 25 + state["shift"]
    canvas.glyphs(str(state["start"]), (4, top), 2, WHITE)
    canvas.arrow((16, top + 7), (29, top + 7), BOLD["yellow"], 2, 7)
    canvas.box((31, top - 5, 62, top + 18), (20, 40, 90), outline=BOLD["blue"], width=2)
    canvas.glyphs(f"+{state['boxes'][0][1][1]}", (36, top), 2, WHITE)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "result": Question(
            answer_kind=INTEGER,
            phrases=("what is the result ?",),
            truth=lambda state: _run(state["start"], state["boxes"]).result,
            again=lambda state: _jump(state["start"], state["boxes"]),
            betrays=lambda state: {state["start"]: ErrorType.PERCEPTION, state["boxes"][0][1][1]: ErrorType.PERCEPTION},
            otherwise=ErrorType.CALCULATION,
        )
    },
)

# ---- running a chart: the interpreter walks the statements, its check compiles them to jumps


class Outcome(NamedTuple):
    """What running a chart gives."""

    result: int
    passes: tuple[int, ...]
    """Values of x after each pass through the loop."""


def _apply(x: int, operation: Operation) -> int:
    sign, value = operation
    return int(x + value if sign == "+" else x - value if sign == "-" else x * value)


def _holds(x: int, test: str, value: int) -> bool:
    return x > value if test == "over" else x % 2 == 0


def _run(x: int, statements: Sequence[Statement], *, has_swapped_branches: bool = False, extra_passes: int = 0) -> Outcome:
    """Run a chart; the keywords make the slips that wrong answers betray."""
    passes: list[int] = []
    for statement in statements:
        if statement[0] == "do":
            x = _apply(x, statement[1])
        elif statement[0] == "if":
            if _holds(x, statement[1], statement[2]) != has_swapped_branches:
                x = _apply(x, statement[3])
        else:
            own: list[int] = []
            while x < statement[1] and len(own) <= MOST_PASSES:
                x = _apply(x, statement[2])
                own.append(x)
            for _ in range(extra_passes):
                x = _apply(x, statement[2])
            passes += own
    return Outcome(x, tuple(passes))


def _jump(x: int, statements: Sequence[Statement]) -> int:
    """Return what comes out, from a list of instructions with jump targets instead of nested statements."""
    code: list[tuple[Any, ...]] = []
    for statement in statements:
        here = len(code)
        if statement[0] == "do":
            code.append(("set", statement[1]))
        elif statement[0] == "if":
            code += [("unless", statement[1], statement[2], here + 2), ("set", statement[3])]
        else:
            code += [("unless", "below", statement[1], here + 3), ("set", statement[2]), ("go", here)]
    at = 0
    while at < len(code):
        name, *rest = code[at]
        at += 1
        if name == "set":
            x = _apply(x, rest[0])
        elif name == "go":
            at = rest[0]
        elif not (x < rest[1] if rest[0] == "below" else _holds(x, rest[0], rest[1])):
            at = rest[2]
    return x


def _jumped_passes(state: State) -> list[int]:
    """Return the values after each pass from charts cut off after ever more passes."""
    before: list[Statement] = []
    for statement in state["boxes"]:
        if statement[0] == "while":
            entry = _jump(state["start"], before)
            values = [entry]
            while values[-1] < statement[1]:
                values.append(_jump(values[-1], [["do", statement[2]]]))
            return values[1:]
        before.append(statement)
    return []


# ---- large


def _operation(rng: random.Random, *, is_growing: bool = False) -> list[Any]:
    sign = rng.choice("++*" if is_growing else "++-*")
    return [sign, rng.randint(2, 3) if sign == "*" else rng.randint(2, 9)]


def _statement(rng: random.Random, name: str) -> list[Any]:
    if name == "do":
        return ["do", _operation(rng)]
    if name == "if":
        return ["if", rng.choice(tuple(TESTS)), rng.randint(5, 25), _operation(rng)]
    return ["while", rng.randint(12, 60), _operation(rng, is_growing=True)]


def _shape(rng: random.Random, difficulty: float, kind: str) -> list[str]:
    count = spread(difficulty, 2, 4)
    needed = ["while"] if kind != "output" or difficulty > 0.6 else []
    names = [*needed, *rng.choices(("do", "if", "if"), k=count - len(needed))]
    rng.shuffle(names)
    return names


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    names = _shape(rng, difficulty, kind)
    # The way back of a loop would run into the branch of a question right above it.
    if ("if", "while") in pairwise(names) or "if" not in names + ["if"] * (kind != "output"):
        return None
    start = rng.randint(1, 9)
    boxes = [_statement(rng, name) for name in names]
    outcome = _run(start, boxes)
    is_fit = 0 <= outcome.result <= 150 and ("while" not in names or 2 <= len(outcome.passes) <= spread(difficulty, 3, MOST_PASSES))
    if not is_fit:
        return None
    return {"theme": rng.choice(tuple(THEMES)), "accent": rng.choice(("blue", "teal", "purple", "orange")), "start": start, "boxes": boxes}


COLUMN, SIDE = 150.0, 346.0
"""Middles of the main column and of the boxes beside it."""


def _text_of(operation: Operation) -> str:
    return f"x = x {SIGNS[operation[0]]} {operation[1]}"


def _step_box(canvas: Canvas, x: float, y: float, text: str, inks: tuple[Color, Color]) -> None:
    canvas.box((x - 68, y - 18, x + 68, y + 18), inks[0], outline=inks[1], width=2, radius=3)
    canvas.text((x, y), text, 16, inks[1])


def _draw_decision(canvas: Canvas, y: float, statement: Statement, inks: tuple[Color, Color], pitch: float) -> None:
    fill, ink = inks
    is_loop = statement[0] == "while"
    text = f"x < {statement[1]}?" if is_loop else TESTS[statement[1]].format(statement[2])
    canvas.polygon([(COLUMN, y - 27), (COLUMN + 72, y), (COLUMN, y + 27), (COLUMN - 72, y)], fill, outline=ink, width=2)
    canvas.text((COLUMN, y), text, 15, ink)
    canvas.arrow((COLUMN + 72, y), (SIDE - 68, y), ink)
    canvas.text((COLUMN + 98, y - 12), "yes", 14, ink)
    canvas.text((COLUMN - 20, y + 31), "no", 14, ink)
    _step_box(canvas, SIDE, y, _text_of(statement[-1]), inks)
    # A loop goes back above its question, a branch joins the column below it.
    leaves, joins = (y - 18, y - pitch / 2 - 4) if is_loop else (y + 18, y + pitch / 2 + 6)
    canvas.line([(SIDE, leaves), (SIDE, joins)], ink, 2)
    canvas.arrow((SIDE, joins), (COLUMN + 1, joins), ink)


def _end_box(canvas: Canvas, y: float, text: str, accent: Color, theme: Theme) -> None:
    canvas.box((COLUMN - 68, y - 18, COLUMN + 68, y + 18), mix(theme.panel, accent, 0.35), outline=theme.ink, width=2, radius=17)
    canvas.text((COLUMN, y), text, 16, theme.ink)


def _draw(state: State) -> Image.Image:
    theme, accent = THEMES[state["theme"]], PALETTE[state["accent"]]
    canvas = Canvas(state["size"], theme.paper)
    boxes = state["boxes"]
    pitch = min(92.0, 384 / (len(boxes) + 1))
    top = 224 - pitch * (len(boxes) + 1) / 2
    for row in range(len(boxes) + 1):
        half = 27 if row > 0 and boxes[row - 1][0] != "do" else 18
        below = 27 if row < len(boxes) and boxes[row][0] != "do" else 18
        canvas.arrow((COLUMN, top + pitch * row + half), (COLUMN, top + pitch * (row + 1) - below), theme.ink)
    _end_box(canvas, top, f"x = {state['start']}", accent, theme)
    for row, statement in enumerate(boxes, start=1):
        y = top + pitch * row
        if statement[0] == "do":
            _step_box(canvas, COLUMN, y, _text_of(statement[1]), (theme.panel, theme.ink))
        else:
            _draw_decision(canvas, y, statement, (mix(theme.panel, accent, 0.15), theme.ink), pitch)
    _end_box(canvas, top + pitch * (len(boxes) + 1), "print x", accent, theme)
    return canvas.finish()


def _output_betrayals(state: State) -> dict[Any, ErrorType]:
    start, boxes = state["start"], state["boxes"]
    slips = {
        _run(start, boxes, has_swapped_branches=True).result: ErrorType.PERCEPTION,
        _run(start, boxes, extra_passes=1).result: ErrorType.COUNTING,
        start: ErrorType.PERCEPTION,
    }
    return {value: error for value, error in slips.items() if value != _run(start, boxes).result}


def _pass_betrayals(state: State) -> dict[Any, ErrorType]:
    values = _run(state["start"], state["boxes"]).passes
    return {values[:-1]: ErrorType.COUNTING, (state["start"], *values): ErrorType.COUNTING}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "output": Question(
            answer_kind=INTEGER,
            phrases=(
                "Follow the flow chart. Which number does it print?",
                "Run the flow chart from the top to its end. What is printed?",
                "What value does x have when the flow chart prints it?",
            ),
            truth=lambda state: _run(state["start"], state["boxes"]).result,
            again=lambda state: _jump(state["start"], state["boxes"]),
            betrays=_output_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
        "passes": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many times is the box inside the loop carried out?",
                "The flow chart contains a loop. How often does it go round?",
            ),
            truth=lambda state: len(_run(state["start"], state["boxes"]).passes),
            again=lambda state: len(_jumped_passes(state)),
            otherwise=ErrorType.COUNTING,
        ),
        "values": Question(
            answer_kind=INTEGERS,
            phrases=(
                "List the values of x after each pass through the loop, in order, separated by commas.",
                "Which values does x take inside the loop? Give them in order, separated by commas.",
            ),
            truth=lambda state: _run(state["start"], state["boxes"]).passes,
            again=_jumped_passes,
            betrays=_pass_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
    },
)

FLOW_CHART = two_sized(
    name="flow_chart",
    summary="Run a flow chart with branches and a loop.",
    capabilities=("trace_path", "compute", "ocr"),
    error_types=(ErrorType.CALCULATION, ErrorType.PERCEPTION, ErrorType.COUNTING, ErrorType.INSTRUCTION_FORMAT),
    tiny=TINY,
    large=LARGE,
)

"""Two panels to compare: what rose, what fell, and by how much."""

from __future__ import annotations

import random
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Box, Canvas, Theme, scatter
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import CHOICE, INTEGER, NAMES, WORD, Draft, Question, questions_form

# ---- 64 pixels: dots left and right of a line


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    more = rng.choice(("left", "right", "same"))
    fewest = rng.randint(1, 3)
    counts = {"left": fewest, "right": fewest}
    if more != "same":
        counts[more] += rng.randint(spread(difficulty, 3, 2), 3)
    dots = []
    for side, area in (("left", Box(1, 2, 30, 62)), ("right", Box(34, 2, 63, 62))):
        dots += [[round(x), round(y)] for x, y in scatter(rng, [(11, 11)] * counts[side], area, gap=2)]
    return {"ground": rng.randint(0, 30), "more": more, "color": rng.choice(tuple(BOLD)), "dots": dots}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.line([(32, 0), (32, 63)], WHITE, 2)
    for x, y in state["dots"]:
        canvas.circle((x, y), 5, BOLD[state["color"]])
    return canvas.finish()


def _fuller_side(state: State) -> str:
    lean = sum(1 if x > 32 else -1 for x, _ in state["dots"])
    return "right" if lean > 0 else "left" if lean < 0 else "same"


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "more": Question(
            answer_kind=WORD,
            phrases=("where are more dots ?",),
            truth=lambda state: state["more"],
            again=_fuller_side,
            betrays=lambda _state: dict.fromkeys(("left", "right", "same"), ErrorType.COUNTING),
            otherwise=ErrorType.INSTRUCTION_FORMAT,
        )
    },
)

# ---- large: two bar charts of the same things in two years

TOPICS = {
    "Fruit sold (crates)": ("apples", "pears", "plums", "figs", "limes", "melons"),
    "Animals seen": ("foxes", "deer", "hares", "owls", "frogs", "swans"),
    "Trips by": ("bus", "train", "car", "bike", "ferry", "foot"),
}
BAR_LEFT, BAR_RIGHT = 96.0, 420.0


def _values(rng: random.Random, count: int, top: int, difficulty: float) -> list[int]:
    """Return values on the labelled ticks of an axis, or when it is hard on any tick."""
    step = top // 10 if difficulty > 0.4 else top // 5
    return [step * rng.randint(1, top // step) for _ in range(count)]


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    topic = rng.choice(tuple(TOPICS))
    count = spread(difficulty, 4, 5)
    names = rng.sample(TOPICS[topic], count)
    # Panels of different scales are the trap of hard scenes.
    tops = [20, 20] if rng.random() > difficulty else rng.choice(([10, 20], [20, 10], [20, 40], [40, 20]))
    before, after = (_values(rng, count, top, difficulty) for top in tops)
    asked = rng.randrange(count)
    changes = [b - a for a, b in zip(before, after, strict=True)]
    ranked = sorted(changes)
    is_fit = {
        "change": changes[asked] != 0,
        "both": True,
        "rose_most": ranked[-1] > 0 and ranked[-1] > ranked[-2],
        "fell": 1 <= sum(change < 0 for change in changes) < count,
    }[kind]
    if not is_fit:
        return None
    first_year = rng.randint(1998, 2012)
    draft: Draft = {
        "theme": rng.choice(tuple(THEMES)),
        "colors": rng.sample(("blue", "teal", "orange", "purple", "red", "green"), 2),
        "topic": topic,
        "years": [first_year, first_year + rng.randint(2, 12)],
        "tops": tops,
        "names": names,
        "before": before,
        "after": after,
        # Another order in the second panel forbids comparing line by line.
        "order": rng.sample(range(count), count) if difficulty > 0.5 else list(range(count)),
        "is_labelled": rng.random() > difficulty * 1.4,
        "asked": names[asked],
    }
    if kind == "rose_most":
        best = names[changes.index(ranked[-1])]
        draft["options"] = shuffled_options(rng, best, rng.sample([name for name in names if name != best], 3))
    return draft


def _rows(state: State, panel: int) -> list[tuple[str, int]]:
    """Return the bars of a panel in the order in which they are drawn."""
    values = state["before"] if panel == 0 else state["after"]
    order = range(len(values)) if panel == 0 else state["order"]
    return [(state["names"][k], values[k]) for k in order]


def _draw_panel(canvas: Canvas, state: State, panel: int, theme: Theme) -> None:
    top = 40.0 + 204 * panel
    rows, most = _rows(state, panel), state["tops"][panel]
    pitch, bottom = 140 / len(rows), top + 162
    canvas.box((8, top - 10, 440, top + 190), theme.panel, outline=theme.faint, width=1.5)
    canvas.text((BAR_RIGHT, top + 6), str(state["years"][panel]), 18, theme.ink, anchor="rm", face="DejaVuSans-Bold")
    for tick in range(11):
        x = BAR_LEFT + (BAR_RIGHT - 20 - BAR_LEFT) * tick / 10
        canvas.line([(x, top + 20), (x, bottom)], theme.faint if tick else theme.ink, 1 if tick else 2)
        if tick % 2 == 0:
            canvas.text((x, bottom + 12), str(most * tick // 10), 14, theme.ink)
    for row, (name, value) in enumerate(rows):
        y = top + 22 + pitch * (row + 0.5)
        x = BAR_LEFT + (BAR_RIGHT - 20 - BAR_LEFT) * value / most
        canvas.text((BAR_LEFT - 8, y), name, 15, theme.ink, anchor="rm")
        canvas.box((BAR_LEFT, y - pitch * 0.34, x, y + pitch * 0.34), PALETTE[state["colors"][panel]])
        if state["is_labelled"]:
            canvas.text((x + 6, y), str(value), 14, theme.ink, anchor="lm", face="DejaVuSans-Bold")


def _draw(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    canvas.text((16, 16), state["topic"], 17, theme.ink, anchor="lm", face="DejaVuSans-Bold")
    for panel in range(2):
        _draw_panel(canvas, state, panel, theme)
    return canvas.finish()


def _planned(state: State) -> tuple[int, int]:
    k = state["names"].index(state["asked"])
    return state["before"][k], state["after"][k]


def _changes_again(state: State) -> dict[str, int]:
    """Join the two panels by name, as they are drawn."""
    before, after = dict(_rows(state, 0)), dict(_rows(state, 1))
    return {name: after[name] - value for name, value in before.items()}


def _fell(state: State) -> list[str]:
    return [name for name, a, b in zip(state["names"], state["before"], state["after"], strict=True) if b < a]


def _best(state: State) -> str:
    return str(max(zip(state["names"], state["before"], state["after"], strict=True), key=lambda each: each[2] - each[1])[0])


def _by_length(state: State) -> list[float]:
    """Return the changes in the lengths of bars, which differ from those of values when the scales do."""
    return [b / state["tops"][1] - a / state["tops"][0] for a, b in zip(state["before"], state["after"], strict=True)]


def _best_betrayals(state: State) -> dict[Any, ErrorType]:
    lengths = _by_length(state)
    longest = state["names"][lengths.index(max(lengths))]
    return {longest: ErrorType.CHART_VALUE} if longest != _best(state) else {}


def _fell_betrayals(state: State) -> dict[Any, ErrorType]:
    rose = [name for name, a, b in zip(state["names"], state["before"], state["after"], strict=True) if b > a]
    shorter = [name for name, change in zip(state["names"], _by_length(state), strict=True) if change < 0]
    known = {tuple(rose): ErrorType.INSTRUCTION_FORMAT} if rose else {}
    return known | ({tuple(shorter): ErrorType.CHART_VALUE} if shorter and shorter != _fell(state) else {})


def _change_betrayals(state: State) -> dict[Any, ErrorType]:
    before, after = _planned(state)
    slips = {before + after: ErrorType.CALCULATION, before: ErrorType.INSTRUCTION_FORMAT, after: ErrorType.INSTRUCTION_FORMAT}
    return {value: error for value, error in slips.items() if value != abs(after - before)}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "change": Question(
            answer_kind=INTEGER,
            phrases=(
                "By how many did the value for {asked} change between the two years? Give the size of the change.",
                "Compare the panels: how large is the difference for {asked}, without its sign?",
                "How far apart are the two values for {asked}?",
            ),
            truth=lambda state: abs(_planned(state)[1] - _planned(state)[0]),
            again=lambda state: abs(_changes_again(state)[state["asked"]]),
            betrays=_change_betrayals,
            otherwise=ErrorType.CHART_VALUE,
        ),
        "both": Question(
            answer_kind=INTEGER,
            phrases=(
                "What do the two values for {asked} add up to?",
                "Add the values for {asked} in both years. What is the sum?",
            ),
            truth=lambda state: sum(_planned(state)),
            again=lambda state: dict(_rows(state, 0))[state["asked"]] + dict(_rows(state, 1))[state["asked"]],
            betrays=lambda state: {abs(_planned(state)[0] - _planned(state)[1]): ErrorType.CALCULATION},
            otherwise=ErrorType.CHART_VALUE,
        ),
        "rose_most": Question(
            answer_kind=CHOICE,
            phrases=(
                "Which value rose the most from the earlier to the later year? Mind the scales.",
                "Where is the greatest increase from the upper to the lower panel, in numbers?",
            ),
            truth=_best,
            again=lambda state: max(_changes_again(state).items(), key=lambda pair: pair[1])[0],
            betrays=_best_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
        "fell": Question(
            answer_kind=NAMES,
            phrases=(
                "For which entries is the value lower in the later year? List them, separated by commas.",
                "List all entries whose value fell from the upper to the lower panel, separated by commas.",
            ),
            truth=_fell,
            again=lambda state: [name for name, change in _changes_again(state).items() if change < 0],
            betrays=_fell_betrayals,
            otherwise=ErrorType.CHART_VALUE,
        ),
    },
)

TWO_PANELS = two_sized(
    name="two_panels",
    summary="Compare two panels with the same entries.",
    capabilities=("compare", "read_scale", "compute", "count"),
    error_types=(ErrorType.CHART_VALUE, ErrorType.CALCULATION, ErrorType.COUNTING, ErrorType.INSTRUCTION_FORMAT),
    tiny=TINY,
    large=LARGE,
)

"""Receipts: items and prices, clean or scratched, to look up, compare, add and list."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import text_digits
from evolution_jobs.scenes.canvas import THEMES, Canvas, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import NAMES_IN_ORDER, WORD, Draft, Question, number, questions_form

SHOPS = ("CORNER BAKERY", "GREEN GROCER", "CITY BOOKS", "HARBOUR CAFE", "MARKET HALL")
GOODS = (
    "Bread",
    "Butter",
    "Coffee",
    "Eggs",
    "Flour",
    "Honey",
    "Juice",
    "Milk",
    "Olives",
    "Pasta",
    "Rice",
    "Salt",
    "Soap",
    "Sugar",
    "Tea",
    "Yeast",
)
FACES = ("DejaVuSansMono", "DejaVuSans", "DejaVuSerif")


def _sample_receipt(rng: random.Random, difficulty: float) -> Draft:
    count = spread(difficulty, 4, 9)
    return {
        "style": rng.choice(FACES),
        "theme": rng.choice(("paper", "cream", "mist")),
        "shop": rng.choice(SHOPS),
        "goods": rng.sample(GOODS, count),
        # Prices in cents; no two alike, so that every reading names one line.
        "cents": [cents * 5 for cents in rng.sample(range(11, 200), count)],
        "strokes": [],
    }


def _price(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _draw_receipt(state: State) -> Image.Image:
    theme, face = THEMES[state["theme"]], state["style"]
    canvas = Canvas(state["size"], mix(theme.paper, (0, 0, 0), 0.12))
    canvas.box((64, 8, 384, 440), theme.paper, outline=theme.faint)
    canvas.text((224, 34), state["shop"], 20, theme.ink, face=f"{face}-Bold")
    canvas.dashed_line((84, 58), (364, 58), theme.ink, 1.5)
    pitch = min(40, 330 / len(state["goods"]))
    for row, (name, cents) in enumerate(zip(state["goods"], state["cents"], strict=True)):
        y = 84 + row * pitch
        canvas.text((84, y), name, 18, theme.ink, anchor="lm", face=face)
        canvas.text((364, y), _price(cents), 18, theme.ink, anchor="rm", face=face)
    canvas.dashed_line((84, 408), (364, 408), theme.ink, 1.5)
    canvas.text((224, 424), "Thank you", 14, theme.ink, face=face)
    for x, y, dx, dy in state["strokes"]:
        canvas.line([(x, y), (x + dx, y + dy)], mix(theme.paper, theme.ink, 0.45), 1.2)
    return canvas.finish()


def _printed_cents(state: State) -> dict[str, int]:
    """Return the prices by lower-case name, parsed from what is printed."""
    lines = [(name, _price(cents)) for name, cents in zip(state["goods"], state["cents"], strict=True)]
    return {name.casefold(): int(price.replace(".", "")) for name, price in lines}


def _prices(state: State) -> dict[str, int]:
    return dict(zip(state["goods"], state["cents"], strict=True))


AMOUNT = number(abs_tol=0.001)


def _other_amounts(state: State) -> Mapping[Any, ErrorType]:
    return {cents / 100: ErrorType.SPATIAL for cents in state["cents"]}


def _other_items(state: State) -> Mapping[Any, ErrorType]:
    return {**dict.fromkeys(state["goods"], ErrorType.SPATIAL), **dict.fromkeys(set(GOODS) - set(state["goods"]), ErrorType.HALLUCINATION)}


# ---- looking up one line


def _sample_lookup(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    state = _sample_receipt(rng, difficulty)
    row = rng.randrange(len(state["goods"]))
    return {**state, "item": state["goods"][row], "price": _price(state["cents"][row])}


def _item_at_price(state: State) -> str:
    wanted = int(state["price"].replace(".", ""))
    return next(name for name, cents in _printed_cents(state).items() if cents == wanted)


def _dearest(state: State) -> str:
    printed = _printed_cents(state)
    return next(name for name, cents in printed.items() if not any(other > cents for other in printed.values()))


LOOKUP = two_sized(
    name="single",
    summary="One digit, or one line of a receipt",
    capabilities=("ocr", "look_up"),
    error_types=(ErrorType.TEXT_READING, ErrorType.SPATIAL, ErrorType.HALLUCINATION),
    tiny=text_digits.SINGLE,
    large=questions_form(
        _sample_lookup,
        _draw_receipt,
        {
            "price": Question(
                answer_kind=AMOUNT,
                phrases=("What is the price of {item} on this receipt?", "How much was paid for {item}?"),
                truth=lambda state: _prices(state)[state["item"]] / 100,
                again=lambda state: _printed_cents(state)[state["item"].casefold()] / 100,
                otherwise=ErrorType.TEXT_READING,
                betrays=_other_amounts,
            ),
            "dearest": Question(
                answer_kind=WORD,
                phrases=("Which item on the receipt is the most expensive?", "Name the item with the highest price."),
                truth=lambda state: max(state["goods"], key=_prices(state).__getitem__),
                again=_dearest,
                otherwise=ErrorType.TEXT_READING,
                betrays=_other_items,
            ),
            "item": Question(
                answer_kind=WORD,
                phrases=("Which item costs {price}?", "What was bought for {price}?"),
                truth=lambda state: state["item"],
                again=_item_at_price,
                otherwise=ErrorType.TEXT_READING,
                betrays=_other_items,
            ),
        },
    ),
)

# ---- sums and order in spite of scratches


def _sample_worn(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    state = _sample_receipt(rng, difficulty)
    strokes = [
        [rng.randrange(70, 360), rng.randrange(60, 420), rng.randrange(-40, 41), rng.randrange(-30, 31)]
        for _ in range(spread(difficulty, 8, 40))
    ]
    first, second = rng.sample(state["goods"], 2)
    return {**state, "strokes": strokes, "first": first, "second": second}


def _printed_pair(state: State) -> float:
    printed = _printed_cents(state)
    return (printed[state["first"].casefold()] + printed[state["second"].casefold()]) / 100


def _shuffled_lines(state: State) -> Mapping[Any, ErrorType]:
    first, second, third = (name.casefold() for name in state["goods"][:3])
    orders = ((first, third, second), (second, first, third), (second, third, first), (third, first, second), (third, second, first))
    return dict.fromkeys(orders, ErrorType.SPATIAL)


WORN = two_sized(
    name="noisy",
    summary="Digits among specks, or sums on a scratched receipt",
    capabilities=("ocr", "compute", "order"),
    error_types=(ErrorType.TEXT_READING, ErrorType.SPATIAL, ErrorType.CALCULATION),
    tiny=text_digits.NOISY,
    large=questions_form(
        _sample_worn,
        _draw_receipt,
        {
            "sum": Question(
                answer_kind=AMOUNT,
                phrases=("How much do {first} and {second} cost together?", "Add the prices of {first} and {second}."),
                truth=lambda state: (_prices(state)[state["first"]] + _prices(state)[state["second"]]) / 100,
                again=_printed_pair,
                otherwise=ErrorType.CALCULATION,
                betrays=_other_amounts,
            ),
            "total": Question(
                answer_kind=AMOUNT,
                phrases=("What is the total of this receipt?", "Add up all prices of the receipt."),
                truth=lambda state: sum(state["cents"]) / 100,
                again=lambda state: sum(_printed_cents(state).values()) / 100,
                otherwise=ErrorType.CALCULATION,
                betrays=_other_amounts,
            ),
            "order": Question(
                answer_kind=NAMES_IN_ORDER,
                phrases=(
                    "List the first three items of the receipt from top to bottom, separated by commas.",
                    "Which are the three uppermost items, in order? Separate them by commas.",
                ),
                truth=lambda state: state["goods"][:3],
                again=lambda state: list(_printed_cents(state))[:3],
                otherwise=ErrorType.TEXT_READING,
                betrays=_shuffled_lines,
            ),
        },
    ),
)

"""Small print: one code among many that look like it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import text_digits
from evolution_jobs.scenes.canvas import THEMES, Canvas
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import WORD, Draft, Question, questions_form
from evolution_jobs.scenes.text_receipt import FACES

FIELDS = ("Order", "Batch", "Ticket", "Locker", "Permit", "Member", "Seat", "Docket", "Parcel", "Serial")
_LETTERS, _DIGITS = "ACEFHJKLMNPRTUVWXY", "234679"


def _code(rng: random.Random) -> str:
    return "".join(rng.choice(_LETTERS) for _ in range(2)) + "-" + "".join(rng.choice(_DIGITS) for _ in range(4))


def _decoy(rng: random.Random, code: str) -> str:
    """Return the code with one digit changed: what a hasty reader takes for it."""
    place = rng.randrange(3, 7)
    return code[:place] + rng.choice(_DIGITS.replace(code[place], "")) + code[place + 1 :]


def _sample_print(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    fields = rng.sample(FIELDS, spread(difficulty, 5, 10))
    code = _code(rng)
    row = rng.randrange(len(fields))
    codes = [_decoy(rng, code) if rng.random() < difficulty else _code(rng) for _ in fields]
    codes[row] = code
    return {
        "style": rng.choice(FACES),
        "theme": rng.choice(tuple(THEMES)),
        "columns": 2 if len(fields) > 6 and rng.random() < 0.6 else 1,
        "text_size": spread(difficulty, 22, 14),
        "fields": fields,
        "codes": codes,
        "field": fields[row],
    }


def _draw_print(state: State) -> Image.Image:
    theme, face, columns = THEMES[state["theme"]], state["style"], state["columns"]
    canvas = Canvas(state["size"], theme.paper)
    canvas.box((10, 10, 438, 438), theme.panel, outline=theme.ink, width=2, radius=8)
    rows = -(-len(state["fields"]) // columns)
    size = min(state["text_size"], 15) if columns == 2 else state["text_size"]
    for k, (name, code) in enumerate(zip(state["fields"], state["codes"], strict=True)):
        left, y = 24 + 210 * (k // rows), 30 + (k % rows + 0.5) * 388 / rows
        canvas.text((left, y), f"{name} no.", size, theme.ink, anchor="lm", face=face)
        canvas.text((left + (190 if columns == 2 else 390), y), code, size, theme.ink, anchor="rm", face=face)
    return canvas.finish()


def _beside(state: State) -> str:
    """Walk down the lines until the asked field comes, and read on."""
    lines = zip(state["fields"], state["codes"], strict=True)
    return next(str(code) for field, code in lines if field == state["field"])


def _other_codes(state: State) -> Mapping[Any, ErrorType]:
    return dict.fromkeys(state["codes"], ErrorType.SPATIAL)


PRINT = two_sized(
    name="small",
    summary="Small digits, or one code in small print",
    capabilities=("ocr", "look_up"),
    error_types=(ErrorType.TEXT_READING, ErrorType.SPATIAL),
    tiny=text_digits.SMALL,
    large=questions_form(
        _sample_print,
        _draw_print,
        {
            "code": Question(
                answer_kind=WORD,
                phrases=("What is the {field} number in this form?", "Read the {field} number.", "Which code stands next to {field}?"),
                truth=lambda state: state["codes"][state["fields"].index(state["field"])],
                again=_beside,
                otherwise=ErrorType.TEXT_READING,
                betrays=_other_codes,
            )
        },
    ),
)

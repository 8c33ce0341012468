"""From a completion to its answer text.

Extraction looks at the form only; whether the text is an integer or a date is the business of `compare`. It is one pass over the
completion, so that a hostile completion costs no more than its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, assert_never

from evolution_contracts.spec.model import AnswerFormat
from evolution_jobs.answers.grade import Obstacle

MAX_COMPLETION_CHARACTERS = 1_000_000
"""Longer completions hold no answer; the most tokens a run may ask for give about a tenth of this."""

_BOX_PART = re.compile(r"\\boxed\s*\{|\\.|[{}]", re.DOTALL)
_TRAILER = re.compile(r"[\s.$*]*")


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the form of a completion yields: an answer text, or the obstacle."""

    text: str | None
    is_well_formed: bool
    obstacle: Obstacle | None = None


class _Box(NamedTuple):
    start: int
    content_start: int
    content_end: int


def extract(completion: str, answer_format: AnswerFormat) -> Extraction:
    """Return the answer text of a completion, without the blanks around it.

    Plain takes the whole completion. Boxed takes the content of the complete box; boxes that differ are hedging and yield nothing, empty
    ones are passed over. ThinkBoxed does the same behind the reasoning; without any think tag the box counts, but is not well formed.
    """
    if len(completion) > MAX_COMPLETION_CHARACTERS:
        return Extraction(None, is_well_formed=False, obstacle=Obstacle.TOO_LONG)
    match answer_format:
        case AnswerFormat.PLAIN:
            return _plain(completion)
        case AnswerFormat.BOXED:
            return _boxed(completion)
        case AnswerFormat.THINK_BOXED:
            return _think_boxed(completion)
        case _:
            assert_never(answer_format)


def _plain(completion: str) -> Extraction:
    text = completion.strip()
    if not text:
        return Extraction(None, is_well_formed=False, obstacle=Obstacle.EMPTY)
    return Extraction(text, is_well_formed=True)


def _boxed(completion: str) -> Extraction:
    boxes = _complete_boxes(completion)
    if not boxes:
        return Extraction(None, is_well_formed=False, obstacle=Obstacle.NO_BOX)
    contents = {completion[box.content_start : box.content_end].strip() for box in boxes} - {""}
    if len(contents) != 1:
        obstacle = Obstacle.SEVERAL_BOXES if contents else Obstacle.EMPTY
        return Extraction(None, is_well_formed=False, obstacle=obstacle)
    is_only_box = completion.count("\\boxed") == 1 and _TRAILER.fullmatch(completion, boxes[-1].content_end + 1) is not None
    return Extraction(contents.pop(), is_well_formed=is_only_box)


def _think_boxed(completion: str) -> Extraction:
    reasoning, closing, conclusion = completion.rpartition("</think>")
    if not closing and "<think>" in completion:
        return Extraction(None, is_well_formed=False, obstacle=Obstacle.UNFINISHED_THINKING)
    found = _boxed(conclusion)
    is_exact = _is_think_block(reasoning + closing) and _is_box_only(conclusion)
    return Extraction(found.text, is_well_formed=found.is_well_formed and is_exact, obstacle=found.obstacle)


def _is_think_block(text: str) -> bool:
    return text.lstrip().startswith("<think>") and text.count("<think>") == 1 and text.count("</think>") == 1


def _is_box_only(text: str) -> bool:
    return text.lstrip().startswith("\\boxed") and text.rstrip().endswith("}")


def _complete_boxes(completion: str) -> list[_Box]:
    """Return the boxes with balanced braces that lie in no other complete box, in order."""
    start = completion.find("\\boxed")
    if start < 0:
        return []
    complete: list[_Box] = []
    open_braces: list[re.Match[str]] = []
    for part in _BOX_PART.finditer(completion, start):
        symbol = part.group()
        if symbol[-1] == "{" and symbol != "\\{":
            open_braces.append(part)
        elif symbol == "}" and open_braces:
            opening = open_braces.pop()
            if len(opening.group()) > 1:
                _drop_inner(complete, opening.start())
                complete.append(_Box(opening.start(), opening.end(), part.start()))
    return complete


def _drop_inner(boxes: list[_Box], start: int) -> None:
    while boxes and boxes[-1].start > start:
        boxes.pop()

"""The slot ledger on the disk: one journal line a slot, and the summary that is left at the end."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Sequence
from typing import Any

from evolution_contracts.records import Sample, Ticket
from evolution_contracts.vocabulary import Category
from evolution_jobs.generate.procedural import Slot
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.journal import Line


def to_line(slot: Slot) -> Line:
    """Return the journal line of a slot, with its picture."""
    row = slot.row
    return {
        "ticket": slot.ticket.document(),
        "attempts": slot.attempts,
        "rejected": dict(slot.rejected),
        "sample": row.sample.document() if row else None,
        "image": base64.b64encode(row.image).decode() if row else None,
    }


def from_line(line: Line) -> Slot:
    """Return the slot of a journal line."""
    row = None
    if line["sample"] is not None:
        row = Row(sample=Sample.model_validate(line["sample"]), image=base64.b64decode(line["image"]))
    return Slot(ticket=Ticket.model_validate(line["ticket"]), attempts=line["attempts"], rejected=Counter(line["rejected"]), row=row)


def accepted(slots: Sequence[Slot]) -> dict[Category, int]:
    """Return the filled slots of each category."""
    return dict(sorted(Counter(slot.ticket.category for slot in slots if slot.row is not None).items()))


def shortfall(slots: Sequence[Slot]) -> dict[Category, int]:
    """Return the slots of each category that stayed empty."""
    return dict(sorted(Counter(slot.ticket.category for slot in slots if slot.row is None).items()))


def rejected(slots: Sequence[Slot]) -> dict[str, int]:
    """Return the rejected attempts by reason."""
    return dict(sorted(sum((slot.rejected for slot in slots), Counter[str]()).items()))


def summary(slots: Sequence[Slot]) -> dict[str, Any]:
    """Return what became of the slots, in total and by category, pattern and error type of the ticket."""
    by_ticket = Counter((slot.ticket.category, slot.ticket.pattern, slot.ticket.error_type, slot.row is not None) for slot in slots)
    return {
        "slots": len(slots),
        "attempts": sum(slot.attempts for slot in slots),
        "accepted": accepted(slots),
        "shortfall": shortfall(slots),
        "rejected": rejected(slots),
        "tickets": [
            {"category": category, "pattern": pattern, "errorType": error_type, "isAccepted": is_accepted, "slots": number}
            for (category, pattern, error_type, is_accepted), number in sorted(
                by_ticket.items(), key=lambda item: tuple(str(part) for part in item[0])
            )
        ],
    }

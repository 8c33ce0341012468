"""Lists of short items: splitting a text into items, matching items regardless of their order."""

from __future__ import annotations

from collections.abc import Sequence

_BRACKETS = ("[]", "()", "{}")


def split_items(text: str, *, most: int) -> list[str]:
    """Return the items of a list written with semicolons, else lines, else commas, in brackets or not; at most `most` + 1 items."""
    if text[:1] + text[-1:] in _BRACKETS:
        text = text[1:-1]
    separator = next((sign for sign in ";\n" if sign in text), ",")
    return [part.strip() for part in text.split(separator, most)]


def can_match_all(fits: Sequence[Sequence[bool | None]]) -> bool:
    """Return whether every row can have a column of its own among those that fit it.

    Source: augmenting paths for bipartite matching (Kuhn 1955); a greedy choice would refuse 1.1, 1.0 for 1.0 ± 0.2, 1.2 ± 0.1.
    """
    owner: dict[int, int] = {}
    return all(_place(row, fits, owner, set()) for row in range(len(fits)))


def _place(row: int, fits: Sequence[Sequence[bool | None]], owner: dict[int, int], tried: set[int]) -> bool:
    for column, does_fit in enumerate(fits[row]):
        if does_fit and column not in tried:
            tried.add(column)
            if column not in owner or _place(owner[column], fits, owner, tried):
                owner[column] = row
                return True
    return False

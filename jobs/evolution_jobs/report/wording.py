"""How numbers are written on the page: one form for each kind, so that a number looks the same wherever it stands."""

from __future__ import annotations

from evolution_contracts.statistics import Estimate

NO_BREAK = "\u00a0"
MINUS = "\u2212"
MISSING = "–"
DIGEST_CHARACTERS = 12
"""Characters of a digest that are shown where the whole one stands elsewhere on the page."""
_CONTROL = {code: "\ufffd" for code in range(32) if chr(code) not in "\n\t"} | {127: "\ufffd"}


def percent(share: float, digits: int = 1) -> str:
    """Return a share 0..1 as a percentage."""
    return f"{share * 100:.{digits}f}".replace("-", MINUS) + f"{NO_BREAK}%"


def points(difference: float) -> str:
    """Return a difference of two shares as signed percentage points, without the word."""
    text = f"{difference * 100:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text.replace("-", MINUS)


def score(estimate: Estimate) -> str:
    """Return a share with its interval."""
    return f"{percent(estimate.mean)} [{percent(estimate.low)}, {percent(estimate.high)}]"


def change(estimate: Estimate) -> str:
    """Return a difference in percentage points with its interval."""
    return f"{points(estimate.mean)} [{points(estimate.low)}, {points(estimate.high)}]"


def count(number: int) -> str:
    """Return a whole number with thin gaps between thousands."""
    return f"{number:,}".replace(",", "\u202f")


def duration(seconds: float) -> str:
    """Return a time in the two largest units that matter."""
    if seconds < 10:
        return f"{seconds:.1f}{NO_BREAK}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}{NO_BREAK}h {minutes:02d}{NO_BREAK}min"
    return f"{minutes}{NO_BREAK}min {rest:02d}{NO_BREAK}s" if minutes else f"{rest}{NO_BREAK}s"


def size(number_bytes: float) -> str:
    """Return a number of bytes in the largest binary unit that leaves at least 1."""
    amount, unit = float(number_bytes), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.0f}{NO_BREAK}{unit}" if unit in {"B", "KiB"} else f"{amount:.1f}{NO_BREAK}{unit}"


def digest(full: str) -> str:
    """Return the first characters of a digest."""
    return full.removeprefix("sha256:")[:DIGEST_CHARACTERS]


def label(name: str) -> str:
    """Return a name of a closed set as words, such as `chart graph`."""
    return name.replace("_", " ")


def plural(number: int, word: str) -> str:
    """Return a number with its noun; the plural ends in s."""
    return f"{count(number)} {word}" if number == 1 else f"{count(number)} {word}s"


def shown(text: str) -> str:
    """Return a text that a model or a file brought, with what has no visible form replaced."""
    return text.encode(errors="replace").decode().translate(_CONTROL)

"""One spelling for texts that mean the same: Unicode compatibility forms, LaTeX dressing, blanks, case."""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPTS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_PAIRS = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"), ("**", "**"))
_FONT = re.compile(r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mathsf|operatorname)\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{\s*([+-]?[0-9.]+)\s*\}\s*\{\s*([0-9.]+)\s*\}|([0-9])\s*([0-9]))")
_EXPONENT = re.compile(r"\^\s*\{\s*([+-]?[0-9]+)\s*\}")
_DEGREE = re.compile(r"\^\s*\{?\s*\\circ\s*\}?|\\degree(?![a-z])")
_THIN_GROUP = re.compile(r"(?<=[0-9])\\[,!](?=[0-9]{3})|\{,\}(?=[0-9]{3})")
_SPACE = re.compile(r"\\[,;:! ]|\\(?:quad|qquad|left|right)(?![a-zA-Z])")
_ESCAPED = re.compile(r"\\([%$#&_{}])")
_DRESSING = ("\\", "$", "*", "{")


def tidy(text: str) -> str:
    """Return `text` without outer blanks, in Unicode's NFKC form, and without the LaTeX that only dresses it.

    Superscripts become `^n` before NFKC could turn 10² into 102.
    """
    text = text.strip()
    if not text.isascii():
        text = _SUPERSCRIPTS.sub(lambda found: "^" + found.group(), text)
        text = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    return _undress(text) if any(sign in text for sign in _DRESSING) else text


def fold(text: str) -> str:
    """Return `text` as texts are compared: tidy, single blanks, no case, no quotes around it and no full stop behind it."""
    return unquote(text).casefold()


def unquote(text: str) -> str:
    """Return `text` tidy, with single blanks, without quotes around it and without a full stop behind it; keeps the case."""
    words = " ".join(tidy(text).split())
    bare = words.removesuffix(".").strip("\"'“”‘’ ").removesuffix(".")
    return bare or words


def strip_blanks(text: str) -> str:
    """Return `text` without any blanks, as numbers need it that a digit tokenizer wrote as "3 7"."""
    return "".join(text.split())


def _undress(text: str) -> str:
    for opening, closing in _PAIRS:
        if len(text) > len(opening) + len(closing) and text.startswith(opening) and text.endswith(closing):
            text = text[len(opening) : -len(closing)].strip()
    if "\\" in text or "{" in text:
        text = _strip_latex(text)
    return text


def _strip_latex(text: str) -> str:
    text = _FONT.sub(r"\1", text)
    text = _FRACTION.sub(lambda found: f"{found[1] or found[3]}/{found[2] or found[4]}", text)
    text = _DEGREE.sub("°", _EXPONENT.sub(r"^\1", text))
    text = _SPACE.sub(" ", _THIN_GROUP.sub("", text))
    text = text.replace("\\times", "×").replace("\\cdot", "×")
    return _ESCAPED.sub(r"\1", text).strip()

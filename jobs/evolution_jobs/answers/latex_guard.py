"""What may be asked of the formula workers.

sympy evaluates what it reads: a short text such as 9**9**9**9 costs gigabytes. The guard costs microseconds and refuses what no closed-form
answer needs; what gets through and still explodes meets the workers' limits on time and memory.
"""

from __future__ import annotations

import re

MAX_FORMULA_CHARACTERS = 1000
MAX_NESTING = 12
MAX_BRACKETS = 30

_BRACE = re.compile(r"\\.|[{}]")
_SIGNS = str.maketrans(
    {"−": "-", "×": r"\times ", "÷": r"\div ", "·": r"\cdot ", "π": r"\pi ", "∞": r"\infty ", "°": r"^{\circ}", "≤": r"\le ", "≥": r"\ge "}
)
_ALPHABET = re.compile(r"[ -~\n\t]*")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_COMMAND_NAMES = """
    frac dfrac tfrac cfrac sqrt binom dbinom
    cdot times div pm mp le leq ge geq lt gt ne neq infty pi circ degree angle triangle
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau phi varphi chi psi omega
    Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh ln log exp min max gcd
    left right big Big bigl bigr Bigl Bigr lvert rvert vert mid lfloor rfloor lceil rceil langle rangle
    cup cap in notin emptyset varnothing setminus land lor mathbb
    text textbf textit textrm mathrm mathbf mathit operatorname displaystyle
    overline vec hat quad qquad begin end
"""
_COMMANDS = frozenset(_COMMAND_NAMES.split())
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{(?![bpvV]?matrix\})")
_EXPLOSIVE = re.compile(
    r"""[0-9]{21}                      # a long number
      | \*\s*\*                        # a power in programming style
      | \^\s*\{?\s*[+-]?\s*[0-9]{4}    # an exponent above 999
      | \^\s*\{[^}]*[0-9]\s*\^         # a tower of numeric powers
      | \^\s*[0-9A-Za-z]\s*\^          # a tower without braces
      | [0-9]{4}\s*[)}]*\s*!           # a factorial above 999!
      | !\s*[)}]*\s*!                  # a factorial of a factorial
      | [A-Za-z]{25}                   # letters without end
    """,
    re.VERBOSE,
)


def clean_formula(text: str) -> str:
    """Return a formula with its mathematical signs as LaTeX, single blanks, and no dollar signs around it."""
    return " ".join(text.translate(_SIGNS).split()).strip("$ ")


def is_harmless(formula: str) -> bool:
    """Return whether a cleaned formula is short, balanced, made of known symbols, and free of towers and huge numbers."""
    return (
        0 < len(formula) <= MAX_FORMULA_CHARACTERS
        and _ALPHABET.fullmatch(formula) is not None
        and _EXPLOSIVE.search(formula) is None
        and _ENVIRONMENT.search(formula) is None
        and _COMMANDS.issuperset(_COMMAND.findall(formula))
        and _is_balanced(formula)
    )


def _is_balanced(formula: str) -> bool:
    depth = 0
    for brace in _BRACE.findall(formula):
        depth += (brace == "{") - (brace == "}")
        if not 0 <= depth <= MAX_NESTING:
            return False
    return depth == 0 and max(formula.count("("), formula.count("[")) <= MAX_BRACKETS

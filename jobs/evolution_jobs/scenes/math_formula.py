"""Formulas: expressions to evaluate, changed symbols to find, unknowns to solve for, matrices and function plots to read."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.family import Family
from evolution_jobs.scenes.math_changed import DIFFERENCE
from evolution_jobs.scenes.math_expression import EVALUATE
from evolution_jobs.scenes.math_matrix import MATRIX
from evolution_jobs.scenes.math_unknown import MISSING

FAMILY = Family(category=Category.MATH_FORMULA, version=1, patterns=(EVALUATE, DIFFERENCE, MISSING, MATRIX))

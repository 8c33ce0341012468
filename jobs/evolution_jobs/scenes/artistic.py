"""Patterns and pictures as art: mosaics, odd ones out, mirror symmetry, friezes that go on."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.artistic_frieze import FRIEZE
from evolution_jobs.scenes.artistic_mosaic import MOSAIC
from evolution_jobs.scenes.artistic_odd import ODD_ONE_OUT
from evolution_jobs.scenes.artistic_symmetry import SYMMETRY
from evolution_jobs.scenes.family import Family

FAMILY = Family(category=Category.ARTISTIC, version=1, patterns=(MOSAIC, ODD_ONE_OUT, SYMMETRY, FRIEZE))

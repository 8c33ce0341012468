"""Everyday objects: clocks, dice, dominoes and scales to read, count and add."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.everyday_clock import CLOCK, MINUTE
from evolution_jobs.scenes.everyday_pips import DOMINOES, DOTS
from evolution_jobs.scenes.everyday_scale import SCALE
from evolution_jobs.scenes.family import Family

FAMILY = Family(category=Category.EVERYDAY_OBJECT, version=1, patterns=(CLOCK, MINUTE, DOTS, DOMINOES, SCALE))

"""Buildings as drawings: floor plans, facades, stairs and stacks of blocks."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.architectural_blocks import BLOCKS
from evolution_jobs.scenes.architectural_facade import FACADE
from evolution_jobs.scenes.architectural_plan import FLOOR_PLAN
from evolution_jobs.scenes.architectural_stairs import STAIRS
from evolution_jobs.scenes.family import Family

FAMILY = Family(category=Category.ARCHITECTURAL, version=1, patterns=(FLOOR_PLAN, FACADE, STAIRS, BLOCKS))

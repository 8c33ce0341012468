"""Geometry: places, coordinates, angles, lengths and areas of constructed figures, drawn true to scale."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.family import Family
from evolution_jobs.scenes.geometric_grid import TOP_BOTTOM
from evolution_jobs.scenes.geometric_points import LEFT_RIGHT
from evolution_jobs.scenes.geometric_polygon import SIDES
from evolution_jobs.scenes.geometric_triangle import LARGER

FAMILY = Family(category=Category.GEOMETRIC, version=1, patterns=(LEFT_RIGHT, TOP_BOTTOM, LARGER, SIDES))

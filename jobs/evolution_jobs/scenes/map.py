"""Maps of invented places: directions, distances by the scale bar, shortest routes, symbols of a legend, districts."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.family import Family
from evolution_jobs.scenes.map_bearing import BEARING
from evolution_jobs.scenes.map_distance import DISTANCE
from evolution_jobs.scenes.map_districts import DISTRICTS
from evolution_jobs.scenes.map_legend import LEGEND
from evolution_jobs.scenes.map_routes import ROUTES

FAMILY = Family(category=Category.MAP, version=1, patterns=(BEARING, DISTANCE, ROUTES, LEGEND, DISTRICTS))

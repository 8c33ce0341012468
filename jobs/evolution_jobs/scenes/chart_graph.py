"""Charts and graphs: bars and lines from a known table, to read, compare, look up and count."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.chart_ranks import COLOR, WHICH
from evolution_jobs.scenes.chart_values import COUNT, VALUE
from evolution_jobs.scenes.family import Family

FAMILY = Family(category=Category.CHART_GRAPH, version=1, patterns=(VALUE, WHICH, COLOR, COUNT))

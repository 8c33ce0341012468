"""Pictures with two sources that must be read together: a page with a chart, a line map with a timetable, two panels."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.family import Family
from evolution_jobs.scenes.mixed_page import PAGE_CHART
from evolution_jobs.scenes.mixed_panels import TWO_PANELS
from evolution_jobs.scenes.mixed_timetable import TIMETABLE

FAMILY = Family(category=Category.MIXED, version=1, patterns=(PAGE_CHART, TIMETABLE, TWO_PANELS))

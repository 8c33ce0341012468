"""Dense text: digits, receipts, timetables and small print, to look up, join and add."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.family import Family
from evolution_jobs.scenes.text_print import PRINT
from evolution_jobs.scenes.text_receipt import LOOKUP, WORN
from evolution_jobs.scenes.text_timetable import TIMETABLE

FAMILY = Family(category=Category.TEXT_DENSE, version=1, patterns=(LOOKUP, TIMETABLE, PRINT, WORN))

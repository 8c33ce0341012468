"""Medical pictures, schematic only: phantoms with bright spots, heart traces and scales. They teach counting, measuring and reading."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.family import Family
from evolution_jobs.scenes.medical_scale import SCALE
from evolution_jobs.scenes.medical_sizes import LARGEST
from evolution_jobs.scenes.medical_spots import SPOTS
from evolution_jobs.scenes.medical_trace import TRACE

FAMILY = Family(category=Category.MEDICAL, version=1, patterns=(SPOTS, LARGEST, TRACE, SCALE))

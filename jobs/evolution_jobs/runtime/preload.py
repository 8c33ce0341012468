"""What a warm stage server imports once, so that the stages forked from it start at once.

Importing torch and transformers costs ten seconds and more of CPU; a run on one machine starts more than a dozen stages. Nothing is
computed here: no tensor, no thread, no device is touched before the fork.
"""

from __future__ import annotations

import importlib

MODULES = (
    "evolution_jobs.runtime.runner",
    "evolution_jobs.policy.tiny_vlm",
    "evolution_jobs.policy.transformers_engine",
    "evolution_jobs.train.trainer",
)

for _name in MODULES:
    importlib.import_module(_name)

"""Stage prepare: the model first, then the data, so that a wrong model source is told before data are drawn."""

from __future__ import annotations

from evolution_contracts.results import PrepareOutcome
from evolution_jobs.prepare.data import prepare_data
from evolution_jobs.prepare.model import prepare_model
from evolution_jobs.runtime.context import StageContext


def run(context: StageContext) -> PrepareOutcome:
    """Put model, folds and registry in place."""
    digest = prepare_model(context)
    folds, natural = prepare_data(context)
    return PrepareOutcome(model_digest=digest, folds=folds, natural=natural)

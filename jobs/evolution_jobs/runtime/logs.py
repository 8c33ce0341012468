"""Logging of a stage: one JSON line an event, with the run, iteration, stage and attempt in each."""

from __future__ import annotations

import logging
import sys

import structlog

from evolution_contracts.stage import StageInput


def stage_logger(stage_input: StageInput, shard: int) -> structlog.stdlib.BoundLogger:
    """Configure logging to standard output and return the stage's logger; libraries log from warnings up."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=False,
    )
    logger: structlog.stdlib.BoundLogger = structlog.get_logger()
    return logger.bind(
        run=stage_input.run.name, iteration=stage_input.iteration, stage=stage_input.stage, attempt=stage_input.attempt, shard=shard
    )

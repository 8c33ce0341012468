"""The closed sets of the method: stages, categories, error types, folds, arms, question types.

Source: arXiv 2602.22859 and its reference code for the 12 categories; the error types are the widened vocabulary that our diagnosis
needs (the reference mixes infrastructure failures into the same field, which is why `abstain` is a verdict here and no error type).
"""

from __future__ import annotations

from enum import StrEnum


class StageName(StrEnum):
    """The stages of a run; each runs as one Job, or one child process locally."""

    PREPARE = "prepare"
    DIAGNOSE = "diagnose"
    GENERATE = "generate"
    FILTER = "filter"
    TRAIN = "train"
    EVALUATE = "evaluate"
    REPORT = "report"


ITERATION_STAGES = (
    StageName.DIAGNOSE,
    StageName.GENERATE,
    StageName.FILTER,
    StageName.TRAIN,
    StageName.EVALUATE,
)
"""The stages of iteration k >= 1, in order."""


class Category(StrEnum):
    """The 12 capability categories of the method."""

    GEOMETRIC = "geometric"
    MEDICAL = "medical"
    CHART_GRAPH = "chart_graph"
    TEXT_DENSE = "text_dense"
    DIAGRAM = "diagram"
    MATH_FORMULA = "math_formula"
    MAP = "map"
    NATURAL_SCENE = "natural_scene"
    ARTISTIC = "artistic"
    EVERYDAY_OBJECT = "everyday_object"
    ARCHITECTURAL = "architectural"
    MIXED = "mixed"


class ErrorType(StrEnum):
    """Why a wrong answer is wrong; never used for an answer that could not be judged."""

    PERCEPTION = "perception"
    TEXT_READING = "text_reading"
    CHART_VALUE = "chart_value"
    COUNTING = "counting"
    SPATIAL = "spatial"
    GEOMETRY_RELATION = "geometry_relation"
    CALCULATION = "calculation"
    KNOWLEDGE = "knowledge"
    INSTRUCTION_FORMAT = "instruction_format"
    HALLUCINATION = "hallucination"
    OTHER = "other"


class Judgement(StrEnum):
    """The verdict on one answer. An abstention (no answer, no judge) is never counted as an error."""

    CORRECT = "correct"
    WRONG = "wrong"
    ABSTAIN = "abstain"


class Fold(StrEnum):
    """The disjoint parts of the data; every reader checks that it was given its own."""

    DIAGNOSIS = "diagnosis"
    SEEDS = "seeds"
    VALIDATION = "validation"
    TEST = "test"


class Arm(StrEnum):
    """What decides the mixture: the diagnosis, or one of the controls at an equal budget."""

    DIAGNOSTIC = "Diagnostic"
    UNIFORM = "Uniform"
    NATURAL = "Natural"
    INVERSE = "Inverse"
    SHUFFLED = "Shuffled"
    STALE = "Stale"

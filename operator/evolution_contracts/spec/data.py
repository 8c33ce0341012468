"""Which held-out and seed data the run works with."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from evolution_contracts.base import Contract
from evolution_contracts.vocabulary import Category


class DataSource(StrEnum):
    """Where samples come from."""

    SCENES = "Scenes"
    FILES = "Files"


class FoldSizes(Contract):
    """Samples of each category in each fold, for drawn data."""

    diagnosis: Annotated[int, Field(ge=1, le=100_000)] = 150
    """Samples of each category to diagnose with."""
    seeds: Annotated[int, Field(ge=0, le=100_000)] = 50
    """Samples of each category that generation may start from."""
    validation: Annotated[int, Field(ge=0, le=100_000)] = 0
    """Samples of each category for quick checks; 0 keeps none."""
    test: Annotated[int, Field(ge=1, le=100_000)] = 200
    """Samples of each category to evaluate on; never used for any decision but the gate."""


class FoldShares(Contract):
    """Share of each fold, for imported data; must sum to 1."""

    diagnosis: Annotated[float, Field(gt=0, lt=1)] = 0.4
    """Share to diagnose with."""
    seeds: Annotated[float, Field(ge=0, lt=1)] = 0.2
    """Share that generation may start from."""
    validation: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share for quick checks."""
    test: Annotated[float, Field(gt=0, lt=1)] = 0.4
    """Share to evaluate on."""

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        total = self.diagnosis + self.seeds + self.validation + self.test
        if abs(total - 1) > 1e-6:
            raise ValueError(f"fold shares sum to {total:g}; they must sum to 1")
        return self


class DataSpec(Contract):
    """The data of the run, split into disjoint folds by content and near-duplicate cluster."""

    source: DataSource = DataSource.SCENES
    """`Scenes` draws the folds with the built-in generators; `Files` imports them."""
    files: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...], Field(max_length=1000)] = ()
    """Parquet files in the Vision-SR1 layout, or JSONL files beside their images; relative paths start at the run file's folder."""
    license: Annotated[str, Field(max_length=200)] = "unknown"
    """SPDX licence of the imported files, recorded with every sample."""
    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=12)] = tuple(Category)
    """Categories that take part; the others get no data and no quota."""
    image_size_pixels: Annotated[int, Field(ge=32, le=4096)] = 448
    """Side of drawn pictures; 64 for the built-in tiny model."""
    max_image_pixels: Annotated[int, Field(ge=1024, le=200_000_000)] = 40_000_000
    """Most pixels of an imported picture; larger ones are refused before they are decoded."""
    folds: FoldSizes = FoldSizes()
    """Fold sizes for drawn data."""
    shares: FoldShares = FoldShares()
    """Fold shares for imported data."""
    image_pool: Annotated[str, Field(max_length=1000)] | None = None
    """Folder or URI of pictures that agents may start from; None uses none."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.source is DataSource.FILES and not self.files:
            raise ValueError("files: source Files needs at least one file; name a .parquet or .jsonl file")
        if self.source is DataSource.SCENES and self.files:
            raise ValueError("files: only read with source Files; set source: Files or remove the list")
        if len(set(self.categories)) != len(self.categories):
            raise ValueError("categories: an entry stands twice; name each category once")
        return self

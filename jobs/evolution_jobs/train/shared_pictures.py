"""Encoding each picture of a batch once.

The rollouts of a group ask about one picture, and a batch holds G copies of it. The vision tower is the same function for each copy,
so it is run on the different pictures only and its features are handed to every row that asks about them; gradients add up as they
would have.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

import torch


def share_pictures(model: Any) -> bool:
    """Let a model of the Qwen-VL kind encode equal pictures of a batch once; returns whether the model is of that kind."""
    inner: Any = getattr(model, "model", None)
    if not hasattr(inner, "get_image_features") or not hasattr(getattr(inner, "visual", None), "spatial_merge_size"):
        return False
    encode = inner.get_image_features

    def encode_once(_self: Any, pixel_values: torch.Tensor, image_grid_thw: torch.Tensor, **options: Any) -> Any:
        first, place = _different_pictures(pixel_values, image_grid_thw)
        if len(first) == len(place):
            return encode(pixel_values, image_grid_thw, **options)
        patches = pixel_values.split(image_grid_thw.prod(-1).tolist())
        output = encode(torch.cat([patches[index] for index in first]), image_grid_thw[first], **options)
        output.pooler_output = _handed_out(output.pooler_output, place)
        if getattr(output, "deepstack_features", None) is not None:
            output.deepstack_features = [_handed_out(level, place) for level in output.deepstack_features]
        return output

    inner.get_image_features = MethodType(encode_once, inner)
    return True


def _different_pictures(pixel_values: torch.Tensor, grids: torch.Tensor) -> tuple[list[int], list[int]]:
    """Return the index of the first row with each picture, and for every row the place of its picture among those.

    Pictures are compared by their grid and a 64-bit checksum of their patches' bits, weighted by position so that an exchange is seen.
    """
    sums = _patch_checksums(pixel_values)
    keys = [(*grid, _weighted_sum(part)) for grid, part in zip(grids.tolist(), sums.split(grids.prod(-1).tolist()), strict=True)]
    places: dict[tuple[int, ...], int] = {}
    first: list[int] = []
    for row, key in enumerate(keys):
        if key not in places:
            places[key] = len(first)
            first.append(row)
    return first, [places[key] for key in keys]


def _patch_checksums(pixel_values: torch.Tensor) -> torch.Tensor:
    bits = pixel_values.detach().to(torch.float32).view(torch.int32).to(torch.int64)
    return (bits * _weights(bits.shape[1], bits.device)).sum(dim=1)


def _weighted_sum(values: torch.Tensor) -> int:
    return int((values * _weights(len(values), values.device)).sum())


def _weights(count: int, device: torch.device) -> torch.Tensor:
    """Return odd 64-bit weights without pattern; sums wrap around, which is what a checksum wants."""
    positions = torch.arange(1, count + 1, dtype=torch.int64, device=device)
    return (positions * -7046029254386353131) ^ ((positions * 2862933555777941757) >> 29) | 1


def _handed_out(features: Any, place: list[int]) -> tuple[torch.Tensor, ...]:
    return tuple(features[index] for index in place)

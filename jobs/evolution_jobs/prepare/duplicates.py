"""Near-duplicate clusters of imported samples: a cluster always goes to one fold.

Two samples belong together when their pixels are equal, or when their pictures look alike and their questions are the same. Drawn samples
never come here: perceptual hashes cannot tell two charts apart that differ in one bar (data notes, C2).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

MAX_DISTANCE = 6
"""Bits in which the hashes of two pictures that look alike may differ (data notes, C2)."""
_CHUNK = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is compared of one sample."""

    sample_id: str
    pixels_digest: str
    picture_hash: int
    question: str


def difference_hash(image: Image.Image) -> int:
    """Return a 64-bit hash of a picture: whether each of 8 x 8 grey cells is darker than its right neighbour.

    Source: the difference hash of N. Krawetz, "Kind of Like That", 2013.
    """
    grey = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.LANCZOS), dtype=np.int16)
    bits = (grey[:, 1:] > grey[:, :-1]).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def clusters(looks: Sequence[Look]) -> list[str]:
    """Return the cluster key of each sample, in order: the least sample id of its cluster, after `near:`."""
    pairs = [np.array([same[:-1], same[1:]], dtype=np.int64) for same in _grouped(look.pixels_digest for look in looks).values()]
    for same in _grouped(_normal(look.question) for look in looks).values():
        hashes = np.array([looks[index].picture_hash for index in same], dtype=np.uint64)
        pairs += [np.array(same, dtype=np.int64)[found] for found in _alike(hashes)]
    first, second = np.concatenate(pairs, axis=1)
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(len(looks), len(looks)))
    components = connected_components(graph, directed=False)[1].tolist()
    least: dict[int, str] = {}
    for component, look in zip(components, looks, strict=True):
        least[component] = min(least.get(component, look.sample_id), look.sample_id)
    return [f"near:{least[component].removeprefix('sha256:')}" for component in components]


def _normal(question: str) -> str:
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", question).casefold()).strip()


def _grouped(keys: Iterable[str]) -> dict[str, list[int]]:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        groups[key].append(index)
    return groups


def _alike(hashes: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> Iterator[np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
    """Yield pairs of positions with close hashes as arrays of two rows, one block of hashes at a time to bound the memory."""
    for start in range(0, len(hashes), _CHUNK):
        block = hashes[start : start + _CHUNK]
        distances = np.bitwise_count(block[:, None] ^ hashes[None, start:])
        yield np.array(np.nonzero(np.triu(distances <= MAX_DISTANCE, k=1)), dtype=np.int64) + start

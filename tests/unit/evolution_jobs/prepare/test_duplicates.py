"""Near-duplicate clusters of imported pictures."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from evolution_jobs.prepare.duplicates import MAX_DISTANCE, Look, clusters, difference_hash


def photo(seed: int) -> Image.Image:
    """Return a smooth picture, as photographs are."""
    return Image.frombytes("RGB", (6, 6), random.Random(seed).randbytes(108)).resize((120, 90), Image.Resampling.BICUBIC)


def look(name: str, *, pixels: str, picture_hash: int = 0, question: str = "How many?") -> Look:
    return Look(sample_id=f"sha256:{name}", pixels_digest=pixels, picture_hash=picture_hash, question=question)


def distance(one: Image.Image, other: Image.Image) -> int:
    return (difference_hash(one) ^ difference_hash(other)).bit_count()


@pytest.mark.parametrize("seed", range(5))
def test_hash_survives_what_copies_of_a_photograph_go_through(seed: int) -> None:
    buffer = io.BytesIO()
    photo(seed).resize((60, 45)).save(buffer, "JPEG", quality=60)
    assert distance(photo(seed), Image.open(buffer)) <= MAX_DISTANCE


def test_hashes_of_other_photographs_differ() -> None:
    assert all(distance(photo(seed), photo(seed + 1)) > MAX_DISTANCE for seed in range(20))


def test_same_pixels_belong_together_whatever_is_asked() -> None:
    assert clusters([look("b", pixels="p"), look("a", pixels="p", question="Why?")]) == ["near:a", "near:a"]


@pytest.mark.parametrize(
    ("bits", "question", "is_same"),
    [(6, "how MANY", True), (7, "how many", False), (0, "How many dogs?", False), (0, " how  many ", True)],
    ids=["six bits", "seven bits", "other question", "other spelling"],
)
def test_alike_pictures_with_the_same_question_belong_together(bits: int, question: str, *, is_same: bool) -> None:
    found = clusters([look("a", pixels="p"), look("b", pixels="q", picture_hash=(1 << bits) - 1, question=question)])
    assert (found[0] == found[1]) is is_same


def test_likeness_is_passed_on_along_a_chain() -> None:
    chain = [look(str(n), pixels=str(n), picture_hash=(1 << (5 * n)) - 1) for n in range(9)]
    assert set(clusters(chain)) == {"near:0"}


def test_clusters_do_not_depend_on_the_order_and_reach_over_blocks() -> None:
    rng = random.Random(3)
    looks = [look(f"{n:04d}", pixels=str(n // 2 if n % 5 == 0 else -n), picture_hash=rng.getrandbits(64)) for n in range(1300)]
    expected = dict(zip((each.sample_id for each in looks), clusters(looks), strict=True))
    rng.shuffle(looks)
    assert dict(zip((each.sample_id for each in looks), clusters(looks), strict=True)) == expected

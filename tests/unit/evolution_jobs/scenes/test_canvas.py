"""The drawing kit: board units, measured text, placement without overlap."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_jobs.scenes.canvas import BOLD, PALETTE, WHITE, Box, Canvas, mix, polar, regular_polygon, scatter
from evolution_jobs.scenes.glyphs import CHARACTERS, glyph_mask, text_width

BLACK = (0, 0, 0)


@pytest.mark.parametrize(("size", "board"), [(64, 64), (448, 448), (560, 448), (224, 448)])
def test_board_does_not_depend_on_the_picture_size_above_tiny(size: int, board: int) -> None:
    canvas = Canvas(size, BLACK)
    assert canvas.board == board
    assert canvas.finish().size == (size, size)


def test_tiny_box_covers_exactly_its_pixels() -> None:
    canvas = Canvas(64, BLACK)
    canvas.box((10, 20, 12, 21), WHITE)
    image = canvas.finish()
    lit = [(x, y) for x in range(64) for y in range(64) if image.getpixel((x, y)) == WHITE]
    assert lit == [(x, y) for x in (10, 11, 12) for y in (20, 21)]


def test_large_shape_is_drawn_at_its_place_at_every_size() -> None:
    for size in (448, 560):
        canvas = Canvas(size, BLACK)
        canvas.circle((112, 336), 40, WHITE)
        image = canvas.finish()
        assert image.getpixel((size // 4, size * 3 // 4)) == WHITE
        assert image.getpixel((size // 2, size // 2)) == BLACK


@pytest.mark.parametrize("kind", ["circle", "square", "triangle", "diamond", "pentagon", "hexagon", "star"])
def test_every_shape_covers_its_centre(kind: str) -> None:
    canvas = Canvas(64, BLACK)
    canvas.shape(kind, (32, 32), 14, BOLD["red"])
    image = canvas.finish()
    assert image.getpixel((32, 32)) == BOLD["red"]
    assert image.getpixel((4, 4)) == BLACK


def test_text_box_holds_every_inked_pixel_and_is_recorded() -> None:
    canvas = Canvas(448, BLACK)
    box = canvas.text((200, 100), "Gauge 47", 24, WHITE)
    image = canvas.finish()
    inked = image.convert("L").getbbox()
    assert inked is not None
    left, top, right, bottom = inked
    assert box.left - 1 <= left
    assert right <= box.right + 1
    assert box.top - 1 <= top
    assert bottom <= box.bottom + 1
    assert image.info["labels"] == (box,)
    assert image.info["least_text_size"] == 24


def test_texture_text_is_no_label() -> None:
    canvas = Canvas(448, BLACK)
    canvas.text((200, 100), "copy", 9, WHITE, is_label=False)
    assert canvas.finish().info["labels"] == ()


def test_measured_width_is_the_width_of_the_drawn_text() -> None:
    canvas = Canvas(448, BLACK)
    box = canvas.text((20, 100), "Harbour", 30, WHITE, anchor="lm")
    assert canvas.measure("Harbour", 30) == pytest.approx(box.right - box.left, abs=3)


def test_block_letters_stand_where_their_box_says() -> None:
    canvas = Canvas(64, BLACK)
    box = canvas.glyphs("80", (5, 9), 3, WHITE)
    assert box == Box(5, 9, 5 + text_width("80", 3), 9 + 21)
    assert canvas.finish().convert("L").getbbox() == (5, 9, round(box.right), round(box.bottom))


def test_no_two_block_letters_look_alike() -> None:
    assert len({glyph_mask(character, 1).tobytes() for character in CHARACTERS}) == len(CHARACTERS)


def test_arrow_ends_at_its_tip_and_dashes_leave_gaps() -> None:
    canvas = Canvas(64, BLACK)
    canvas.arrow((10, 10), (50, 10), WHITE)
    canvas.dashed_line((4, 40), (60, 40), WHITE, dash=4)
    image = canvas.finish()
    assert image.getpixel((48, 10)) == WHITE
    assert image.getpixel((54, 10)) == BLACK
    row = [image.getpixel((x, 40)) for x in range(4, 60)]
    assert BLACK in row
    assert WHITE in row


@given(seed=st.integers(0, 10_000), count=st.integers(1, 9), width=st.integers(4, 18), height=st.integers(4, 18))
def test_scattered_boxes_stay_inside_and_apart(seed: int, count: int, width: int, height: int) -> None:
    area, gap = Box(2, 2, 62, 62), 2
    centres = scatter(random.Random(seed), [(width, height)] * count, area, gap)
    boxes = [Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2) for x, y in centres]
    assert all(box.left >= 2 and box.top >= 2 and box.right <= 62 and box.bottom <= 62 for box in boxes)
    assert not any(first.overlaps(second, gap - 1e-6) for first, second in combinations(boxes, 2))


def test_boxes_that_cannot_fit_are_a_defect_of_the_caller() -> None:
    with pytest.raises(AssertionError, match="do not fit"):
        scatter(random.Random(0), [(40, 40)] * 4, Box(0, 0, 64, 64))


@pytest.mark.parametrize(("degrees", "point"), [(0, (0, -10)), (90, (10, 0)), (180, (0, 10)), (270, (-10, 0))])
def test_angles_start_at_the_top_and_run_clockwise(degrees: int, point: tuple[int, int]) -> None:
    assert polar((0, 0), 10, degrees) == pytest.approx(point)


def test_polygon_has_the_asked_number_of_corners() -> None:
    assert len(regular_polygon((0, 0), 5, 7)) == 7


def test_mix_goes_from_one_colour_to_the_other() -> None:
    assert [mix((0, 100, 200), (100, 0, 200), share) for share in (0, 0.5, 1)] == [(0, 100, 200), (50, 50, 200), (100, 0, 200)]


@pytest.mark.parametrize("palette", [BOLD, PALETTE], ids=["bold", "palette"])
def test_named_colours_are_far_apart(palette: dict[str, tuple[int, int, int]]) -> None:
    for first, second in combinations(palette.values(), 2):
        assert sum(abs(a - b) for a, b in zip(first, second, strict=True)) > 60

"""Folds imported from files, and every way in which files can be bad."""

from __future__ import annotations

import io
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from evolution_contracts.answers import IntegerAnswer
from evolution_contracts.results import PrepareOutcome
from evolution_contracts.vocabulary import Category, Fold, StageName
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.images import decode_image, encode_image
from support.rows import picture
from support.stage_world import World, failure_of, outcome_of, prepare_stage, tiny_spec

CATEGORIES = ("chart_graph", "map")


def files_world(folder: Path, *names: str, **data: Any) -> World:
    """Return a world that imports files of its own root."""
    shares = {"diagnosis": 0.4, "seeds": 0.2, "validation": 0.0, "test": 0.4}
    section = {"source": "Files", "files": names, "categories": CATEGORIES, "license": "CC0-1.0", "shares": shares, **data}
    return World(root=folder, spec=tiny_spec(data=section))


def noise(seed: int, side: int = 16) -> Image.Image:
    return Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(3 * side * side))


def row(number: int, **changes: Any) -> dict[str, Any]:
    """Return a good row of a parquet file; every number is another picture and question."""
    fields = {
        "problem": f"<image>How many dots has card {number}?",
        "answer": str(number),
        "images": [{"bytes": encode_image(noise(number)), "path": None}],
        "problem_type": "numerical",
        "image_type": CATEGORIES[number % 2],
    }
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def imported(world: World) -> dict[Fold, list[Row]]:
    data = world.prepare()
    return {fold: world.rows(data, fold) for fold in Fold}


def flat(folds: dict[Fold, list[Row]]) -> dict[str, Row]:
    return {row.sample.source.uri: row for rows in folds.values() for row in rows}


def test_vision_sr1_parquet_is_imported_and_split(tmp_path: Path) -> None:
    write_parquet(tmp_path / "rows.parquet", [row(number) for number in range(100)])
    folds = imported(files_world(tmp_path, "rows.parquet"))
    sizes = {fold: Counter(row.sample.category for row in rows) for fold, rows in folds.items()}
    both = (Category.CHART_GRAPH, Category.MAP)
    assert sizes[Fold.DIAGNOSIS] == sizes[Fold.TEST] == dict.fromkeys(both, 20)
    assert sizes[Fold.SEEDS] == dict.fromkeys(both, 10)
    sample = flat(folds)["rows.parquet#row=8"].sample
    assert (sample.question, sample.answer) == ("How many dots has card 7?", IntegerAnswer(value=7))
    assert (sample.category, sample.source.license) == (Category.MAP, "CC0-1.0")


def test_same_files_give_the_same_folds_whatever_their_order(tmp_path: Path) -> None:
    ids: list[dict[Fold, list[str]]] = []
    for place, names in ((tmp_path / "one", ("a.parquet", "b.parquet")), (tmp_path / "other", ("b.parquet", "a.parquet"))):
        place.mkdir()
        write_parquet(place / "a.parquet", [row(number) for number in range(40)])
        write_parquet(place / "b.parquet", [row(number) for number in range(40, 80)])
        ids.append({fold: [each.sample.id for each in rows] for fold, rows in imported(files_world(place, *names)).items()})
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    "images",
    [
        {"images": [{"bytes": encode_image(picture()), "path": "x.png"}]},
        {"images": None, "image": {"bytes": encode_image(picture()), "path": None}},
        {"images": None, "image": encode_image(picture())},
        {"images": ["pictures/one.png"]},
        {"images": [{"bytes": None, "path": "pictures/one.png"}]},
    ],
    ids=["list of structs", "struct", "bytes", "list of paths", "struct with a path"],
)
def test_pictures_may_be_stored_in_several_ways(tmp_path: Path, images: dict[str, Any]) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "one.png").write_bytes(encode_image(picture()))
    write_parquet(tmp_path / "more.parquet", [row(number) for number in range(8)])
    write_parquet(tmp_path / "rows.parquet", [row(50, **images)])
    found = flat(imported(files_world(tmp_path, "rows.parquet", "more.parquet")))["rows.parquet#row=1"]
    assert found.picture().tobytes() == picture().tobytes()


def write_jsonl(folder: Path, rows: list[dict[str, Any]]) -> None:
    (folder / "pictures").mkdir(exist_ok=True)
    for number in range(len(rows)):
        (folder / "pictures" / f"{number}.png").write_bytes(encode_image(noise(number)))
    (folder / "rows.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows))


def json_row(number: int, **changes: Any) -> dict[str, Any]:
    fields = {"question": f"Question {number}?", "answer": number, "image": f"pictures/{number}.png", "category": CATEGORIES[number % 2]}
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def test_json_lines_beside_their_pictures_are_imported(tmp_path: Path) -> None:
    write_jsonl(tmp_path, [json_row(number) for number in range(12)])
    found = flat(imported(files_world(tmp_path, "rows.jsonl")))
    assert len(found) == 12
    assert found["rows.jsonl#row=4"].sample.answer == IntegerAnswer(value=3)


def test_photograph_is_kept_as_it_is_and_everything_else_becomes_png(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored: list[bytes] = []
    for options in ({}, {"exif": exif}):
        buffer = io.BytesIO()
        noise(len(stored), 24).save(buffer, "JPEG", **options)
        stored.append(buffer.getvalue())
    rows = [row(number) for number in range(8)]
    rows += [row(20 + number, images=[{"bytes": data, "path": None}]) for number, data in enumerate(stored)]
    write_parquet(tmp_path / "rows.parquet", rows)
    found = flat(imported(files_world(tmp_path, "rows.parquet")))
    assert found["rows.parquet#row=9"].image == stored[0]
    turned = found["rows.parquet#row=10"]
    assert turned.image.startswith(b"\x89PNG")
    assert turned.picture().tobytes() == decode_image(stored[1], name="a").tobytes()


def test_same_picture_never_stands_in_two_folds(tmp_path: Path) -> None:
    rows = [row(number, images=row(number // 4)["images"]) for number in range(80)]
    write_parquet(tmp_path / "rows.parquet", rows)
    folds = imported(files_world(tmp_path, "rows.parquet"))
    pictures = [{each.sample.image.pixels_digest for each in folds[fold]} for fold in Fold]
    assert sum(map(len, pictures)) == len(set.union(*pictures)) == 20
    assert len(flat(folds)) == 80


def test_exact_duplicates_are_imported_once(tmp_path: Path) -> None:
    write_parquet(tmp_path / "rows.parquet", [row(number % 10) for number in range(30)])
    assert len(flat(imported(files_world(tmp_path, "rows.parquet")))) == 10


def test_rows_of_other_categories_are_left_out(tmp_path: Path) -> None:
    write_parquet(tmp_path / "rows.parquet", [row(number) for number in range(20)])
    found = flat(imported(files_world(tmp_path, "rows.parquet", categories=("map",))))
    assert {each.sample.category for each in found.values()} == {Category.MAP}
    assert len(found) == 10


def test_missing_category_is_the_only_one_that_the_run_names(tmp_path: Path) -> None:
    write_parquet(tmp_path / "rows.parquet", [row(number, image_type=None) for number in range(10)])
    found = flat(imported(files_world(tmp_path, "rows.parquet", categories=("medical",))))
    assert {each.sample.category for each in found.values()} == {Category.MEDICAL}


def test_outcome_tells_the_natural_mixture(tmp_path: Path) -> None:
    write_parquet(tmp_path / "rows.parquet", [row(number, image_type="map" if number % 5 else "chart_graph") for number in range(100)])
    world = files_world(tmp_path, "rows.parquet")
    outcome = outcome_of(world.run(prepare_stage, world.input(StageName.PREPARE, iteration=0)))
    assert isinstance(outcome, PrepareOutcome)
    assert outcome.natural == {Category.CHART_GRAPH: 4, Category.MAP: 16}


def _bytes(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: _written(folder / name, content)


def _written(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def _rows(*rows: dict[str, Any]) -> Callable[[Path], object]:
    return lambda folder: write_parquet(folder / "rows.parquet", list(rows))


def _lines(*rows: dict[str, Any]) -> Callable[[Path], None]:
    return lambda folder: write_jsonl(folder, list(rows))


def _image(data: bytes) -> list[dict[str, Any]]:
    return [{"bytes": data, "path": None}]


def _good_parquet(folder: Path) -> bytes:
    return write_parquet(folder / "good.parquet", [row(1), row(2)]).read_bytes()


CUT_PNG = encode_image(noise(1))[:300]
LARGE_PNG = encode_image(noise(1, 40))
BAD_FILES: list[Any] = [
    ("rows.parquet", lambda folder: None, "InvalidConfiguration", r"rows.parquet does not exist"),
    ("rows.csv", _bytes("rows.csv", b"a,b"), "InvalidConfiguration", r"neither \.parquet nor \.jsonl"),
    ("rows.parquet", _bytes("rows.parquet", b""), "InvalidData", r"rows\.parquet cannot be read as parquet"),
    ("rows.parquet", _bytes("rows.parquet", b"PAR1 no parquet"), "InvalidData", r"rows\.parquet cannot be read as parquet"),
    (
        "rows.parquet",
        lambda folder: _written(folder / "rows.parquet", _good_parquet(folder)[:-200]),
        "InvalidData",
        r"rows\.parquet cannot be read as parquet",
    ),
    ("rows.parquet", _rows(row(1, answer=None)), "InvalidData", r"rows\.parquet: no column 'answer'; it has 'problem', 'images'"),
    ("rows.parquet", _rows(row(1, problem=None)), "InvalidData", r"no column 'problem' or 'question'"),
    ("rows.parquet", _rows(row(1, images=None)), "InvalidData", r"no column 'images' or 'image'"),
    ("rows.jsonl", _bytes("rows.jsonl", b""), "InvalidData", r"rows\.jsonl holds no rows"),
    ("rows.jsonl", _bytes("rows.jsonl", b'{"question": "a"\n'), "InvalidData", r"row 1 is no JSON"),
    ("rows.jsonl", _bytes("rows.jsonl", b"\xff\xfe\x00\n"), "InvalidData", r"row 1 is no JSON"),
    ("rows.jsonl", _bytes("rows.jsonl", b"[1]\n"), "InvalidData", r"row 1 is list, no JSON object"),
    ("rows.jsonl", _lines(json_row(0, answer=None)), "InvalidData", r"row 1: answer is missing"),
    ("rows.jsonl", _lines(json_row(0, answer=["a"])), "InvalidData", r"row 1: answer: .* is list"),
    ("rows.jsonl", _lines(json_row(0, answer=" ")), "InvalidData", r"row 1: answer: '' has 0 characters"),
    ("rows.jsonl", _lines(json_row(0, question="<image>")), "InvalidData", r"row 1: question: '' has 0 characters"),
    ("rows.jsonl", _lines(json_row(0, options="AB")), "InvalidData", r"row 1: options: 'AB' is no list of texts"),
    ("rows.jsonl", _lines(json_row(0, image=None)), "InvalidImage", r"row 1: images or image is missing"),
    ("rows.jsonl", _lines(json_row(0, image="pictures/gone.png")), "InvalidImage", r"row 1: image: 'pictures/gone.png' does not exist"),
    ("rows.jsonl", _lines(json_row(0, image="../secret.png")), "InvalidImage", r"row 1: image: '\.\./secret.png' leaves the folder"),
    ("rows.jsonl", _lines(json_row(0, image="/etc/passwd")), "InvalidImage", r"row 1: image: '/etc/passwd' leaves the folder"),
    ("rows.jsonl", _lines(json_row(0, image=["pictures/0.png"] * 2)), "InvalidImage", r"row 1: image: 2 pictures, expected 1"),
    ("rows.jsonl", _lines(json_row(0, image=7)), "InvalidImage", r"row 1: image: holds neither bytes nor a path"),
    ("rows.parquet", _rows(row(1), row(2, images=_image(b""))), "InvalidImage", r"row 2: images: holds neither bytes nor a path"),
    (
        "rows.parquet",
        _rows(row(1), row(2, images=_image(encode_image(noise(1))[:300]))),
        "InvalidImage",
        r"row 2: image: picture cannot be",
    ),
    ("rows.parquet", _rows(row(1, images=_image(b"<svg/>"))), "InvalidImage", r"row 1: image: 6 bytes are no picture"),
    (
        "rows.parquet",
        _rows(row(1, images=_image(encode_image(noise(1, 40))))),
        "InvalidImage",
        r"40 x 40 pixels is above the limit of 1,500",
    ),
    ("rows.parquet", _rows(row(1, answer="a dozen")), "InvalidData", r"row 1: answer: 'a dozen' is no answer of problem_type 'numerical'"),
    ("rows.parquet", _rows(row(1, image_type=None)), "InvalidData", r"row 1: category: is missing"),
    ("rows.parquet", _rows(row(1, image_type="photo")), "InvalidData", r"row 1: category: 'photo' is no category"),
    (
        "rows.parquet",
        _rows(*(row(number, image_type="map") for number in range(9))),
        "InvalidData",
        r"no row of the categories chart_graph",
    ),
    ("rows.parquet", _rows(row(1), row(2)), "InvalidData", r"1 clusters of near-duplicates leave the fold"),
]


@pytest.mark.parametrize(("name", "write", "reason", "message"), BAD_FILES, ids=[case[3] for case in BAD_FILES])
def test_bad_input_ends_in_one_clear_error(tmp_path: Path, name: str, write: Callable[[Path], object], reason: str, message: str) -> None:
    write(tmp_path)
    world = files_world(tmp_path, name, max_image_pixels=1500)
    failure = failure_of(world.run(prepare_stage, world.input(StageName.PREPARE, iteration=0)))
    assert failure.reason == reason
    assert re.search(message, failure.message), failure.message
    assert not failure.is_retryable


def test_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "secret.png").write_bytes(encode_image(picture()))
    (data / "link.png").symlink_to(tmp_path / "secret.png")
    (data / "rows.jsonl").write_text(json.dumps(json_row(0, image="link.png")))
    world = files_world(tmp_path, "data/rows.jsonl")
    assert "leaves the folder" in failure_of(world.run(prepare_stage, world.input(StageName.PREPARE, iteration=0))).message

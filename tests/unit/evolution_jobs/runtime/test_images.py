"""Pictures under limits."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from evolution_contracts.errors import ImageError
from evolution_jobs.runtime.images import ALLOWED_FORMATS, decode_image, encode_image, image_ref

NOISE = Image.frombytes("RGB", (40, 30), random.Random(1).randbytes(3600))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds next to nothing."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body)) + encoded(NOISE, "PNG")[33:]


@pytest.mark.parametrize("kind", ALLOWED_FORMATS)
def test_every_allowed_format_is_read(kind: str) -> None:
    image = decode_image(encoded(NOISE, kind), name="a")
    assert (image.mode, image.size) == ("RGB", (40, 30))


@pytest.mark.parametrize("kind", ALLOWED_FORMATS)
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.9])
def test_truncated_picture_is_refused_by_name(kind: str, share: float) -> None:
    data = encoded(NOISE, kind)
    with pytest.raises(ImageError, match=r"rows\.parquet: row 3"):
        decode_image(data[: int(len(data) * share)], name="rows.parquet: row 3")


@pytest.mark.parametrize("data", [b"", b"no picture", b"<svg/>", b"%PDF-1.7"], ids=["empty", "text", "svg", "pdf"])
def test_other_files_are_no_picture(data: bytes) -> None:
    with pytest.raises(ImageError, match="no picture"):
        decode_image(data, name="a")


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(ImageError, match=r"60000 x 60000 pixels is above the limit of 40,000,000|cannot be decoded: Image size"):
        decode_image(png_header(60_000, 60_000), name="a")


def test_limit_is_the_number_of_pixels() -> None:
    data = encode_image(NOISE)
    assert decode_image(data, name="a", max_pixels=1200).size == (40, 30)
    with pytest.raises(ImageError, match=r"40 x 30 pixels is above the limit of 1,199.*maxImagePixels"):
        decode_image(data, name="a", max_pixels=1199)


def test_photograph_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = decode_image(encoded(NOISE, "JPEG", exif=exif, quality=95), name="a")
    assert upright.size == (30, 40)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_are_white(mode: str) -> None:
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0)).convert(mode)
    data = encoded(clear, "PNG", **({"transparency": clear.getpixel((0, 0))} if mode == "P" else {}))
    assert decode_image(data, name="a").getpixel((1, 1)) == (255, 255, 255)


def test_pixels_identify_a_picture_whatever_encoder_wrote_it() -> None:
    references = {image_ref(decode_image(data, name="a")) for data in (encoded(NOISE, "PNG"), encoded(NOISE, "BMP"), encode_image(NOISE))}
    assert references == {image_ref(NOISE)}
    assert image_ref(NOISE.transpose(Image.Transpose.ROTATE_90)) != image_ref(NOISE)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(ALLOWED_FORMATS), changes=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=12)
)
def test_damaged_picture_is_read_or_refused_but_never_crashes(kind: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(encoded(NOISE, kind))
    for position, value in changes:
        data[position % len(data)] = value
    try:
        image = decode_image(bytes(data), name="a", max_pixels=100_000)
    except ImageError:
        return
    assert image.mode == "RGB"

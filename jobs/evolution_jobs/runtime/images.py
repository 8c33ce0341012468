"""Pictures: decoded under limits, identified by their pixels, stored as PNG."""

from __future__ import annotations

import hashlib
import io
import struct
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from evolution_contracts.errors import ImageError
from evolution_contracts.records import ImageRef

DEFAULT_MAX_PIXELS = 40_000_000
ALLOWED_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")

_DECODER_ERRORS = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    struct.error,
    Image.DecompressionBombError,
)
"""What Pillow's parsers raise on damaged bytes, found by trying tens of thousands of them."""


def decode_image(data: bytes, *, name: str, max_pixels: int = DEFAULT_MAX_PIXELS) -> Image.Image:
    """Return an RGB picture, upright and on a white ground; `ImageError` names what is wrong with it.

    The size is read from the header first, so a decompression bomb is refused before it is unpacked.
    """
    try:
        with warnings.catch_warnings():
            # The limit below is stricter than Pillow's, and what is wrong with a damaged file is told by the error or harmless.
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=ALLOWED_FORMATS)
            width, height = image.size
            if width * height > max_pixels:
                raise ImageError(
                    f"{name}: picture of {width} x {height} pixels is above the limit of {max_pixels:,} pixels.",
                    remedy="Scale it down, or raise data.maxImagePixels.",
                )
            image.load()
            return _plain_rgb(image)
    except UnidentifiedImageError as error:
        raise ImageError(f"{name}: {len(data)} bytes are no picture.", remedy=f"Use one of {', '.join(ALLOWED_FORMATS)}.") from error
    except _DECODER_ERRORS as error:
        raise ImageError(f"{name}: picture cannot be decoded: {error}.", remedy="Replace the truncated or damaged file.") from error


def _plain_rgb(image: Image.Image) -> Image.Image:
    """Return what a viewer shows: turned as EXIF says, transparent parts white."""
    upright = ImageOps.exif_transpose(image)
    if not upright.has_transparency_data:
        return upright.convert("RGB")
    opaque = upright.convert("RGBA")
    ground = Image.new("RGBA", opaque.size, "white")
    return Image.alpha_composite(ground, opaque).convert("RGB")


def encode_image(image: Image.Image) -> bytes:
    """Return the picture as PNG bytes."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def image_ref(image: Image.Image) -> ImageRef:
    """Return what identifies a picture: its size and the digest of mode, size and pixels."""
    digest = hashlib.sha256(f"{image.mode} {image.width} {image.height} ".encode() + image.tobytes())
    return ImageRef(pixels_digest=f"sha256:{digest.hexdigest()}", width_pixels=image.width, height_pixels=image.height)


def media_type(data: bytes) -> str:
    """Return the media type of an encoded picture of an allowed format, by its header alone."""
    with Image.open(io.BytesIO(data), formats=ALLOWED_FORMATS) as image:
        return Image.MIME[image.format or "PNG"]

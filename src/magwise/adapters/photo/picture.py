"""Bytes of a picture -> an upright RGB array that is small enough to read. Runs in the worker only.

Nothing is decoded before its header says that it is one still picture of bearable size. Raises NotAPicture for what
is none, TooLargePicture for what is too large; Pillow's other complaints all become NotAPicture.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from magwise.errors import NotAPicture, TooLargePicture

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["LARGEST_PICTURE", "MOST_PIXELS", "is_picture", "open_picture", "png_of"]

LARGEST_PICTURE = 25_000_000  # bytes; a telephone's JPEG of 50 megapixels has about 15 million
MOST_PIXELS = 64_000_000
LONGEST_SIDE = 3200  # pixels kept for reading; finer print than this shows cannot be told from noise
SHORTEST_SIDE = 24
SLENDEREST = 20  # times as long as wide; a strip beyond it is no photo of a pack
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_STILL = frozenset({"MPO"})  # a telephone's JPEG with a preview behind it: its first picture is the photo
_ANOTHER = "Take the photo again, or save it as JPEG or PNG."


def is_picture(content: bytes) -> bool:
    """Whether these bytes begin as a picture does, whatever the file is called."""
    if content[:4] == b"RIFF":
        return content[8:12] == b"WEBP"
    if content[4:8] == b"ftyp":
        return content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"avif"}
    if content[:2] == b"BM":  # a text may begin so: a real one says where its pixels begin
        return content[6:10] == b"\0\0\0\0"
    return content.startswith(_BEGINNINGS)


def open_picture(content: bytes) -> tuple[Any, float]:
    """The picture upright as its camera says, and how many given pixels one of it stands for."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                _bearable(picture)
                return _decoded(picture)
        except (NotAPicture, TooLargePicture):
            raise
        except Image.DecompressionBombError:
            raise _too_many(None) from None
        except UnidentifiedImageError:
            raise NotAPicture(
                "This is no picture that can be opened, or only part of one.",
                remedy=f"{_ANOTHER} Photos in HEIC or AVIF have to be saved as JPEG first.",
            ) from None
        except MemoryError:
            raise _too_many(None) from None
        except Exception as damaged:  # decoders raise whatever they like on damaged bytes
            raise NotAPicture(
                f"The picture is damaged or cut off ({_short(damaged)}).", remedy=_ANOTHER
            ) from None


def png_of(pixels: Any) -> bytes:
    """These pixels as a PNG file."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _bearable(picture: Image.Image) -> None:
    """Raises for what must not be decoded; looks at the header only."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_many(width * height)
    if min(width, height) < SHORTEST_SIDE:
        raise NotAPicture(
            f"The picture is only {width} × {height} pixels: no print can be read in it.", remedy=_ANOTHER
        )
    if max(width, height) > SLENDEREST * min(width, height):
        raise NotAPicture(
            f"The picture is a strip of {width} × {height} pixels, not a photo.",
            remedy="Give a photo that shows the whole facts panel.",
        )
    if picture.format not in _STILL and getattr(picture, "is_animated", False):
        raise NotAPicture(
            "This file holds several pictures: an animation or several pages.",
            remedy="Save the one that shows the facts panel as JPEG or PNG.",
        )


def _decoded(picture: Image.Image) -> tuple[Any, float]:
    import numpy as np
    from PIL import ImageOps

    given = max(picture.size)
    if picture.format in {"JPEG", "MPO"}:
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # lets the decoder skip what is not needed
    upright = ImageOps.exif_transpose(_on_white(picture))
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return np.asarray(upright), given / max(upright.size)


def _on_white(picture: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes white, as on paper."""
    from PIL import Image

    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        paper.alpha_composite(clear)
        plain = paper.convert("RGB")
    elif picture.mode.startswith("I;16"):
        plain = picture.point(lambda value: value / 256).convert("L").convert("RGB")
    else:
        plain = picture.convert("RGB")
    exif = picture.info.get("exif")
    if exif:
        plain.info["exif"] = exif
    return plain


def _too_many(pixels: int | None) -> TooLargePicture:
    counted = f" has {pixels / 1e6:,.0f} million pixels; it" if pixels else ""
    return TooLargePicture(
        f"The picture{counted} may have at most {MOST_PIXELS // 1_000_000} million.",
        remedy="Save it smaller; 2,000 pixels across the facts panel are plenty.",
    )


def _short(error: Exception) -> str:
    said = " ".join(str(error).split())[:80]
    return said or type(error).__name__

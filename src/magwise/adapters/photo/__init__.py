"""A photo of a pack -> what it says, and the line that a person has to compare with the pack.

`read_photo` looks at the picture in a process of its own, without a network, and gives back the label as
`magwise.label` reads it from the print. It never confirms anything: that is for whoever holds the pack.
"""

from __future__ import annotations

from magwise.adapters.photo.model import Barcode, Photo, Seen
from magwise.adapters.photo.picture import LARGEST_PICTURE, is_picture
from magwise.adapters.photo.reader import Reader, check_installed

__all__ = [
    "LARGEST_PICTURE",
    "Barcode",
    "Photo",
    "Reader",
    "Seen",
    "check_installed",
    "is_picture",
    "read_photo",
]


def read_photo(content: bytes, *, country: str | None = None, reader: Reader | None = None) -> Photo:
    """What this picture holds. Pass one Reader for several pictures: it keeps its process warm."""
    from magwise.adapters.photo.reading import crop_box, photo_of, reading_of

    if reader is None:
        with Reader() as fresh:
            return read_photo(content, country=country, reader=fresh)
    sight, (reading, crop) = reader.look(
        content, crop_of=lambda seen: (one := reading_of(seen, country=country), crop_box(seen, one))
    )
    return photo_of(sight, reading, crop)

"""A photo at the command line: its line of magnesium is shown beside its crop, and asked about before it counts.

On a terminal a person answers. Without one, or with --yes or --json, nobody is asked and the answer says that it is
not confirmed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from magwise.errors import MagwiseError, NotALabel, NotFound

if TYPE_CHECKING:
    from magwise.adapters.photo import Photo

__all__ = ["label_of_photo", "show_photo"]

TRIES = 3
COMPARE = "Not confirmed: compare this line with the pack before you use the figure."
TYPE_IT = "Type the facts panel into a text file, above all the line that begins with Magnesium."


def show_photo(
    content: bytes, where: str, *, country: str | None, as_json: bool, crop: Path | None, yes: bool
) -> None:
    """Read the photo and print what it says. Raises NotALabel when the person says that the line is wrong."""
    from magwise.adapters.photo.json import photo_json

    photo = _read(content, where, country)
    if crop is not None and photo.crop is not None:
        _save(photo.crop, crop)
    if as_json:
        print(json.dumps(photo_json(photo), ensure_ascii=False, indent=1))
        return
    for line in _beginning(photo, crop):
        print(line)
    if photo.line is None:
        return
    print(_confirmed(photo, crop, where, ask=not yes and _somebody_is_there()))
    from magwise.adapters.cli.read import told
    from magwise.adapters.quality import quality_of
    from magwise.label.json import to_json

    said = to_json(photo.label, spans=False) | {"quality": quality_of(photo.label, photo.text)}
    for line in told(said, photo.text):
        print(line)


def label_of_photo(path: Path, place: str) -> str:
    """The text of this photo for a person file: asked about on a terminal, else announced as not confirmed."""
    where = f"{place}, {path.name}"
    try:
        if path.is_dir():
            raise NotFound("This is a folder, not a photo.", where=where)
        from magwise.adapters.photo import LARGEST_PICTURE

        with path.open("rb") as file:
            content = file.read(LARGEST_PICTURE + 1)
    except OSError:
        raise NotFound(
            f"There is no photo {path.name}.",
            where=where,
            remedy="The path is read from the folder of the person file.",
        ) from None
    photo = _read(content, where, None)
    if photo.label.elemental is None or photo.line is None:
        why = (*photo.why, *photo.label.why, "")[0]
        raise NotALabel(f"No amount of magnesium was read. {why}".strip(), where=where, remedy=TYPE_IT)
    print("\n".join([f"Photo {path.name}", *_beginning(photo, None)]), file=sys.stderr)
    print(_confirmed(photo, None, where, ask=_somebody_is_there()), file=sys.stderr)
    return photo.text


def _read(content: bytes, where: str, country: str | None) -> Photo:
    from magwise.adapters.photo import read_photo

    try:
        return read_photo(content, country=country)
    except MagwiseError as error:
        raise type(error)(error.what, where=error.where or where, remedy=error.remedy) from None


def _beginning(photo: Photo, crop: Path | None) -> list[str]:
    said = {
        "found": "The line about magnesium, as it was read:",
        "none_found": "Magnesium: none found.",
        "panel_not_visible": "Panel not visible.",
    }[photo.seen]
    lines = [said]
    if photo.line is not None:
        lines += [f"  {line}" for line in photo.line.splitlines()]
        lines += [f"The reader's own certainty: {min(99, int(100 * (photo.confidence or 0)))} %."]
    lines += list(photo.why)
    if crop is not None:
        lines += [f"Its crop: {crop}" if photo.crop else "There is no line to crop."]
    lines += [f"Barcode: {code.text} ({code.kind})" for code in photo.barcodes]
    return lines


def _confirmed(photo: Photo, crop: Path | None, where: str, *, ask: bool) -> str:
    """What to say about the line once it was asked about, or was not."""
    if not ask:
        return COMPARE
    with tempfile.TemporaryDirectory(prefix="magwise-") as folder:
        if crop is None and photo.crop is not None:
            shown = Path(folder) / "line.png"
            shown.write_bytes(photo.crop)
            print(f"Its crop, until you answer: {shown}", file=sys.stderr)
        if _agreed():
            return "Confirmed by you."
    raise NotALabel("The line is not what the pack says.", where=where, remedy=TYPE_IT)


def _agreed() -> bool:
    for _ in range(TRIES):
        print("Is this exactly what the pack says? [yes/no] ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip().lower()
        if answer in {"y", "yes"}:
            return True
        if answer in {"n", "no"}:
            return False
    return False


def _somebody_is_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _save(crop: bytes, path: Path) -> None:
    try:
        path.write_bytes(crop)
    except OSError as refused:
        raise MagwiseError(f"The crop cannot be written: {refused.strerror}.", where=str(path)) from None

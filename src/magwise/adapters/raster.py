"""An SVG of ours in, a PNG out, without system libraries: Typst, which also sets our reports, draws it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from magwise.errors import WrongUse

__all__ = ["png_of", "write_drawing"]

_PAGE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")\n'
_DOTS_PER_INCH = 192.0  # twice a screen's, sharp on paper too


def png_of(svg: str) -> bytes:
    """The picture in light colours: a PNG cannot follow a reader's dark mode."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "drawing.svg").write_text(svg, encoding="utf-8")
        page = Path(folder) / "page.typ"
        page.write_text(_PAGE, encoding="utf-8")
        made = typst.compile(str(page), format="png", ppi=_DOTS_PER_INCH)
    return bytes(made[0] if isinstance(made, list) else made)


def write_drawing(path: Path, svg: str) -> None:
    """Write the drawing as the file's ending says; WrongUse for another ending, or where nothing can be written."""
    ending = path.suffix.lower()
    if ending not in (".svg", ".png"):
        raise WrongUse(
            f"{path.name} is neither .svg nor .png.", remedy="Give a file that ends in .svg or .png."
        )
    content = svg.encode() if ending == ".svg" else png_of(svg)
    try:
        path.write_bytes(content)
    except OSError as refused:
        raise WrongUse(f"{path} cannot be written: {refused.strerror}.") from refused

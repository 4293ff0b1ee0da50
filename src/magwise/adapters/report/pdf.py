"""The one page for the pharmacist or doctor as a PDF: an answer in, bytes out.

The typst wheel brings its own fonts, so that nothing is looked up on this computer or elsewhere. What was told goes in
as data and never as markup, so that no text of a label or a note can run anything.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from magwise.adapters.contract import PlanAnswer
from magwise.adapters.report.page import page_of

__all__ = ["pdf_of"]

TEMPLATE = Path(__file__).with_name("page.typ")


def pdf_of(answer: PlanAnswer, told: list[tuple[str, str]], *, demo: bool = False) -> bytes:
    """The page of this answer; `told` is what the person answered, question by question. `demo` marks it as made up."""
    import typst

    data: dict[str, Any] = page_of(answer, told) | {"demo": demo}
    made = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"page": json.dumps(data, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError("one page was asked for")  # several come as a list only for pictures
    return made

"""Small pieces of Markdown, spelt the same way on every page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from magwise.facts import Citation, Fact, Status

__all__ = [
    "anchor",
    "bullets",
    "cell",
    "citations",
    "code",
    "cut",
    "figure",
    "hours",
    "page",
    "standing",
    "table",
]

WRITTEN = "<!-- Written by `make docs`. Change the code or the knowledge it comes from, not this page. -->"


def page(title: str, *parts: str) -> str:
    """A whole page; parts are separated by one blank line."""
    return "\n\n".join([WRITTEN, f"# {title}", *(part.strip("\n") for part in parts if part)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; an empty one is a sentence."""
    body = [f"| {' | '.join(cell(one) for one in row)} |" for row in rows]
    if not body:
        return "None."
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *body])


def cell(value: object) -> str:
    """Anything as one table cell: no line break, no stray bar; nothing is a dash."""
    text = " ".join(str(value if value is not None else "").split())
    return text.replace("|", "\\|") or "–"


def anchor(heading: str) -> str:
    """The link to a heading, as GitHub makes it: 'IX019 levothyroxine' is ix019-levothyroxine."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {' '.join(line.split())}" for line in lines)


def code(text: str) -> str:
    return f"`{text}`"


def cut(text: str, language: str = "text") -> str:
    """Text as it stands, in a fence."""
    return f"```{language}\n{text.rstrip()}\n```"


def figure(value: object) -> str:
    """A number as people write it: 4.0 as 4."""
    return f"{float(value):g}" if isinstance(value, int | float) else str(value)


def hours(gap: Sequence[float | None]) -> str:
    """[4, 2] as '4 / 2': magnesium before, magnesium after."""
    before, after = gap
    if before is None and after is None:
        return "–"
    return f"{_or_dash(before)} / {_or_dash(after)}"


def standing(fact: Fact) -> str:
    """'checked 2026-11-22'; a draft says what that means."""
    if fact.status is Status.DRAFT:
        return f"draft, entered {fact.checked}"
    return f"{fact.status.value} {fact.checked}"


def citations(cited: Iterable[Citation]) -> str:
    """Each source with its link and the place in it."""
    return "; ".join(_cited(one) for one in cited)


def _cited(one: Citation) -> str:
    name = f"[{one.source}]({one.source.url})" if one.source.url else str(one.source)
    return f"{name}: {one.where}" if one.where else name


def _or_dash(hours_apart: float | None) -> str:
    return "–" if hours_apart is None else figure(hours_apart)

"""A label of the NIH Dietary Supplement Label Database (JSON, version 9) -> the text of its panel.

Writes the panel as it would be printed, so that one reader serves all; nothing is interpreted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["text_of_label"]


def text_of_label(record: Mapping[str, Any]) -> str:
    """The panel, the other ingredients and the directions, one row a line."""
    return "\n".join(_lines(record))


def _lines(record: Mapping[str, Any]) -> Iterator[str]:
    yield f"{record.get('brandName') or ''} {record.get('fullName') or ''}".strip()
    for net in _list(record.get("netContents"))[:1]:
        yield f"Net contents: {_amount(net.get('quantity'))} {_plain(net.get('unit'))}"
    yield "Supplement Facts"
    sizes = _list(record.get("servingSizes"))
    if sizes:
        yield f"Serving Size: {_amount(sizes[0].get('maxQuantity'))} {_plain(sizes[0].get('unit'))}"
    if record.get("servingsPerContainer"):
        yield f"Servings Per Container: {record['servingsPerContainer']}"
    yield "Amount Per Serving"
    for row in _list(record.get("ingredientRows")):
        yield from _rows(row)
    others = _mapping(record.get("otheringredients"))
    names = [_plain(i.get("name")) for i in _list(others.get("ingredients"))]
    if names or others.get("text"):
        yield f"Other ingredients: {', '.join(names) or others['text']}."
    for statement in _list(record.get("statements")):
        if "Directions" in str(statement.get("type", "")):
            yield str(statement.get("notes") or "")


def _rows(row: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    quantities = _list(row.get("quantity"))
    first = quantities[0] if quantities else {}
    forms = [
        f"{form.get('prefix') or ''} {_plain(form.get('name'))}".strip() for form in _list(row.get("forms"))
    ]
    named = f"{_plain(row.get('name'))} ({_led(', '.join(forms))})" if forms else _plain(row.get("name"))
    unit = _plain(first.get("unit"))
    amount = f" {_amount(first.get('quantity'))} {unit}" if unit and unit not in ("NP", "None") else ""
    groups = _list(first.get("dailyValueTargetGroup"))
    percent = f" {_amount(groups[0]['percent'])}%" if groups and groups[0].get("percent") is not None else ""
    blend = "Proprietary Blend: " if row.get("category") == "blend" else ""
    yield f"{blend}{named}{amount}{percent}"
    if depth < 4:
        for nested in _list(row.get("nestedRows")):
            yield from _rows(nested, depth + 1)


def _led(forms: str) -> str:
    return forms if forms.lower().startswith(("as ", "from ")) else f"as {forms}"


def _plain(value: object) -> str:
    """'Tablet(s)' as 'tablets'; braces are notation of the database."""
    return str(value or "").replace("(s)", "s").replace("{", "").replace("}", "").strip()


def _amount(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value or "")


def _list(value: object) -> list[Any]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

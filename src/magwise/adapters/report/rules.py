"""The 225 rules of the specification in our words, each with its strength, its stage and its proofs."""

from __future__ import annotations

from collections import Counter

from magwise import knowledge
from magwise.adapters.report.markdown import page, table

__all__ = ["pages"]


def pages() -> dict[str, str]:
    """Path under docs/reference -> the page."""
    return {"rules.md": _rules()}


def _rules() -> str:
    entries = knowledge.entries("rules")
    strengths = Counter(one["strength"] for one in entries)
    counted = ", ".join(f"{number} {strength}" for strength, number in strengths.items())
    sections: dict[str, list[knowledge.Entry]] = {}
    for one in entries:
        sections.setdefault(f"{one['guide']} guide: {one['section'].replace('-', ' ')}", []).append(one)
    return page(
        "Rules of the specification",
        f"{len(entries)} statements of two general guides on magnesium aspartate, in our own words: {counted}. A "
        "hard rule is proved by the tests and case tables named beside it; a soft one is a preference; info is "
        "for explaining. Where the guides contradict each other or a label, "
        "[this page](../explanation/where-sources-disagree.md) says what we did.",
        *(
            part
            for name, rules in sections.items()
            for part in (
                f"## {name[0].upper()}{name[1:]}",
                table(
                    ["id", "says", "strength", "stage", "proved by"],
                    [
                        (f"`{one['id']}`", _says(one), one["strength"], one["stage"], _proofs(one))
                        for one in rules
                    ],
                ),
            )
        ),
    )


def _says(one: knowledge.Entry) -> str:
    return f"{one['says']} *{one['note']}*" if one.get("note") else str(one["says"])


def _proofs(one: knowledge.Entry) -> str:
    return "<br>".join(f"`{proof}`" for proof in one.get("proved_by", ()))

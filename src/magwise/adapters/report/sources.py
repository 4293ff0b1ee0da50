"""Every published text that a fact cites."""

from __future__ import annotations

from collections import Counter

from magwise import knowledge
from magwise.adapters.report.markdown import code, page, table

__all__ = ["pages"]


def pages() -> dict[str, str]:
    """Path under docs/reference -> the page."""
    cited = Counter(citation.source.id for fact in knowledge.all_facts() for citation in fact.citations)
    registered = sorted(knowledge.sources().values(), key=lambda one: one.id)
    rows = [
        (code(one.id), f"[{one.title}]({one.url})" if one.url else one.title, one.year, cited[one.id])
        for one in registered
    ]
    statuses = Counter(fact.status.value for fact in knowledge.all_facts())
    return {
        "our-own-choices.md": _our_own(),
        "sources.md": page(
            "Sources",
            f"{sum(statuses.values())} facts: {statuses['checked']} checked in the published text, "
            f"{statuses['draft']} drafts that nobody has confirmed there yet, {statuses['reviewed']} reviewed by a "
            "clinician or pharmacist. `magwise facts ID` prints any of them.",
            table(["id", "text", "year", "facts that cite it"], rows),
        ),
    }


def _our_own() -> str:
    """Facts that rest on no published text but on a choice of ours."""
    ours = [
        (
            code(fact.id),
            fact.says,
            "; ".join(one.where or "" for one in fact.citations if one.source.id == "magwise"),
            fact.file,
        )
        for fact in knowledge.all_facts()
        if any(one.source.id == "magwise" for one in fact.citations)
    ]
    return page(
        "Our own choices",
        "No published text gives these figures, or gives none that can be computed with; they are ours, they are "
        "open to review, and they are shown as drafts where they decide anything. "
        "[How we choose them](../decisions/0007-figures-of-our-own.md).",
        table(["fact", "says", "chosen because", "in knowledge/"], ours),
    )

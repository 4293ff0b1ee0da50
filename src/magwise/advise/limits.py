"""The limit in force: what the country allows, the general ceiling, and every cap that was found."""

from __future__ import annotations

from magwise import knowledge
from magwise.advise.model import EffectiveLimit
from magwise.intake import Limit
from magwise.safety import Screening

__all__ = ["effective_limit"]


def effective_limit(published: Limit, screening: Screening) -> EffectiveLimit:
    """The smallest of all; only a clinician's recorded order stands in for the published figure."""
    general = float(str(knowledge.fact("dosing", "general-limit").values["value"]))
    if screening.order is not None:
        caps = [one.cap_mg for one in screening.findings if one.cap_mg is not None and one.cap_mg < general]
        return EffectiveLimit(
            min([screening.order.limit_mg, *caps]), f"order of {screening.order.who}", published
        )
    base = min(published.mg_per_day, general)
    if screening.cap_mg is not None and screening.cap_mg < base:
        rule = next(one for one in screening.findings if one.cap_mg == screening.cap_mg)
        return EffectiveLimit(screening.cap_mg, f"Magwise rule {rule.rule}", published)
    return EffectiveLimit(base, published.authority, published)

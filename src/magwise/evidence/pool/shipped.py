"""The sets of trials that come with Magwise, as studies ready to pool.

Counts and means are facts in knowledge/trials, each with the paper it was read in; a trial whose printed figures
cannot be right stays on file and out of the pool.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from magwise.errors import NotFound, NotPoolable
from magwise.evidence.pool.effects import Measure, of_events, of_means
from magwise.evidence.pool.study import Cells, Study
from magwise.facts import Fact
from magwise.knowledge import facts

__all__ = ["ShippedSet", "names", "shipped"]


@dataclass(frozen=True)
class ShippedSet:
    """`left_out` are facts that belong here and are not pooled."""

    name: str
    title: str
    measure: Measure
    better: str
    unit: str
    studies: tuple[Study, ...]
    facts: tuple[Fact, ...]
    left_out: tuple[Fact, ...]

    @property
    def is_draft(self) -> bool:
        return any(fact.is_draft for fact in self.facts)

    @property
    def columns(self) -> Mapping[str, tuple[float, ...]]:
        """What is known of every trial as a number: its year, its dose in mg, its weeks."""
        told = {name: [_of(fact.values, name) for fact in self.facts] for name in ("year", "dose", "weeks")}
        return {
            name: tuple(value for value in values if value is not None)
            for name, values in told.items()
            if None not in values
        }

    def moderator(self, name: str) -> tuple[float, ...]:
        """A column for a meta-regression."""
        if name not in self.columns:
            raise NotPoolable(
                f"There is no column {name!r} for every trial of {self.name}.",
                remedy=f"Columns: {', '.join(self.columns)}.",
            )
        return self.columns[name]


@cache
def names() -> tuple[str, ...]:
    """The sets that can be pooled, by name."""
    return tuple(dict.fromkeys(str(fact.values["set"]) for fact in facts("trials") if "set" in fact.values))


def shipped(name: str, measure: Measure | None = None) -> ShippedSet:
    """The set of this name, with effects in the measure asked for or its own."""
    mine = [fact for fact in facts("trials") if fact.values.get("set") == name]
    if not mine:
        raise NotFound(f"There is no set of trials called {name!r}.", remedy=f"Sets: {', '.join(names())}.")
    shared = mine[0].values
    kept = tuple(fact for fact in mine if fact.values.get("pooled") is not False)
    wanted = measure or Measure(str(shared["measure"]))
    return ShippedSet(
        name,
        str(shared["title"]),
        wanted,
        str(shared["better"]),
        str(shared["unit"]),
        tuple(_study(fact, wanted) for fact in kept),
        kept,
        tuple(fact for fact in mine if fact not in kept),
    )


def _of(values: Mapping[str, Any], name: str) -> float | None:
    told = values.get(name)
    value = told.get("value") if isinstance(told, Mapping) else told
    return float(value) if isinstance(value, int | float) else None


def _study(fact: Fact, measure: Measure) -> Study:
    values: Mapping[str, Any] = fact.values
    name = f"{values['trial']} {values['year']}"
    _check_fits(name, values, measure)
    if "effect" in values:
        return Study(name, float(values["effect"]["value"]), float(values["effect"]["se"]) ** 2)
    treated, control = values["with_magnesium"], values["without"]
    if "events" in treated:
        return of_events(
            name, measure, Cells(treated["events"], treated["n"], control["events"], control["n"])
        )
    arms = [(arm["mean"], arm["sd"], arm["n"]) for arm in (treated, control)]
    return of_means(name, measure, arms[0], arms[1])


def _check_fits(name: str, values: Mapping[str, Any], measure: Measure) -> None:
    """Events give ratios and differences of risk, means give mean differences, an effect only what it is."""
    if "effect" in values:
        possible: tuple[Measure, ...] = (Measure(str(values["measure"])),)
    elif "events" in values["with_magnesium"]:
        possible = (Measure.RR, Measure.OR, Measure.RD)
    else:
        possible = (Measure.MD, Measure.SMD)
    if measure not in possible:
        raise NotPoolable(
            f"These figures give no {measure.words}.",
            where=name,
            remedy=f"Choose {' or '.join(possible)}.",
        )

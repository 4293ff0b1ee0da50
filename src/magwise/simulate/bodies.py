"""The model's numbers, read from knowledge/bodies: parameters, forms, covariates, bounds, posterior draws.

Everything here is data with a source; nothing is computed but the reading.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magwise import knowledge
from magwise.errors import BrokenKnowledge, OutsideTheModel
from magwise.facts import Fact

__all__ = [
    "Bound",
    "Parameter",
    "Spread",
    "bound",
    "draws",
    "form",
    "number",
    "parameters",
    "person_fact",
    "shift",
]

ROOM = "bodies"
POSTERIOR = knowledge.HERE / ROOM / "posterior.csv"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A constant of the model in the reference adult; both spreads are of its logarithm."""

    id: str
    value: float
    prior_log_sd: float
    people_log_sd: float
    fit: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """A value with its plausible range; `at` reads it like a dice throw."""

    low: float
    best: float
    high: float

    def at(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """u = 0 gives low, 0.5 best, 1 high; straight lines between."""
        below = self.low + (self.best - self.low) * 2.0 * u
        above = self.best + (self.high - self.best) * (2.0 * u - 1.0)
        return np.where(u < 0.5, below, above)


@dataclass(frozen=True, slots=True)
class Bound:
    """A range in which the model may speak."""

    id: str
    low: float
    high: float
    unit: str
    says: str

    def check(self, value: float, what: str, where: str | None = None) -> float:
        """The value itself. Raises OutsideTheModel with the bound when it lies outside, or is no number."""
        if not self.low <= value <= self.high:  # false for NaN too
            raise OutsideTheModel(
                f"{what} is {value:g} {self.unit}; the model covers {self.low:g} to {self.high:g} {self.unit}.",
                where=where,
                remedy=self.says,
            )
        return value


@cache
def parameters() -> dict[str, Parameter]:
    """Every parameter by name, in file order."""
    return {
        fact.id: Parameter(
            fact.id,
            _number(fact, "value"),
            _number(fact, "prior_log_sd"),
            _number(fact, "people_log_sd"),
            bool(fact.values["fit"]),
        )
        for fact in _file("parameters")
    }


@cache
def form(name: str) -> tuple[Spread, bool]:
    """(dissolved share, alkaline) of a salt family. Raises OutsideTheModel naming near ones."""
    known = {fact.id: fact for fact in _file("forms")}
    fact = known.get(_plain(name))
    if fact is None:
        raise OutsideTheModel(f"There is no form {name!r}.", remedy=f"Known: {', '.join(known)}.")
    return _spread(fact, "dissolved"), bool(fact.values["alkaline"])


@cache
def shift(name: str, kind: str) -> Spread | None:
    """How a covariate shifts `absorbs`, `dissolves` or `threshold`; None when it leaves that alone."""
    fact = knowledge.fact(ROOM, name)
    return _spread(fact, kind) if kind in fact.values else None


@cache
def person_fact(name: str) -> Fact:
    return knowledge.fact(ROOM, name)


@cache
def number(name: str, field: str = "value") -> float:
    """One number of one fact of this room."""
    return _number(person_fact(name), field)


@cache
def bound(name: str) -> Bound:
    fact = next(one for one in _file("domain") if one.id == name)
    return Bound(name, _number(fact, "low"), _number(fact, "high"), str(fact.values["unit"]), fact.says)


@cache
def draws() -> dict[str, NDArray[np.float64]]:
    """Draws from the posterior, one array a parameter; made by `python -m magwise.simulate.calibrate`."""
    try:
        with POSTERIOR.open(newline="") as file:
            names, *rows = csv.reader(file)
    except FileNotFoundError:
        raise BrokenKnowledge(
            "The posterior draws are missing.", where="knowledge/bodies/posterior.csv"
        ) from None
    columns = np.array(rows, dtype=np.float64).T
    return dict(zip(names, columns, strict=True))


def _file(name: str) -> tuple[Fact, ...]:
    return tuple(fact for fact in knowledge.facts(ROOM) if fact.file == f"{ROOM}/{name}.yaml")


def _spread(fact: Fact, field: str) -> Spread:
    given: Any = fact.values[field]
    return Spread(float(given["low"]), float(given["value"]), float(given["high"]))


def _number(fact: Fact, field: str) -> float:
    return float(str(fact.values[field]))


def _plain(name: str) -> str:
    return "_".join(name.lower().replace("-", " ").replace("_", " ").split())

"""A lab result as a report prints it -> a value with its marker and unit, or "could not check".

Serum and other magnesium readings become mmol/L (24 h urine: mmol/24 h); eGFR stays in mL/min/1.73 m².
A result without a unit is an input error, because mg/dL and mmol/L differ by more than two. What a reading
means for a plan is decided in `safety`; a normal serum level never means that the body's stores are full.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.errors import NotAPerson
from magwise.facts import Fact
from magwise.findings import Unchecked

__all__ = ["Lab", "Marker", "SerumLevel", "SerumReading", "classify_serum", "read_lab"]


class Marker(StrEnum):
    SERUM = "serum"
    IONISED = "ionised"
    RED_CELLS = "red cells"
    URINE = "urine 24 h"
    EGFR = "egfr"


class SerumLevel(StrEnum):
    LOW_SEVERE = "low_severe"
    LOW = "low"
    WITHIN = "within"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Lab:
    """One result. `value` is in mmol/L, mmol/24 h or, for eGFR, mL/min/1.73 m².

    doubt  the figure stands, but another unit or a slipped decimal point would make it ordinary: ask
    """

    marker: Marker
    value: float
    as_written: str
    taken: date | None = None
    doubt: Unchecked | None = None


@dataclass(frozen=True, slots=True)
class SerumReading:
    """A serum level beside what laboratories print and beside the cut-off that researchers propose.

    low, high         the range that `level` was judged by
    usual             the range printed in this country; `high` may be wider, because it stops a plan
    below_research    under the proposed lower end, though perhaps inside the laboratory's range
    """

    level: SerumLevel
    mmol_l: float
    low: float
    high: float
    usual: tuple[float, float]
    research_cutoff: float
    below_research: bool
    because: tuple[str, ...]
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    spec: tuple[str, ...] = ("A044.2", "A044.3")


def read_lab(
    what: str, value: float, unit: str | None, taken: date | None = None, *, where: str = "labs"
) -> Lab | Unchecked:
    """The result as a value; Unchecked for what cannot be right. A missing unit raises NotAPerson."""
    if not (unit or "").strip():
        raise NotAPerson(
            f"The lab result {what!r} has no unit.",
            where=where,
            remedy="Copy the unit from the report: mmol/L, mg/dL or mEq/L for magnesium.",
        )
    written = f"{what} {value:g} {unit}"
    marker = _marker(what)
    if marker is None:
        harmless = any(word in _squeezed(what[:80]) for word in _harmless())
        return _cannot(written, f"we do not know a lab called {what!r}", blocks=not harmless)
    units = _words()[marker]["units"]
    if _squeezed(str(unit)) not in units:
        return _cannot(written, f"{unit!r} is no unit for {marker} magnesium that we know")
    return _believable(marker, value, units[_squeezed(str(unit))], written, taken)


def classify_serum(
    mmol_l: float,
    country: str | None,
    age: float,
    printed_low: float | None = None,
    printed_high: float | None = None,
) -> SerumReading:
    """Where a serum level stands. Within the range is all that "within" says: it never means adequate.

    `printed_low` and `printed_high` are the laboratory's own range in mmol/L, when the report shows one.
    """
    gate, research = knowledge.fact("labs", "serum-gate"), knowledge.fact("labs", "L07")
    usual = _range_of(country, age)
    low = _figure(usual, "low") if printed_low is None else printed_low
    usual_high = _figure(usual, "high") if printed_high is None else printed_high
    severe, high = (
        _figure(gate, "low_severe"),
        _figure(gate, "high") if printed_high is None else printed_high,
    )
    cutoff = _figure(research, "low")
    level = _level(mmol_l, severe, low, high)
    used = (usual, gate, research)
    return SerumReading(
        level=level,
        mmol_l=mmol_l,
        low=low,
        high=high,
        usual=(low, usual_high),
        research_cutoff=cutoff,
        below_research=mmol_l < cutoff,
        because=_why(level, mmol_l, (low, usual_high), high, cutoff),
        facts=tuple(fact.id for fact in used),
        sources=tuple(dict.fromkeys(str(citation) for fact in used for citation in fact.citations)),
    )


_OTHER_FLUIDS = (
    "urin",
    "rbc",
    "cell",
    "eryth",
    "ioni",
    "hair",
    "saliva",
    "sweat",
    "stool",
    "muscle",
    "bone",
    "load",
)


# -- words and units -----------------------------------------------------------------------------------------


@cache
def _words() -> Mapping[Marker, Mapping[str, Any]]:
    return {
        Marker(entry["id"]): entry for entry in knowledge.entries("lab_words") if entry["id"] != "harmless"
    }


@cache
def _harmless() -> tuple[str, ...]:
    """Labs that say nothing about magnesium or the kidneys; any other unknown one blocks a plan."""
    return next(
        tuple(entry["words"]) for entry in knowledge.entries("lab_words") if entry["id"] == "harmless"
    )


def _squeezed(text: str) -> str:
    return "".join(text.lower().replace("μ", "µ").split())


def _marker(what: str) -> Marker | None:
    name = _squeezed(what[:80])
    exact = next((marker for marker, entry in _words().items() if name in entry["words"]), None)
    if exact is not None or "magnesium" not in name or any(word in name for word in _OTHER_FLUIDS):
        return exact
    return Marker.SERUM  # "magnesium blood test", "Magnesium level"


def _into_mmol(value: float, unit: str) -> float:
    """The value in mmol (per litre or per 24 h), from a unit of lab_words."""
    one = knowledge.fact("labs", "L37")
    mg = _figure(one, "mg_per_mmol")
    factors = {
        "one": 1.0,
        "mmol": 1.0,
        "micromol": 0.001,
        "meq": 1 / _figure(one, "meq_per_mmol"),
        "mg": 1 / mg,
        "mg_per_l": 1 / mg,
        "mg_per_dl": 10 / mg,
    }
    return value * factors[unit]


def _believable(marker: Marker, value: float, unit: str, written: str, taken: date | None) -> Lab | Unchecked:
    """A value that a living person can have; a factor of ten or a wrong unit shows here."""
    bounds = _bounds(marker)
    number = _into_mmol(value, unit) if math.isfinite(value) else value
    if not _figure(bounds, "low") <= number <= _figure(bounds, "high"):
        return _cannot(written, f"{bounds.says} ({bounds.id})")
    return Lab(marker, number, written, taken, _doubt(marker, value, number, written, bounds))


def _bounds(marker: Marker) -> Fact:
    return next(
        fact
        for fact in knowledge.facts("labs")
        if fact.values["use"] == "believable" and fact.values["marker"] == marker
    )


def _doubt(marker: Marker, value: float, number: float, written: str, bounds: Fact) -> Unchecked | None:
    if "doubt_below" not in bounds.values:
        return None
    below, above = _figure(bounds, "doubt_below"), _figure(bounds, "doubt_above")
    if below <= number <= above:
        return None
    usual = knowledge.fact("labs", "L04")
    low, high = _figure(usual, "low"), _figure(usual, "high")
    others = [(name, _into_mmol(value, key)) for name, key in _words()[marker]["units"].items()]
    meant = next((f"in {name}" for name, read in others if low <= read <= high), None)
    slip = "with the decimal point moved" if any(low <= number * f <= high for f in (0.1, 10)) else None
    ordinary = meant or slip
    if ordinary is None:
        return None
    return _cannot(written, f"it is far from ordinary, while {ordinary} it would be ordinary")


def _cannot(written: str, why: str, *, blocks: bool = True) -> Unchecked:
    return Unchecked(
        what=written,
        why=why,
        remedy="Compare the figure and its unit with the report, and correct or remove the line.",
        blocks=blocks,
        spec=("A044.2",) if blocks else (),
    )


# -- levels --------------------------------------------------------------------------------------------------


def _range_of(country: str | None, age: float) -> Fact:
    """What the country's laboratories print at this age; else the range with the highest lower end."""
    ranges = [
        fact
        for fact in knowledge.facts("labs")
        if fact.values["use"] == "range"
        and fact.values["marker"] == Marker.SERUM
        and _figure(fact, "from_y") <= age < _figure(fact, "below_y", math.inf)
    ]
    code = (country or "").strip().upper()
    own = [fact for fact in ranges if code in _codes(fact)]
    return own[0] if own else max(ranges, key=lambda fact: _figure(fact, "low"))


def _codes(fact: Fact) -> list[str]:
    codes = fact.values.get("codes", [])
    return [str(code) for code in codes] if isinstance(codes, list) else []


def _level(mmol_l: float, severe: float, low: float, high: float) -> SerumLevel:
    if mmol_l < severe:
        return SerumLevel.LOW_SEVERE
    if mmol_l < low:
        return SerumLevel.LOW
    return SerumLevel.WITHIN if mmol_l <= high else SerumLevel.HIGH


def _why(
    level: SerumLevel, mmol_l: float, usual: tuple[float, float], high: float, cutoff: float
) -> tuple[str, ...]:
    low, usual_high = usual
    reasons = [f"serum magnesium {mmol_l:.2f} mmol/L, laboratories print {low:.2f} to {usual_high:.2f}"]
    if mmol_l > usual_high and level is SerumLevel.WITHIN:
        reasons.append(f"above the range printed here, not above {high:.2f}, where magnesium stops")
    if level is SerumLevel.WITHIN and mmol_l < cutoff:
        reasons.append(f"inside the laboratory's range, below the {cutoff:.2f} that researchers propose")
    if level is SerumLevel.WITHIN:
        reasons.append("a normal serum level does not show that the body's stores are full")
    return tuple(reasons)


def _figure(fact: Fact, name: str, otherwise: float | None = None) -> float:
    value = fact.values.get(name, otherwise)
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"{fact.id} has no {name}")

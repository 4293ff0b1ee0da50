"""The published checks, rerun: `python -m magwise.simulate.validate` prints row by row pass or fail.

Rows and their intervals are knowledge/bodies/checks.yaml, what each paper did is a protocol file beside it. The model
was not fitted to them. A row passes when the middle of our people lies in the published interval; every row is printed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from magwise import knowledge
from magwise.facts import Fact
from magwise.simulate.absorbed import absorbed_shares
from magwise.simulate.course import DAY_H, Course, mmol
from magwise.simulate.engine import Records, best_engine
from magwise.simulate.people import People, sample
from magwise.simulate.protocol import read_protocol_file
from magwise.simulate.timetable import timetable

__all__ = ["Check", "checks", "validate"]

Array = NDArray[np.float64]
PLATEAU = 0.95  # of the rise at the end counts as the plateau
DOSE_H = 8.0  # when single doses are given in the protocols
LAST_DAYS = 14  # a trial's end is read over two weeks


@dataclass(frozen=True, slots=True)
class Check:
    """One published figure and what our people say."""

    fact: Fact
    p5: float
    p50: float
    p95: float

    @property
    def passes(self) -> bool:
        return _number(self.fact, "low") <= self.p50 <= _number(self.fact, "high")

    @property
    def holds(self) -> bool:
        """Whether the published figure lies within the band of our people."""
        return self.p5 <= _number(self.fact, "value") <= self.p95

    @property
    def set_aside(self) -> bool:
        """Whether the row was set aside before the model was built (H), not added later (P)."""
        return self.fact.id.startswith("H")

    @property
    def independent(self) -> bool:
        return bool(self.fact.values["independent"])


@dataclass(frozen=True, slots=True)
class _Pair:
    """A protocol's people with their doses and without."""

    course: Course
    people: People
    given: Records
    plain: Records

    def serum_rise(self) -> Array:
        volumes = self.people.crowd.traits.per_plasma_volume
        return np.asarray((self.given.plasma - self.plain.plasma) * volumes)

    def urine_rise(self) -> Array:
        """mmol a day, a row a day; from daily output."""
        return np.diff(self.given.urine - self.plain.urine, axis=0)


@cache
def _pair(name: str) -> _Pair:
    course = read_protocol_file(knowledge.HERE / "bodies" / "protocols" / f"{name}.toml")
    engine = best_engine()
    people = sample(course, engine)
    given, plain = (engine(people.crowd, timetable(one)) for one in (course, course.without_doses()))
    return _Pair(course, people, given, plain)


def checks() -> tuple[Fact, ...]:
    return tuple(fact for fact in knowledge.facts("bodies") if fact.file == "bodies/checks.yaml")


def validate() -> tuple[Check, ...]:
    """Every row, run now."""
    return tuple(_checked(fact) for fact in checks())


def _checked(fact: Fact) -> Check:
    names = fact.values["protocols"]
    assert isinstance(names, list)  # noqa: S101 - for the type checker
    people = _MEASURES[str(fact.values["measure"])](fact, *(_pair(str(name)) for name in names))
    p5, p50, p95 = np.quantile(people, [0.05, 0.5, 0.95])
    return Check(fact, float(p5), float(p50), float(p95))


def _end(rows: Array) -> Array:
    return np.asarray(rows[-LAST_DAYS:].mean(axis=0))


def _plateau_weeks(rows: Array) -> Array:
    """The week from which the middle of the people has 95 % of its final rise."""
    middle = np.median(rows, axis=1)
    weekly = middle[: len(middle) // 7 * 7].reshape(-1, 7).mean(axis=1)
    below = np.flatnonzero(weekly < PLATEAU * weekly[-1])
    return np.array([float(below[-1] + 2 if len(below) else 1)])


def _weeks_of_each(rows: Array) -> Array:
    """The same for every person, moved so that their middle is that of the people's middle."""
    weekly = rows[: len(rows) // 7 * 7].reshape(-1, 7, rows.shape[1]).mean(axis=1)
    late = len(weekly) - np.argmax((weekly < PLATEAU * weekly[-1])[::-1], axis=0)
    each = np.where((weekly < PLATEAU * weekly[-1]).any(axis=0), late + 1.0, 1.0)
    return np.asarray(each - np.median(each) + _plateau_weeks(rows))


def _absorbed(pair: _Pair) -> Array:
    """The share of the protocol's oral doses that is taken up, the mean of them."""
    shares = absorbed_shares(pair.course, pair.people.crowd)
    return np.asarray(np.mean([one for moment in shares.values() for one in moment.values()], axis=0))


def _area(records: Records, people: People) -> Array:
    """Area under the serum curve from 8:00 to 20:00 of the first day, mmol/L times h."""
    window = (records.time_h >= DOSE_H) & (records.time_h <= DOSE_H + 12.0)
    serum = records.plasma[window] * people.crowd.traits.per_plasma_volume
    return np.asarray(np.trapezoid(serum, records.time_h[window], axis=0))


def _half_life(pair: _Pair) -> Array:
    """From what is left of the rise four and twelve hours after a bolus, h."""
    rise = pair.serum_rise()
    early, late = (rise[int(np.searchsorted(pair.given.time_h, DOSE_H + after))] for after in (4.0, 12.0))
    return np.asarray(np.log(2.0) * 8.0 / np.log(early / late))


def _day_after(pair: _Pair, hour: float) -> Array:
    from_, to = (int(np.searchsorted(pair.given.time_h, at)) for at in (hour, hour + DAY_H))
    return np.asarray(pair.given.urine[to] - pair.given.urine[from_])


def _share_high(fact: Fact, records: Records, people: People) -> Array:
    serum = records.plasma[-LAST_DAYS:].mean(axis=0) * people.crowd.traits.per_plasma_volume
    return np.array([np.mean(serum >= _number(fact, "threshold_mmol_l"))])


def _daily_dose_mmol(course: Course) -> float:
    return mmol(sum(dose.mg * len(dose.hours) for dose in course.doses))


_MEASURES: dict[str, Callable[..., Array]] = {
    "serum_rise": lambda fact, pair: _end(pair.serum_rise()),
    "urine_rise": lambda fact, pair: _end(pair.urine_rise()),
    "serum_plateau_weeks": lambda fact, pair: _weeks_of_each(pair.serum_rise()[1:]),
    "urine_plateau_weeks": lambda fact, pair: _weeks_of_each(pair.urine_rise()),
    "absorbed": lambda fact, pair: _absorbed(pair),
    "serum_area_rise": lambda fact, pair: _area(pair.given, pair.people) / _area(pair.plain, pair.people) - 1,
    "serum_peak_rise": lambda fact, pair: pair.serum_rise().max(axis=0),
    "half_life_after_bolus": lambda fact, pair: _half_life(pair),
    "net_absorption_of_diet": lambda fact, pair: (
        1 - pair.people.baseline.faeces_mmol_d / mmol(1.0) / pair.people.baseline.diet_mg_d
    ),
    "urine_mg": lambda fact, pair: pair.people.baseline.urine_mmol_d / mmol(1.0),
    "absorbed_ratio": lambda fact, one, other: _absorbed(one) / _absorbed(other),
    "urine_difference_after_day_6": lambda fact, one, other: (
        _day_after(one, 128.0) - _day_after(other, 128.0)
    ),
    "urine_rise_ratio": lambda fact, one, other: one.urine_rise()[0] / other.urine_rise()[0],
    "urine_share_of_dose": lambda fact, pair: (
        pair.urine_rise()[-3:].mean(axis=0) / _daily_dose_mmol(pair.course)
    ),
    "share_high_before": lambda fact, pair: _share_high(fact, pair.plain, pair.people),
    "share_high_after": lambda fact, pair: _share_high(fact, pair.given, pair.people),
}


def _number(fact: Fact, field: str) -> float:
    return float(str(fact.values[field]))


def table(found: tuple[Check, ...]) -> list[str]:
    """The lines of the validation table, as the credibility page prints them."""
    lines = [
        "| row | published (interval) | ours, middle (5 to 95 % of people) | unit | result | in our band |",
        "|---|--:|--:|---|---|---|",
    ]
    for one in found:
        v = one.fact.values
        result = "pass" if one.passes else "**fail**"
        dependent = "" if one.independent else " (not independent)"
        lines.append(
            f"| {one.fact.id} {one.fact.says} | {v['value']} ({v['low']} to {v['high']}) "
            f"| {one.p50:.3g} ({one.p5:.3g} to {one.p95:.3g}) | {v['unit']} | {result}{dependent} "
            f"| {'yes' if one.holds else 'no'} |"
        )
    return lines


def summary(found: tuple[Check, ...]) -> str:
    """How many pass, of the rows set aside and of those added later."""
    alone = [one for one in found if one.independent]
    aside, later = ([one for one in alone if one.set_aside is wanted] for wanted in (True, False))
    return (
        f"{sum(one.passes for one in aside)} of {len(aside)} independent rows that were set aside pass, and "
        f"{sum(one.passes for one in later)} of {len(later)} that were added later. In "
        f"{sum(one.holds for one in alone)} of {len(alone)} the published figure lies in our band."
    )


def main(arguments: list[str]) -> int:
    found = validate()
    print("\n".join(table(found)))
    print("\n" + summary(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

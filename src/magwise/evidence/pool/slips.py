"""Printed rows of trials in, slips out: figures that cannot all be as they stand.

Each was found in a paper or on a page about magnesium: a standard error printed as a deviation, a change in one arm
quoted as the difference, a p that its own figures do not give, one outcome's figures repeated for another, percentages
that no whole number of people gives, a paper under another year or salt, the people of a review beside the pool of a
few, and Hartung and Knapp's interval on two trials. A slip is a reason to open the paper again; nothing is corrected.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from magwise import knowledge
from magwise.evidence.pool.chance import normal_p, t_p
from magwise.facts import Fact

__all__ = ["Arm", "Figure", "Printed", "Slip", "contradictions", "find_slips", "printed_of"]

_ROUNDING = 1e-9
_MOST_LEFT_OUT = 300  # in larger groups a trial's own spread no longer moves the middle


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed: its value, and half of its last digit."""

    value: float
    half: float = 0.0

    @classmethod
    def of(cls, text: str) -> Figure | None:
        """None for an empty cell and for what is no plain number; 0.67 stands for 0.665 to 0.675."""
        plain = text.strip().replace("−", "-").removesuffix("%").strip()
        if not re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)", plain):
            return None
        decimals = len(plain.partition(".")[2])
        return cls(float(plain), 0.5 * 10.0**-decimals)

    @property
    def bounds(self) -> tuple[float, float]:
        return self.value - self.half, self.value + self.half

    def meets(self, other: Figure) -> bool:
        """Whether both may stand for one number."""
        return abs(self.value - other.value) <= self.half + other.half + _ROUNDING


@dataclass(frozen=True, slots=True)
class Arm:
    """What one arm prints."""

    people: Figure | None = None
    mean: Figure | None = None
    sd: Figure | None = None
    events: Figure | None = None
    percent: Figure | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """One row as printed; `texts` holds its words (outcome, people, journal, salt, test), in lower case.

    pooled_trials  how many trials a pooled row rests on; claimed: the people it is quoted with
    """

    name: str
    where: str
    author: str = ""
    year: str = ""
    treated: Arm = field(default_factory=Arm)
    control: Arm = field(default_factory=Arm)
    difference: Figure | None = None
    se: Figure | None = None
    p: Figure | None = None
    claimed: Figure | None = None
    pooled_people: Figure | None = None
    pooled_trials: Figure | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def arms(self) -> tuple[Arm, Arm]:
        return self.treated, self.control


@dataclass(frozen=True, slots=True)
class Slip:
    """What does not fit, where, and what to look up."""

    kind: str
    where: str
    says: str
    look_up: str


def contradictions(rows: Sequence[Printed]) -> tuple[Slip, ...]:
    """What cannot all be as it stands, in the order of the rows."""
    found = [slip for row in rows for rule in _OF_ONE for slip in rule(row)]
    return _in_order([*found, *_same_figures_twice(rows)], rows)


def find_slips(rows: Sequence[Printed]) -> tuple[Slip, ...]:
    """The same, and spreads far below the other trials', which may be right all the same."""
    return _in_order([*contradictions(rows), *_below_the_other_trials(rows)], rows)


def _in_order(found: Sequence[Slip], rows: Sequence[Printed]) -> tuple[Slip, ...]:
    order = {row.where: at for at, row in enumerate(rows)}
    return tuple(sorted(found, key=lambda slip: order[slip.where]))


# -- a standard error printed as a standard deviation --------------------------------------------------------


def _below_what_people_differ_by(row: Printed) -> Iterator[Slip]:
    """Against what is known of such people, where the outcome and the people are named."""
    for fact in knowledge.facts("grading"):
        values: Mapping[str, Any] = fact.values
        if values["kind"] != "slip" or "outcome" not in values or not _is_about(row, values):
            continue
        unit = "least_mg_dl" if "mg/dl" in row.text("unit") else "least"
        least = float(values[unit]["value"])
        if any(arm.sd is not None and arm.sd.value < least for arm in row.arms):
            yield _standard_error(row, f"{fact.says} Printed: {_spreads(row)}.")


def _is_about(row: Printed, values: Mapping[str, Any]) -> bool:
    people = row.text("people")
    for word in values["not_people"]:
        people = people.replace(word, " ")
    named = any(_has_word(row.text("outcome"), word) for word in values["outcome"])
    return named and any(_has_word(people, word) for word in values["people"])


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None


def _below_the_other_trials(rows: Sequence[Printed]) -> Iterator[Slip]:
    """Against the other trials of one outcome, and only where √n times it would be among theirs."""
    for group in _by(rows, lambda row: row.text("outcome")):
        everything = _Spreads.of([sd for row in group for sd in _sds(row)])
        for row in group:
            others = everything if len(group) > _MOST_LEFT_OUT else _of_others(row, group)
            if others is not None:
                yield from _far_below(row, others)


@dataclass(frozen=True, slots=True)
class _Spreads:
    """The standard deviations of several trials: smallest, middle, largest."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, sds: Sequence[float]) -> _Spreads | None:
        return cls(min(sds), statistics.median(sds), max(sds)) if sds else None


def _of_others(row: Printed, group: Sequence[Printed]) -> _Spreads | None:
    """The spreads of the other trials; None where they are too few to compare with."""
    others = [other for other in group if other.name != row.name and _sds(other)]
    if len({other.name for other in others}) < _number("slip-spread-share", "others"):
        return None
    return _Spreads.of([sd for other in others for sd in _sds(other)])


def _far_below(row: Printed, others: _Spreads) -> Iterator[Slip]:
    share = _number("slip-spread-share", "least")
    for arm in row.arms:
        if arm.sd is None or arm.people is None or arm.people.value < 1:
            continue
        as_error = arm.sd.value * math.sqrt(arm.people.value)
        if arm.sd.value < share * others.middle and others.low <= as_error <= others.high:
            yield _standard_error(
                row,
                f"The spread of {arm.sd.value:g} is far below the other trials' ({others.middle:g} in the middle); "
                f"times the root of {arm.people.value:g} people it is {as_error:.3g}, as theirs.",
            )
            return


def _by(rows: Sequence[Printed], key: Callable[[Printed], str]) -> Iterable[list[Printed]]:
    groups: dict[str, list[Printed]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups.values()


def _sds(row: Printed) -> list[float]:
    return [arm.sd.value for arm in row.arms if arm.sd is not None]


def _spreads(row: Printed) -> str:
    return " and ".join(f"{sd:g}" for sd in _sds(row))


def _standard_error(row: Printed, says: str) -> Slip:
    return Slip(
        "standard-error-as-deviation",
        row.where,
        says,
        "Is it SD or SE? The deviation is the error times the root of the number of people.",
    )


# -- figures of one row that contradict each other -----------------------------------------------------------


def _change_as_difference(row: Printed) -> Iterator[Slip]:
    """The change in one arm, quoted as the difference between both."""
    one, other = row.treated.mean, row.control.mean
    if row.difference is None or one is None or other is None:
        return
    between = Figure(one.value - other.value, one.half + other.half)
    if row.difference.meets(between) or row.difference.meets(Figure(-between.value, between.half)):
        return
    if row.difference.meets(one) or row.difference.meets(other):
        yield Slip(
            "change-as-difference",
            row.where,
            f"{row.difference.value:g} is what one arm changed by; the arms differ by {between.value:.3g}.",
            "Quote the difference between the arms.",
        )


def _p_from_other_figures(row: Printed) -> Iterator[Slip]:
    """A printed p that neither the printed error nor, where they are given, the arms agree with."""
    if row.p is None:
        return
    apart = _number("slip-p-apart", "most")
    for shown, (low, high) in _possible_p(row):
        if row.p.bounds[1] < low - apart or row.p.bounds[0] > high + apart:
            span = f"{low:.2g}" if math.isclose(low, high, rel_tol=0.05) else f"{low:.2g} to {high:.2g}"
            yield Slip(
                "p-does-not-fit",
                row.where,
                f"The {shown} give p {span}; printed is {row.p.value:g}.",
                "Look up what stands in brackets: an error, a deviation or half an interval.",
            )


def _possible_p(row: Printed) -> Iterator[tuple[str, tuple[float, float]]]:
    """The p that figures give, over all that their rounding leaves open."""
    if row.difference is not None and row.se is not None and row.se.value > row.se.half:
        yield "difference and its error", _p_range(row.difference, row.se.bounds, None)
    treated, control = row.arms
    given = (treated.mean, treated.sd, treated.people, control.mean, control.sd, control.people)
    if any(one is None for one in given):
        return
    mean1, sd1, n1, mean2, sd2, n2 = (one for one in given if one is not None)
    difference = Figure(mean1.value - mean2.value, mean1.half + mean2.half)
    low, high = (
        math.sqrt(a * a / n1.value + b * b / n2.value)
        for a, b in ((max(0.0, sd1.bounds[0]), max(0.0, sd2.bounds[0])), (sd1.bounds[1], sd2.bounds[1]))
    )
    if low > 0:
        yield "means and deviations", _p_range(difference, (low, high), n1.value + n2.value - 2)


def _p_range(difference: Figure, se: tuple[float, float], df: float | None) -> tuple[float, float]:
    nearest = max(0.0, abs(difference.value) - difference.half)
    farthest = abs(difference.value) + difference.half
    smallest, largest = farthest / se[0], nearest / se[1]
    return (normal_p(smallest), normal_p(largest)) if df is None else (t_p(smallest, df), t_p(largest, df))


def _percent_of_nobody(row: Printed) -> Iterator[Slip]:
    """A percentage, or a count, that no whole number of people gives."""
    for arm in row.arms:
        if arm.events is not None and arm.events.value != round(arm.events.value):
            yield _no_count(row, f"{arm.events.value:g} people had the event")
        if arm.percent is None or arm.people is None:
            continue
        low, high = (bound * arm.people.value / 100 for bound in arm.percent.bounds)
        if math.floor(high + _ROUNDING) < math.ceil(low - _ROUNDING):
            yield _no_count(row, f"No number of {arm.people.value:g} people is {arm.percent.value:g} %")


def _no_count(row: Printed, says: str) -> Slip:
    return Slip(
        "not-a-count",
        row.where,
        f"{says}.",
        "Perhaps a mean over weeks, or another number of people: find the count itself.",
    )


def _people_of_the_review(row: Printed) -> Iterator[Slip]:
    """The people of a whole review, quoted beside the pool of a few of its trials."""
    if row.claimed is None:
        return
    counted = row.pooled_people or _both_arms(row)
    if counted is not None and not counted.meets(row.claimed) and row.claimed.value > counted.value:
        yield Slip(
            "people-not-pooled",
            row.where,
            f"{row.claimed.value:g} people are quoted; the figure rests on {counted.value:g}.",
            "Quote the people who were pooled.",
        )


def _both_arms(row: Printed) -> Figure | None:
    one, other = row.treated.people, row.control.people
    return None if one is None or other is None else Figure(one.value + other.value)


def _two_trials(row: Printed) -> Iterator[Slip]:
    """Hartung and Knapp's interval on two trials spans everything, whatever they found."""
    if row.pooled_trials is None or row.pooled_trials.value > 2:
        return
    if re.search(r"hksj|hartung|knapp|knha", row.text("test")):
        yield Slip(
            "two-trials",
            row.where,
            "Hartung and Knapp's interval is used on two trials.",
            "Use Wald's, and say that two trials give no honest interval.",
        )


# -- rows beside each other ----------------------------------------------------------------------------------


def _same_figures_twice(rows: Sequence[Printed]) -> Iterator[Slip]:
    """One trial with the same mean and deviation for two outcomes."""
    for group in _by(rows, lambda row: row.name):
        for one, other in combinations(group[:_MOST_LEFT_OUT], 2):
            if one.text("outcome") != other.text("outcome"):
                yield from _same_arm(one, other)


def _same_arm(one: Printed, other: Printed) -> Iterator[Slip]:
    for first, second in zip(one.arms, other.arms, strict=True):
        if first.mean is None or first.sd is None or (first.mean, first.sd) != (second.mean, second.sd):
            continue
        figures = f"{first.mean.value:g} ({first.sd.value:g})"
        yield Slip(
            "figures-repeated",
            other.where,
            f"{figures} stands for {other.text('outcome')} and for {one.text('outcome')} alike.",
            "One of the two was copied: look both up.",
        )
        return


def _another_paper(row: Printed) -> Iterator[Slip]:
    """A known paper, by its author and number of people, under another year, journal or salt."""
    people = _both_arms(row) or row.claimed
    if people is None or not row.author:
        return
    for known in _known():
        if known["author"].lower() != row.author.lower() or known["people"] != people.value:
            continue
        wrong = [
            f"{name} {row_says} instead of {known[name]}"
            for name, row_says in (
                ("year", row.year),
                ("journal", row.text("journal")),
                ("salt", row.text("salt")),
            )
            if row_says and name in known and str(known[name]).lower() not in row_says.lower()
        ]
        if wrong:
            yield Slip(
                "another-paper",
                row.where,
                f"{known['author']} {known['year']} is given with {' and '.join(wrong)}.",
                "Open the paper itself and take year, journal and salt from there.",
            )


def _known() -> list[Mapping[str, Any]]:
    return [fact.values for fact in knowledge.facts("grading") if fact.values["kind"] == "known trial"]


_OF_ONE = (
    _below_what_people_differ_by,
    _change_as_difference,
    _p_from_other_figures,
    _percent_of_nobody,
    _people_of_the_review,
    _two_trials,
    _another_paper,
)


def _number(id: str, name: str) -> float:
    values: Any = knowledge.fact("grading", id).values[name]
    return float(values["value"])


# -- facts of ours -------------------------------------------------------------------------------------------


def printed_of(fact: Fact) -> Printed:
    """A trial of knowledge/trials as a row to look for slips in."""
    values: Mapping[str, Any] = fact.values
    title = str(values.get("outcome", values.get("title", "")))
    return Printed(
        name=f"{values['trial']} {values['year']}",
        where=fact.id,
        author=str(values["trial"]),
        year=str(values["year"]),
        treated=_arm(values["with_magnesium"]),
        control=_arm(values["without"]),
        difference=_figure(values.get("effect", {}).get("value"))
        if values.get("data") == "change means"
        else None,
        texts={
            "outcome": title.lower(),
            "people": str(values.get("people", "")).lower(),
            "unit": str(values.get("unit", "")).lower(),
        },
    )


def _arm(told: Mapping[str, Any]) -> Arm:
    return Arm(
        _figure(told.get("n")),
        _figure(told.get("mean")),
        _figure(told.get("sd")),
        _figure(told.get("events")),
    )


def _figure(value: Any) -> Figure | None:
    return None if value is None else Figure.of(str(value))

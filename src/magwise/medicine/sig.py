"""The words that say when, how often, how much and by which way -> `Sig`.

A pharmacist calls these directions the sig. Clock times stay clock times; words become the anchors that
`schedule` turns into times with the person's routine. What the line does not say stays empty.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from magwise.medicine.dates import read_dates
from magwise.medicine.words import Phrase, Word, meaning, phrases_in
from magwise.units import number

__all__ = ["Sig", "read_sig"]

MEALS = ("breakfast", "lunch", "dinner")
UNITS = ("weight", "weight_of_magnesium", "unit", "volume")
MOMENTS = ("wake", "breakfast", "lunch", "dinner", "bed")
MOST_PIECES = 20  # "take 12 capsules" is possible; "60 tablets" is what the pharmacy handed out
LEAST_STRENGTH = 5  # "zinc 15" is a strength, "zinc 1" a count
LONGEST_COURSE = 366

_CLOCK = re.compile(
    r"(?:\b(?P<at>at|um|gegen|a)\s+|@\s*)?"
    r"(?<![\d./:,-])(?P<h>[01]?\d|2[0-4])"
    r"(?:[:.h](?P<m>[0-5]\d))?"
    r"(?P<space>\s?)(?P<half>am|pm|a\.m\.?|p\.m\.?|uhr|h(?![a-z]))?(?![\w:/])"
)
_GERMAN = re.compile(
    r"(?<![\d.,/-])(?P<a>0\.5|[0-4])\s?-\s?(?P<b>0\.5|[0-4])\s?-\s?(?P<c>0\.5|[0-4])"
    r"(?:\s?-\s?(?P<d>0\.5|[0-4]))?(?![\d-])"
)


@dataclass(frozen=True, slots=True)
class Sig:
    """Directions of one medicine. `per_day` counts takes; `pieces` and `ml` are the larger amount of one take."""

    times: tuple[int, ...] = ()
    time_words: tuple[str, ...] = ()
    per_day: float | None = None
    before_meal: bool = False
    with_food: bool = False
    empty_stomach: bool = False
    as_needed: bool = False
    days: tuple[int, ...] = ()
    every_days: int | None = None
    course_days: int | None = None
    starts: date | None = None
    ends: date | None = None
    dated: date | None = None  # a date without a word: what it means depends on the medicine
    since_year: int | None = None
    long_term: bool = False
    stopped: bool = False
    route: str | None = None
    patch: bool = False
    dose: str | None = None
    dose_mg: float | None = None
    magnesium_mg: float | None = None
    bare: float | None = None  # a number without a unit that can only be a strength ("Mg 400")
    pieces: float | None = None
    in_pieces: bool = False  # it speaks of tablets or the like, with or without a number
    pieces_per_day: float | None = None
    ml: float | None = None
    bottles: float | None = None

    @property
    def tells_when(self) -> bool:
        return bool(self.times or self.time_words)


def read_sig(text: str, words: tuple[Word, ...], named: frozenset[int]) -> Sig:
    """Read the directions in these words; `named` are the places of words that belong to a name."""
    if not words:
        return Sig()
    stretch = text[words[0].start - len(words[0].gap) : words[-1].end]
    offset = words[0].start - len(words[0].gap)
    by_meal, by_meal_places = _german(stretch, offset, words)
    dates = read_dates(stretch)
    date_places = frozenset(
        place for start, end in dates.stretches for place in _places(words, offset + start, offset + end)
    )
    by_meal_places -= date_places
    elsewhere = named | by_meal_places | date_places
    times, clock_places = _clocks(stretch, offset, words, _has_unit(words, named), elsewhere)
    taken = elsewhere | clock_places
    phrases = _spoken(phrases_in(words, taken), words)
    kinds = _Kinds(phrases)
    anchors, per_day = _when(kinds, by_meal, times)
    route, patch = _route(words)
    amounts = _Amounts(words, taken, phrases)
    return Sig(
        times=tuple(sorted(set(times))),
        time_words=anchors,
        per_day=per_day,
        before_meal=kinds.has("before_meal"),
        with_food=kinds.has("with_food") or (kinds.has("meals") and not kinds.has("before_meal")),
        empty_stomach=kinds.has("empty_stomach"),
        as_needed=kinds.has("as_needed"),
        days=_days(kinds),
        every_days=_every_days(kinds),
        course_days=_course(kinds, words),
        starts=dates.starts,
        ends=dates.ends,
        dated=dates.bare,
        since_year=_since(kinds) or (dates.starts.year if dates.starts and not dates.ends else None),
        long_term=_long_term(kinds),
        stopped=kinds.has("stopped"),
        route=route,
        patch=patch,
        dose=amounts.dose,
        dose_mg=amounts.milligrams,
        magnesium_mg=amounts.magnesium,
        bare=amounts.bare,
        pieces=amounts.pieces,
        in_pieces=any(phrase.id == "piece" for phrase in phrases),
        pieces_per_day=sum(by_meal.values()) if by_meal else None,
        ml=amounts.millilitres,
        bottles=amounts.bottles,
    )


class _Kinds:
    """The phrases of a line, by kind."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.by_kind: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            self.by_kind.setdefault(phrase.kind, []).append(phrase)

    def has(self, kind: str) -> bool:
        return kind in self.by_kind

    def all(self, kind: str) -> list[Phrase]:
        return self.by_kind.get(kind, [])


def _spoken(phrases: list[Phrase], words: tuple[Word, ...]) -> list[Phrase]:
    """'I am' says nothing of the morning."""
    return [
        phrase
        for phrase in phrases
        if not (phrase.start and words[phrase.start].text == "am" and words[phrase.start - 1].text == "i")
    ]


def _when(
    kinds: _Kinds, by_meal: dict[str, float], times: Sequence[int]
) -> tuple[tuple[str, ...], float | None]:
    """Anchors and takes a day. Named moments beat a bare frequency unless the frequency asks for more."""
    if by_meal:
        return tuple(by_meal), float(len(by_meal))
    moments = _in_order(phrase.id for phrase in kinds.all("moment"))
    anchor, per_day = _frequency(kinds)
    named = float(len(moments) + len(times))
    if named and named >= (per_day or 0.0):
        return moments, named
    if anchor:
        return (anchor,), per_day
    if named:
        return moments, max(named, per_day or 0.0)
    return _without_a_moment(kinds, per_day)


def _frequency(kinds: _Kinds) -> tuple[str | None, float | None]:
    """The anchor that says how often ("bid") and its takes a day; the most frequent where several are said."""
    said = max(kinds.all("frequency"), key=lambda phrase: phrase.entry["per_day"], default=None)
    if said is not None:
        return said.id, float(said.entry["per_day"])
    per_day = _spelt_out(kinds)
    return _anchor_for(per_day), per_day


def _without_a_moment(kinds: _Kinds, per_day: float | None) -> tuple[tuple[str, ...], float | None]:
    """'With meals' alone is three times a day; 'weekly' alone is once on its day."""
    if per_day is None and kinds.has("meals"):
        return MEALS, float(len(MEALS))
    if per_day is None and (kinds.has("interval") or kinds.has("weekday") or kinds.has("weekdays")):
        return (), 1.0
    return (), per_day


def _spelt_out(kinds: _Kinds) -> float | None:
    """'5 times a day', 'every 4 hours'; the more frequent end of a range."""
    counts = [max(phrase.numbers) for phrase in kinds.all("times") if phrase.numbers]
    counts += [24 / hours for phrase in kinds.all("hourly") for hours in [min(phrase.numbers)] if hours > 0]
    usual = [count for count in counts if 0 < count <= 24]
    return max(usual, default=None)


def _anchor_for(per_day: float | None) -> str | None:
    usual = {1.0: "qd", 2.0: "bid", 3.0: "tid", 4.0: "qid", 6.0: "q4h"}
    return usual.get(per_day or 0.0)


def _in_order(moments: Iterable[str]) -> tuple[str, ...]:
    said = set(moments)
    if {"wake", "breakfast"} <= said:  # "in the morning before breakfast" is one dose
        said.remove("wake")
    return tuple(moment for moment in MOMENTS if moment in said)


def _days(kinds: _Kinds) -> tuple[int, ...]:
    """Weekdays told; none when other days are named too, for then it is taken every day."""
    if kinds.has("other_days"):
        return ()
    single = {phrase.entry["day"] for phrase in kinds.all("weekday")}
    several = {day for phrase in kinds.all("weekdays") for day in phrase.entry["days"]}
    return tuple(sorted(single | several))


def _every_days(kinds: _Kinds) -> int | None:
    once = [7 for phrase in kinds.all("per_week") if phrase.numbers == (1.0,)]
    return max([*once, *(int(phrase.entry["every"]) for phrase in kinds.all("interval"))], default=None)


def _course(kinds: _Kinds, words: tuple[Word, ...]) -> int | None:
    lengths = [
        round((max(phrase.numbers) if phrase.numbers else 1) * phrase.entry["of"])
        for phrase in kinds.all("course")
        if not _is_a_strength(phrase, words)
    ]
    usual = [days for days in lengths if 0 < days <= LONGEST_COURSE]
    if not usual and kinds.has("single") and not any(map(kinds.has, ("moment", "frequency", "interval"))):
        return 1
    return max(usual, default=None)


def _is_a_strength(phrase: Phrase, words: tuple[Word, ...]) -> bool:
    """'28 day pack' counts tablets, not a course."""
    return phrase.end < len(words) and words[phrase.end].text in {"pack", "packs", "supply"}


def _since(kinds: _Kinds) -> int | None:
    years = [int(value) for phrase in kinds.all("since") for value in phrase.numbers if 1950 <= value <= 2100]
    return min(years, default=None)


def _long_term(kinds: _Kinds) -> bool:
    years = any(not phrase.numbers or max(phrase.numbers) >= 1 for phrase in kinds.all("long"))
    months = any(phrase.numbers and max(phrase.numbers) >= 12 for phrase in kinds.all("months"))
    return years or months


def _route(words: tuple[Word, ...]) -> tuple[str | None, bool]:
    """The way it goes in, if told. A tablet or 'by mouth' outranks other words, so that nothing is missed."""
    said = {phrase.id for phrase in phrases_in(words) if phrase.kind == "route"}
    patch = any(word.text in {"patch", "patches", "pflaster", "transdermal"} for word in words)
    for route in ("vaginal", "rectal"):
        if route in said:
            return route, patch
    if "oral" in said:
        return "oral", patch
    for route in ("injection", "inhaled", "eye", "ear", "nose", "skin"):
        if route in said:
            return route, patch
    return None, patch


def _has_unit(words: tuple[Word, ...], named: frozenset[int]) -> bool:
    """Whether an amount with its unit is written, so that a number before am or pm must be a clock time."""
    return any(
        word.is_number and place not in named and any(meaning(words, place + 1, kind) for kind in UNITS)
        for place, word in enumerate(words)
    )


def _clocks(
    text: str, offset: int, words: tuple[Word, ...], has_unit: bool, named: frozenset[int]
) -> tuple[list[int], frozenset[int]]:
    """Clock times. '8am', '08:00', 'at 8 pm', '22 Uhr'; '10 pm' only where the 10 cannot be the dose."""
    times: list[int] = []
    places: set[int] = set()
    for match in _CLOCK.finditer(text):
        minutes = _clock_minutes(match, has_unit)
        if minutes is None:
            continue
        here = _places(words, offset + match.start(), offset + match.end())
        if not here & named:
            times.append(minutes)
            places |= here
    return times, frozenset(places)


def _clock_minutes(match: re.Match[str], has_unit: bool) -> int | None:
    half, told = match["half"], match["at"] or match.group().startswith("@")
    hour, minute = int(match["h"]), int(match["m"] or 0)
    if half is None and match["m"] is None:
        return None
    if half is None and "." in match.group():
        return None
    if half == "h" and not told:
        return None
    if half and half[0] in "ap":
        loose = match["space"] and match["m"] is None and not told and not has_unit
        if loose or not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return hour * 60 + minute if hour < 24 else 0 if hour == 24 and not minute else None


def _german(text: str, offset: int, words: tuple[Word, ...]) -> tuple[dict[str, float], frozenset[int]]:
    """'1-0-1': pieces at breakfast, lunch, dinner and, when there is a fourth, at bed."""
    match = _GERMAN.search(text)
    if match is None:
        return {}, frozenset()
    moments = zip(("breakfast", "lunch", "dinner", "bed"), match.groups(), strict=True)
    pieces = {moment: float(count) for moment, count in moments if count and float(count) > 0}
    return pieces, _places(words, offset + match.start(), offset + match.end())


def _places(words: tuple[Word, ...], start: int, end: int) -> frozenset[int]:
    """The places of the words that begin inside this stretch of text."""
    first = bisect_left(words, start, key=lambda word: word.start)
    return frozenset(range(first, bisect_left(words, end, key=lambda word: word.start)))


class _Amounts:
    """Numbers with their units. The larger end of '1-2 tablets' counts."""

    def __init__(self, words: tuple[Word, ...], taken: frozenset[int], phrases: list[Phrase]) -> None:
        self.words = words
        self.taken = taken
        self.spoken = {place for phrase in phrases for place in range(phrase.start, phrase.end)}
        spoken = {p.start: float(p.entry["value"]) for p in phrases if p.kind == "number"}
        self.numbers = [place for place, word in enumerate(words) if word.is_number and place not in taken]
        self.weights = self._with("weight")
        self.dose = self._dose()
        self.milligrams = next((value * unit["mg"] for value, unit in self.weights), None)
        self.magnesium = next((v * u["mg"] for v, u in self._with("weight_of_magnesium")), None)
        self.millilitres = next((v * u["ml"] for v, u in reversed(self._with("volume"))), None)
        self.bare = self._bare()
        self.bottles = self._pieces("bottle", spoken)
        self.pieces = self._pieces("piece", spoken)

    def _with(self, kind: str) -> list[tuple[float, Mapping[str, Any]]]:
        """Numbers followed by a unit of this kind; 'per 5 mL' is a strength, no amount."""
        found = []
        for place in self.numbers:
            unit = self._unit_at(place + 1, kind)
            if unit and "/" not in self.words[place].gap:
                found.append((self.words[place].value, unit))
        return found

    def _unit_at(self, place: int, kind: str) -> Mapping[str, Any] | None:
        """The unit of this kind that this word is, or None."""
        return None if place in self.taken else meaning(self.words, place, kind)

    def _pieces(self, kind: str, spoken: dict[int, float]) -> float | None:
        counts = []
        written = {place: self.words[place].value for place in self.numbers}
        for place in range(len(self.words) - 1):
            value = written.get(place) or spoken.get(place)
            if value and value <= MOST_PIECES and self._piece_follows(place + 1, kind):
                counts.append(value)
        return max(counts, default=None)

    def _piece_follows(self, place: int, kind: str) -> bool:
        """A piece right after the number, or with one word between ('2 small tablets')."""
        return any(
            self._unit_at(at, kind) for at in (place, place + 1) if not self._is_unit_between(place, at)
        )

    def _is_unit_between(self, place: int, at: int) -> bool:
        between = self.words[place:at]
        return any(word.is_number or self._unit_at(place, "weight") for word in between) or any(
            place + step in self.taken for step in range(len(between))
        )

    def _dose(self) -> str | None:
        """The first amount as people would say it."""
        for place in self.numbers:
            for kind in UNITS:
                unit = self._unit_at(place + 1, kind)
                if unit:
                    return f"{_figure(self.words[place].value)} {self.words[place + 1].text}"
        first = next((place for place in self.numbers if place not in self.spoken), None)
        return None if first is None else _figure(self.words[first].value)

    def _bare(self) -> float | None:
        """The first number that is no count of pieces or takes, and has no unit and no time about it."""
        for place in self.numbers:
            has_unit = any(self._unit_at(place + 1, kind) for kind in (*UNITS, "piece", "bottle"))
            if self.words[place].value >= LEAST_STRENGTH and not has_unit and place not in self.spoken:
                return self.words[place].value
        return None


def _figure(value: float) -> str:
    return number(value) if value * 10 == round(value * 10) else f"{value:g}"

"""When the day goes otherwise: the rest of today from what was really taken, and what moved and why.

Comes in: the day's problem and its timetable, what was taken and when, what was missed, by how much the day
runs late, and the most magnesium in any 24 hours. Goes out: `Rest`.

Times count in minutes from the midnight before this person got up, so that a night worker's 06:00 is 1800
and last evening is negative. What nobody mentioned is taken to have gone as planned: a dose that may have
been taken is never offered again. A missed dose goes to a later moment of its own, no later than halfway to
the next dose, or is left out; two doses are never put together, nothing is made up for tomorrow, and medicines
stay where they are. A dose that has lost its meal may go to a snack if it is small enough for little food.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from magwise.day import DAY, QUARTER, Meal, clock
from magwise.schedule.model import MAGNESIUM, MOVABLE, DayProblem, Dose, Movable, Other, Portion, Schedule
from magwise.schedule.moments import bedtime_min, most_without_food_mg, same_dose_min, sitting_min
from magwise.schedule.needs import hours, in_the_fast

__all__ = ["Change", "Rest", "Taken", "is_still_to_come", "replan"]

_SNACKS = 4  # moments away from meals that are looked at for each dose


@dataclass(frozen=True, slots=True)
class Taken:
    """What was really taken: MAGNESIUM with its amount, or something of the day by its name.

    dose       the meal whose dose of magnesium it was, where that was said; else it stands for the nearest dose
    yesterday  it was yesterday's dose
    """

    what: str
    at: int
    elemental_mg: float = 0.0
    dose: str = ""
    yesterday: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What moved from when to when (None: left out today), and why."""

    what: str
    was: int
    now: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest of today.

    unknown     names that were said to be taken or missed but are not part of this day: could not be checked
    last_24h_mg elemental magnesium taken in the 24 hours up to now, as far as known
    """

    doses: tuple[Dose, ...]
    others: tuple[Other, ...]
    changes: tuple[Change, ...]
    unknown: tuple[str, ...]
    last_24h_mg: float


def replan(
    problem: DayProblem,
    schedule: Schedule,
    *,
    now: int,
    limit_mg: float,
    taken: tuple[Taken, ...] = (),
    missed: tuple[str, ...] = (),
    late_min: int = 0,
    usual: Schedule | None = None,
) -> Rest:
    """The rest of today. `missed` names meals ("breakfast": the dose with it) or things ("calcium").

    `usual` is what yesterday and tomorrow hold, when that is not the timetable of today itself.
    """
    day = _Today(problem, schedule, usual or schedule, now, late_min, taken, missed, limit_mg)
    doses, places = day.best()
    rest = [
        *(_as_dose(dose, option) for dose, option in zip(day.open_doses, doses, strict=True) if option),
    ]
    return Rest(
        doses=tuple(dose for _, dose in sorted(rest, key=lambda one: one[0])),
        others=day.others(places),
        changes=(*day.dose_changes(doses), *day.movable_changes(places)),
        unknown=day.unknown(),
        last_24h_mg=sum(one.mg for one in day.had if now - DAY < one.at <= now),
    )


@dataclass(frozen=True, slots=True)
class _Event:
    """Something at a known time that magnesium (and what may move) keeps away from."""

    name: str
    at: int
    before: int
    after: int
    was_taken: bool = False
    mineral: str = ""

    def is_kept(self, at: int) -> bool:
        ahead = self.at - at
        return not (0 <= ahead < self.before or 0 <= -ahead < self.after)

    def words(self, at: int) -> str:
        gap, side = (self.before, "before") if self.at >= at else (self.after, "after")
        when = f"taken at {clock(self.at)}" if self.was_taken else f"at {clock(self.at)}"
        return f"at least {hours(gap)} {side} {self.name}, {when}"


@dataclass(frozen=True, slots=True)
class _Planned:
    """A dose or a movable of the timetable; `at` as planned, `comes` with the day running late."""

    at: int
    comes: int
    missed: bool
    dose: Dose | None = None
    movable: Movable | None = None

    @property
    def name(self) -> str:
        return self.movable.name if self.movable else _meal_of(self)


@dataclass(frozen=True, slots=True)
class _Had:
    """Magnesium at a known time; `dose` names the daily dose that it was, `is_elsewhere` one at another meal."""

    at: int
    mg: float
    dose: str
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class _Slot:
    """A planned thing of today (away 0) or yesterday (-1), and the names that it goes by."""

    index: int
    away: int
    at: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Option:
    at: int
    meal: Meal


class _Today:
    """Today from now on."""

    def __init__(
        self,
        problem: DayProblem,
        schedule: Schedule,
        usual: Schedule,
        now: int,
        late_min: int,
        taken: tuple[Taken, ...],
        missed: tuple[str, ...],
        limit_mg: float,
    ) -> None:
        self.problem, self.schedule, self.usual = problem, schedule, usual
        self.now, self.late = now, late_min
        self.taken, self.missed, self.limit = taken, frozenset(missed), limit_mg
        self.movables = {movable.name: movable for movable in problem.movables}
        self.meals = tuple(
            _Option(self.comes(meal.at), meal.meal)
            for meal in problem.routine.meals
            if self.comes(meal.at) >= now
        )
        planned = self.with_the_missed(
            [_Planned(self.linear(dose.at), self.comes(dose.at), False, dose) for dose in schedule.doses]
        )
        usually = [_Planned(self.linear(dose.at), self.linear(dose.at), False, dose) for dose in usual.doses]
        self.had, self.open_doses = self._magnesium(planned, usually)
        self.minerals = [other for other in schedule.others if other.kind == MOVABLE]
        self.usual_minerals = [other for other in usual.others if other.kind == MOVABLE]
        self.fixed_taken = self._match(
            _Slot(index, away, self.linear(item.at) + away * DAY, (item.name, item.take or item.name))
            for index, item in enumerate(problem.fixed)
            for away in (0, -1)
        )
        self.minerals_taken = self._match(
            _Slot(index, away, self.linear(other.at) + away * DAY, (other.take,))
            for away, minerals in ((0, self.minerals), (-1, self.usual_minerals))
            for index, other in enumerate(minerals)
        )
        waiting = [
            _Planned(self.linear(other.at), self.comes(other.at), False, movable=self.movables[other.take])
            for index, other in enumerate(self.minerals)
            if (index, 0) not in self.minerals_taken
        ]
        self.open_movables = tuple(
            one for one in self.with_the_missed(waiting) if one.missed or one.comes >= now
        )
        self.fixed_events = tuple(self._fixed_events())
        self.mineral_events = tuple(self._mineral_events())

    def linear(self, at: int) -> int:
        """A clock time as minutes from the midnight before getting up."""
        return self.problem.routine.wake + self.problem.routine.after_waking(at)

    def comes(self, at: int) -> int:
        """When what is planned for this clock time comes today; what may have been taken already comes no more."""
        planned = self.linear(at)
        return planned + self.late if is_still_to_come(planned, self.late, self.now) else planned

    def with_the_missed(self, planned: Sequence[_Planned]) -> list[_Planned]:
        """What was said to be missed is the last of its name that is past; nothing can be missed that is to come."""
        missed = {one.name: one for one in planned if one.comes < self.now and one.name in self.missed}
        return [replace(one, missed=one is missed.get(one.name)) for one in planned]

    def _magnesium(
        self, planned: list[_Planned], usually: list[_Planned]
    ) -> tuple[list[_Had], tuple[_Planned, ...]]:
        """What was had (yesterday's plan where nothing else was said), and the doses that are still open."""
        waiting = [(one.at, 0, one) for one in planned] + [(one.at - DAY, DAY, one) for one in usually]
        had = []
        said = (one for one in self.taken if one.what == MAGNESIUM)
        for index, given in enumerate(sorted(said, key=lambda one: not one.dose)):
            nearest = min(
                (one for one in waiting if self.may_be_of(given, yesterdays=bool(one[1]))),
                key=lambda one: (not _is_said(given, one[1], one[2]), abs(one[0] - given.at)),
                default=None,
            )
            had.append(
                _Had(given.at, given.elemental_mg, _meal_of(nearest[2]) if nearest else f"extra {index}")
            )
            if nearest:
                waiting.remove(nearest)
        today = [one for _, away, one in waiting if not away]
        still_open = tuple(one for one in today if one.missed or one.comes >= self.now)
        gone = [(at, one) for at, away, one in waiting if away or one not in still_open]
        return [*had, *(_Had(at, _mg(one), _meal_of(one)) for at, one in gone)], still_open

    def may_be_of(self, given: Taken, *, yesterdays: bool) -> bool:
        """Whose dose it can have been: what was taken since getting up is today's, or comes on top."""
        if given.yesterday:
            return yesterdays
        return not yesterdays or given.at < self.problem.routine.wake

    def _match(self, slots: Iterable[_Slot]) -> dict[tuple[int, int], Taken]:
        """What was really taken for a planned thing (its index, and 0 for today or -1 for yesterday).

        Each taken one stands for the nearest of its name, each of them once; what comes on top stands for itself.
        """
        planned = list(slots)
        found: dict[tuple[int, int], Taken] = {}
        for given in sorted(self.taken, key=lambda one: one.at):
            named = [slot for slot in planned if given.what in slot.names]
            left = [slot for slot in named if (slot.index, slot.away) not in found]
            if left:
                nearest = min(left, key=lambda slot: (abs(slot.at - given.at), slot.index, slot.away))
                found[nearest.index, nearest.away] = given
            elif named:
                found[named[0].index, -2 - len(found)] = given
        return found

    def _fixed_events(self) -> Iterator[_Event]:
        for index, item in enumerate(self.problem.fixed):
            if item.needs_a_gap:
                gaps = (item.before_min, item.after_min)
                for away in item.occurs:
                    if (index, away) not in self.fixed_taken:
                        at = self.linear(item.at) + away * DAY
                        yield _Event(item.name, at, *gaps, mineral=item.mineral)
                for (which, _), given in self.fixed_taken.items():
                    if which == index:
                        yield _Event(item.name, given.at, *gaps, was_taken=True, mineral=item.mineral)

    def _mineral_events(self) -> Iterator[_Event]:
        """Minerals whose time is settled: taken, past, yesterday's and tomorrow's."""
        waiting = {(one.at, one.movable.name) for one in self.open_movables if one.movable}
        for away, minerals in ((-1, self.usual_minerals), (0, self.minerals), (1, self.usual_minerals)):
            for index, other in enumerate(minerals):
                is_open = not away and (self.linear(other.at), other.take) in waiting
                if not is_open and (index, away) not in self.minerals_taken:
                    mineral = self.movables[other.take].mineral
                    at = self.linear(other.at) + away * DAY
                    yield _Event(other.take, at, *self._gaps(other.take), mineral=mineral)
        for given in self.minerals_taken.values():
            mineral = self.movables[given.what].mineral
            yield _Event(given.what, given.at, *self._gaps(given.what), was_taken=True, mineral=mineral)

    def _gaps(self, name: str) -> tuple[int, int]:
        movable = self.movables[name]
        return max(movable.before_min, sitting_min() + 1), max(movable.after_min, sitting_min() + 1)

    def best(self) -> tuple[tuple[_Option | None, ...], tuple[int | None, ...]]:
        """The best way to go on: for each open dose and movable its moment, or None to leave it out."""
        ways = product(*([None, *self.options(one)] for one in self.open_doses))
        allowed = (way for way in ways if self.is_allowed(way))
        solved = ((way, self.places(way)) for way in allowed)
        return min(solved, key=lambda one: self.price(*one))

    def options(self, planned: _Planned) -> Iterator[_Option]:
        """Moments at which this dose could be taken, whatever the other doses do."""
        last = self.last_call(planned)
        for meal in self.meals:
            at_bedtime = not self.problem.bedtime_allowed and self.before_bed(meal.at) <= bedtime_min()
            if meal.at <= last and self.is_open(meal.at) and not at_bedtime:
                yield meal
        if _mg(planned) <= most_without_food_mg():
            snacks = (_Option(at, Meal.SNACK) for at in self.snacks(planned) if at <= last)
            yield from islice(snacks, _SNACKS)

    def last_call(self, planned: _Planned) -> int:
        """Until when a dose is offered: a missed one no longer when the next is nearer than its own time."""
        if not planned.missed:
            return self.linear(self.problem.routine.wake) + DAY
        doses = [*(had.at for had in self.had), *(one.comes for one in self.open_doses)]
        doses += [self.linear(dose.at) + DAY for dose in self.usual.doses]
        following = min((at for at in doses if at > planned.at), default=planned.at + DAY)
        return planned.at + (following - planned.at) // 2

    def snacks(self, planned: _Planned) -> Iterator[int]:
        start = max(self.now, planned.comes)
        for at in range(-(-start // QUARTER) * QUARTER, self.linear(self.problem.routine.bed), QUARTER):
            beside_a_meal = any(abs(meal.at - at) <= sitting_min() for meal in self.meals)
            if not beside_a_meal and self.before_bed(at) > bedtime_min() and self.is_open(at):
                yield at

    def before_bed(self, at: int) -> int:
        return (self.linear(self.problem.routine.bed) - at) % DAY

    def is_open(self, at: int) -> bool:
        if self.problem.pauses or in_the_fast(self.problem, at % DAY):
            return False
        kept = all(event.is_kept(at) for event in (*self.fixed_events, *self.mineral_events))
        return kept and all(abs(at - had.at) > sitting_min() for had in self.had)

    def is_allowed(self, way: Sequence[_Option | None]) -> bool:
        """No two doses at one sitting, and no 24 hours with one of them in it hold more than the limit."""
        new = [
            _Had(option.at, _mg(one), _meal_of(one), is_elsewhere=option.at != one.comes)
            for option, one in zip(way, self.open_doses, strict=True)
            if option
        ]
        for index, one in enumerate(new):
            if any(abs(one.at - other.at) <= sitting_min() for other in new[:index]):
                return False
        tomorrow = [
            _Had(self.linear(dose.at) + DAY, dose.portion.elemental_mg, str(dose.meal))
            for dose in self.usual.doses
        ]
        everything = [*self.had, *new, *tomorrow]
        windows = ([one for one in everything if start.at <= one.at < start.at + DAY] for start in everything)
        return all(_in_all(window) <= self.limit for window in windows if any(one in new for one in window))

    def places(self, way: Sequence[_Option | None]) -> tuple[int | None, ...]:
        """For each open movable the time nearest to its plan that keeps from everything; None: no such time.

        What was missed comes last and stays away from the next of its own name: two are never put together.
        """
        magnesium = [had.at for had in self.had] + [option.at for option in way if option]
        magnesium += [self.linear(dose.at) + DAY for dose in self.usual.doses]
        found: dict[int, int | None] = {}
        for index, one in sorted(enumerate(self.open_movables), key=lambda pair: pair[1].missed):
            alike = [at for other, at in found.items() if self.open_movables[other].name == one.name]
            alike += [event.at for event in self.mineral_events if event.name == one.name and one.missed]
            beside = [(self.open_movables[other].movable, at) for other, at in found.items()]
            settled = [(event.mineral, event.at) for event in (*self.mineral_events, *self.fixed_events)]
            settled += [(movable.mineral, at) for movable, at in beside if movable and at is not None]
            found[index] = self.place(one, magnesium, [at for at in alike if at is not None], settled)
        return tuple(found[index] for index in range(len(self.open_movables)))

    def place(
        self,
        planned: _Planned,
        magnesium: Sequence[int],
        alike: Sequence[int],
        minerals: Sequence[tuple[str, int]],
    ) -> int | None:
        movable = planned.movable
        assert movable is not None, "only movables are placed here"  # noqa: S101
        times = {meal.at for meal in self.meals}
        if planned.comes >= self.now:
            times.add(planned.comes)
        if not movable.with_meal:
            start = -(-self.now // QUARTER) * QUARTER
            times |= set(range(start, self.linear(self.problem.routine.bed) + 1, QUARTER))
        fitting = [
            at
            for at in times
            if all(event.is_kept(at) for event in self.fixed_events)
            and all(_are_apart(movable, at, other) for other in magnesium)
            and all(abs(at - other) > sitting_min() for other in alike)
            and self.is_apart_from(movable.mineral, at, minerals)
            and not in_the_fast(self.problem, at % DAY)
        ]
        return min(fitting, key=lambda at: (abs(at - planned.comes), at), default=None)

    def is_apart_from(self, mineral: str, at: int, minerals: Sequence[tuple[str, int]]) -> bool:
        """Whether this mineral, taken at this time, keeps from the others that hinder it."""
        return all(
            abs(at - other_at) >= gap.minutes
            for gap in self.problem.mineral_gaps
            if mineral in gap.minerals
            for other, other_at in minerals
            if {mineral, other} == gap.minerals
        )

    def price(self, way: Sequence[_Option | None], places: Sequence[int | None]) -> tuple[float, ...]:
        """Minerals left out, magnesium left out, snacks, what moves, and by how much; then the earlier way."""
        doses = list(zip(way, self.open_doses, strict=True))
        minerals = list(zip(places, self.open_movables, strict=True))
        return (
            places.count(None),
            sum(_mg(one) for option, one in doses if option is None),
            sum(option.meal is Meal.SNACK for option, _ in doses if option),
            sum(option.at != one.comes for option, one in doses if option),
            sum(at != one.comes for at, one in minerals if at is not None),
            sum(abs(option.at - one.comes) for option, one in doses if option)
            + sum(abs(at - one.comes) for at, one in minerals if at is not None),
            *(option.at if option else 0 for option in way),
        )

    def others(self, places: Sequence[int | None]) -> tuple[Other, ...]:
        """What else is still to come: medicines at their own times, and minerals."""
        fixed = [
            (self.linear(item.at), Other(item.at, item.take or item.name, kind=item.kind))
            for index, item in enumerate(self.problem.fixed)
            if 0 in item.occurs and (index, 0) not in self.fixed_taken and self.linear(item.at) >= self.now
        ]
        minerals = [
            (at, Other(at % DAY, one.movable.name, None if at == one.at else one.at % DAY, MOVABLE))
            for at, one in zip(places, self.open_movables, strict=True)
            if at is not None and one.movable
        ]
        return tuple(other for _, other in sorted([*fixed, *minerals], key=lambda one: (one[0], one[1].take)))

    def dose_changes(self, way: Sequence[_Option | None]) -> Iterator[Change]:
        for option, one in zip(way, self.open_doses, strict=True):
            if option is None or option.at != one.at:
                now = option.at % DAY if option else None
                yield Change(MAGNESIUM, one.at % DAY, now, self._why_dose(one, option))

    def _why_dose(self, one: _Planned, option: _Option | None) -> str:
        broken = [
            event.words(one.comes)
            for event in (*self.fixed_events, *self.mineral_events)
            if not event.is_kept(one.comes)
        ]
        if option is not None:
            if one.missed:
                return "it was missed, and this moment is free"
            return "; ".join(broken) or (
                "the day runs late" if option.at == one.comes else "to keep its gaps"
            )
        reason = "it was missed" if one.missed else "; ".join(broken) or "its moment is no longer free"
        if one.missed and self.last_call(one) < self.now:
            return "it was missed, and the next dose is nearer than its own time; carry on as usual, nothing extra"
        within = any(True for _ in self.options(one))
        no_other = (
            f"another dose would pass {self.limit:g} mg in 24 hours or leave no place for what else is taken"
        )
        return f"{reason}; {no_other if within else 'no other moment today'}; carry on as usual tomorrow, nothing extra"

    def movable_changes(self, places: Sequence[int | None]) -> Iterator[Change]:
        for at, one in zip(places, self.open_movables, strict=True):
            if at != one.at and one.movable:
                why = (
                    "no moment left today; carry on as usual tomorrow, nothing extra"
                    if at is None
                    else "it was missed"
                    if one.missed
                    else "the day runs late"
                    if at == one.comes
                    else "to keep away from magnesium and medicines"
                )
                yield Change(one.movable.name, one.at % DAY, None if at is None else at % DAY, why)

    def unknown(self) -> tuple[str, ...]:
        days = (self.schedule, self.usual)
        known = {MAGNESIUM, *(str(dose.meal) for day in days for dose in day.doses)}
        known |= {other.take for day in days for other in day.others}
        known |= {item.name for item in self.problem.fixed}
        said = dict.fromkeys([*(one.what for one in self.taken), *sorted(self.missed)])
        return tuple(name for name in said if name not in known)


def is_still_to_come(planned: int, late: int, now: int) -> bool:
    """Whether a late day moves it: its new time is not past, and its old one not so long that it counts as taken."""
    return planned + late >= now and planned >= now - sitting_min()


def _is_said(given: Taken, away: int, planned: _Planned) -> bool:
    """Whether it was said to be this dose."""
    return given.dose == _meal_of(planned) and given.yesterday == bool(away)


def _mg(planned: _Planned) -> float:
    portion: Portion | None = planned.dose.portion if planned.dose else None
    return portion.elemental_mg if portion else 0.0


def _meal_of(planned: _Planned) -> str:
    return str(planned.dose.meal) if planned.dose else ""


def _in_all(window: Sequence[_Had]) -> float:
    """Magnesium in these 24 hours. A dose that comes a little late stands for itself of the day before or
    after, which the same 24 hours then touch too; one that comes later, or at another meal, is counted beside it."""
    total = 0.0
    for dose in {one.dose for one in window}:
        same = [one for one in window if one.dose == dose]
        amounts = [one.mg for one in same]
        times = [one.at for one in same]
        a_day_apart = len(same) == 2 and max(times) - min(times) >= DAY - same_dose_min()
        usual = a_day_apart and not any(one.is_elsewhere for one in same)
        total += max(amounts) if usual else sum(amounts)
    return total


def _are_apart(movable: Movable, at: int, magnesium: int) -> bool:
    ahead = at - magnesium  # above 0: magnesium was first
    if abs(ahead) <= sitting_min():
        return False
    return ahead >= movable.before_min if ahead > 0 else -ahead >= movable.after_min


def _as_dose(planned: _Planned, option: _Option) -> tuple[int, Dose]:
    assert planned.dose is not None, "only doses are offered here"  # noqa: S101
    return option.at, Dose(option.at % DAY, option.meal, planned.dose.portion)

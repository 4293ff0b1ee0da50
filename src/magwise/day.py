"""A day: clock times, meals and the moments at which something can be taken.

Clock times are whole minutes after midnight. A person's day starts when they wake, so that a night
worker's breakfast at 18:00 still comes before the meal at 02:00 (`Routine.after_waking`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["DAY", "QUARTER", "USUAL", "Meal", "Moment", "Routine", "apart", "clock", "minutes"]

DAY = 24 * 60
QUARTER = 15


class Meal(StrEnum):
    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"
    SNACK = "snack"
    WATER = "water"


def minutes(text: str) -> int:
    """'06:30' as 390. Raises ValueError for what is not a time of day."""
    hours, colon, rest = text.strip().partition(":")
    if (
        not colon
        or not (hours.isascii() and hours.isdigit() and rest.isascii() and rest.isdigit())
        or len(rest) != 2
    ):
        raise ValueError(f"{text!r} is not a time of day; write it like 06:30")
    value = int(hours) * 60 + int(rest)
    if not (value < DAY and int(rest) < 60):
        raise ValueError(f"{text!r} is not a time of day; the last one is 23:59")
    return value


def clock(at: int) -> str:
    """390 as '06:30'."""
    return f"{at % DAY // 60:02d}:{at % DAY % 60:02d}"


def apart(earlier: int, later: int) -> int:
    """Minutes from one clock time forward to the next occurrence of the other (0 to 1439)."""
    return (later - earlier) % DAY


@dataclass(frozen=True, slots=True)
class Moment:
    """A time at which magnesium could be taken, and what it would be taken with."""

    at: int
    meal: Meal

    def __str__(self) -> str:
        return f"{clock(self.at)} with {self.meal}"


@dataclass(frozen=True, slots=True)
class Routine:
    """When somebody gets up, eats and goes to bed, in minutes after midnight.

    A main meal that is never eaten is None; at least one is eaten. `small_meals` are meals beside the main ones.
    """

    wake: int
    breakfast: int | None
    lunch: int | None
    dinner: int | None
    bed: int
    small_meals: tuple[int, ...] = ()

    @property
    def meals(self) -> tuple[Moment, ...]:
        """Every meal, in the order in which this person's day meets them."""
        main = (
            (self.breakfast, Meal.BREAKFAST),
            (self.lunch, Meal.LUNCH),
            (self.dinner, Meal.DINNER),
        )
        eaten = [Moment(at, meal) for at, meal in main if at is not None]
        eaten += [Moment(at, Meal.SNACK) for at in self.small_meals]
        return tuple(sorted(eaten, key=lambda meal: self.after_waking(meal.at)))

    def after_waking(self, at: int) -> int:
        """Minutes from getting up to this clock time."""
        return apart(self.wake, at)

    @property
    def awake_minutes(self) -> int:
        return self.after_waking(self.bed)

    def time_of(self, anchor: str) -> int:
        """When "wake", "breakfast", "lunch", "dinner" or "bed" is; also where a meal that is not eaten would be."""
        at: int | None = getattr(self, anchor)
        if at is not None:
            return at
        middle = (self.wake + self.awake_minutes // 2) % DAY
        return {"breakfast": self.wake, "lunch": middle, "dinner": self.bed}[anchor]


USUAL = Routine(wake=6 * 60 + 30, breakfast=7 * 60 + 30, lunch=12 * 60 + 30, dinner=19 * 60, bed=22 * 60 + 45)
"""Stands in when nobody told a routine; whoever uses it says so."""

"""An answer's ordinary day -> a ring of 24 hours: sleep, meals, medicines with their gaps, doses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from markupsafe import Markup

from magwise.adapters.web.drawing.svg import arc, around, picture, tag, text
from magwise.advise import Advice
from magwise.day import DAY, USUAL
from magwise.schedule import Fixed, Schedule

__all__ = ["ring"]

SIZE = 440.0
MIDDLE = SIZE / 2
INNER, OUTER = 138.0, 176.0
ON_BAND = (INNER + OUTER) / 2

Clock = Callable[[int], str]
Number = Callable[[float], str]


def ring(advice: Advice, *, clock: Clock, number: Number) -> Markup:
    """The day of the last step. Midnight is at the top, noon at the bottom."""
    day = advice.schedule
    parts = [
        tag("circle", cx=MIDDLE, cy=MIDDLE, r=OUTER, class_="awake"),
        tag("circle", cx=MIDDLE, cy=MIDDLE, r=INNER, class_="awake"),
        *_asleep(advice),
        *_hours(clock),
        *(tag("path", d=_sector(one), class_="shut") for one in _fixed(advice) if one.needs_a_gap),
        *_meals(advice),
        *_others(day),
        *_doses(day, clock),
        *_centre(day, number),
    ]
    return picture(
        SIZE, SIZE, parts, title="Your day as a ring of 24 hours", says=_in_words(day, clock, number)
    )


def _asleep(advice: Advice) -> Iterator[str]:
    routine = advice.person.routine or USUAL
    yield tag("path", d=arc(MIDDLE, INNER, OUTER, routine.bed / DAY, routine.wake / DAY), class_="asleep")


def _hours(clock: Clock) -> Iterator[str]:
    for hour in range(24):
        long = hour % 6 == 0
        (ax, ay), (bx, by) = (
            around(MIDDLE, OUTER + 3, hour / 24),
            around(MIDDLE, OUTER + (11 if long else 7), hour / 24),
        )
        yield tag("path", d=f"M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}", class_="tick", stroke_width=1)
        if long:
            x, y = around(MIDDLE, OUTER + 26, hour / 24)
            yield text(x, y + 4, _hour(hour, clock), class_="soft", text_anchor="middle")


def _hour(hour: int, clock: Clock) -> str:
    """ "18" or "6 pm": the full hour without its minutes."""
    return clock(hour * 60).replace(":00", "")


def _fixed(advice: Advice) -> tuple[Fixed, ...]:
    return advice.problem.fixed_today if advice.problem else ()


def _sector(one: Fixed) -> str:
    """The time that is closed to magnesium around something fixed."""
    return arc(MIDDLE, INNER, OUTER, (one.at - one.before_min) / DAY, (one.at + one.after_min) / DAY)


def _meals(advice: Advice) -> Iterator[str]:
    for meal in (advice.person.routine or USUAL).meals:
        x, y = around(MIDDLE, ON_BAND, meal.at / DAY)
        yield tag("circle", cx=x, cy=y, r=14, class_="meal")


def _others(day: Schedule) -> Iterator[str]:
    for one in day.others:
        x, y = around(MIDDLE, ON_BAND, one.at / DAY)
        yield tag("circle", cx=x, cy=y, r=6.5, class_="drug" if one.moved_from is None else "moved")


def _doses(day: Schedule, clock: Clock) -> Iterator[str]:
    for one in day.doses:
        share = one.at / DAY
        x, y = around(MIDDLE, ON_BAND, share)
        yield tag("circle", cx=x, cy=y, r=10, class_="dose")
        x, y = around(MIDDLE, INNER - 10, share)
        anchor = "middle" if abs(x - MIDDLE) < 40 else "end" if x > MIDDLE else "start"
        yield text(x, y + (10 if y < MIDDLE else 0), clock(one.at), class_="strong", text_anchor=anchor)


def _centre(day: Schedule, number: Number) -> Iterator[str]:
    total = sum(one.portion.elemental_mg for one in day.doses)
    said = ("no", "magnesium") if not day.doses else (f"{number(total)} mg", "magnesium")
    yield text(MIDDLE, MIDDLE + 2, said[0], class_="strong centre", text_anchor="middle")
    yield text(MIDDLE, MIDDLE + 24, said[1], class_="soft", text_anchor="middle")


def _in_words(day: Schedule, clock: Clock, number: Number) -> str:
    doses = [
        f"{clock(one.at)} {number(one.portion.elemental_mg)} mg magnesium with {one.meal}"
        for one in day.doses
    ]
    others = [f"{clock(one.at)} {one.take}" for one in day.others]
    return "; ".join([*doses, *others]) or "No doses and no medicines."

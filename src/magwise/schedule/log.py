"""What was said about a day so far, as a value: the small state behind `day`, `took`, `missed` and `late`.

Comes in: one report after another. Goes out: a new log each time, and from it the rest of the day. Where a log is
kept is the business of an adapter. A day begins when this person gets up: at 02:00 a night worker is still in the
day before, and so is somebody who cannot sleep.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from magwise.day import DAY, Routine
from magwise.schedule.model import DayProblem, Schedule
from magwise.schedule.replan import Rest, Taken, replan

__all__ = ["DayLog", "go_on", "moment_of", "waking_day"]


@dataclass(frozen=True, slots=True)
class DayLog:
    """One waking day as reported; times as in `replan`, from the midnight before getting up."""

    day: date
    taken: tuple[Taken, ...] = ()
    missed: tuple[str, ...] = ()
    late_min: int = 0

    def took(self, what: str, at: int, elemental_mg: float = 0.0) -> DayLog:
        """The same report twice is one report; what was called missed and is taken after all is not missed."""
        one = Taken(what, at, elemental_mg)
        missed = tuple(name for name in self.missed if name != what)
        return replace(self, missed=missed, taken=self.taken if one in self.taken else (*self.taken, one))

    def missing(self, what: str) -> DayLog:
        return self if what in self.missed else replace(self, missed=(*self.missed, what))

    def running_late(self, by_min: int) -> DayLog:
        """The day is this late in all; the newest word counts, and it is never early or a day late."""
        return replace(self, late_min=min(max(by_min, 0), DAY // 2))


def waking_day(routine: Routine, local: datetime) -> tuple[date, int]:
    """The day that a local time belongs to, by the date on which this person got up, and its minutes."""
    clock_time = local.hour * 60 + local.minute
    before_waking = clock_time < routine.wake
    return local.date() - timedelta(days=before_waking), clock_time + DAY * before_waking


def moment_of(routine: Routine, at: int, now: int) -> int:
    """The last time before now at which the clock showed this: nobody reports what is still to come."""
    linear = routine.wake + routine.after_waking(at)
    return linear if linear <= now else linear - DAY


def go_on(
    problem: DayProblem,
    schedule: Schedule,
    log: DayLog,
    *,
    now: int,
    limit_mg: float,
    yesterday: DayLog | None = None,
) -> Rest:
    """The rest of the day after everything in the log, and after what yesterday's says was taken."""
    before = tuple(replace(one, at=one.at - DAY) for one in yesterday.taken) if yesterday else ()
    return replan(
        problem,
        schedule,
        now=now,
        limit_mg=limit_mg,
        taken=(*before, *log.taken),
        missed=log.missed,
        late_min=log.late_min,
    )

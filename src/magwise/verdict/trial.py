"""One person's own trial: one question, one outcome and one order of days, decided before the first.

`plan_trial` makes the decisions and draws the order; the plan may be shown, the order stays sealed. `standing` says how
far it is and shows nothing of the effect. `judge_trial` reads the diary's entries and judges, at a planned look or at
the end. Values in, values out: no clock, no disk; whether magnesium is safe for this person is asked before, elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from magwise import knowledge
from magwise.diary import Confounder, DoseRecord, Entry, Outcome, OutcomeEntry, Taking, influences, outcomes
from magwise.errors import NotALog, NotATrial
from magwise.verdict.answer import Better, Verdict
from magwise.verdict.answer import Outcome as Answer
from magwise.verdict.caution import share_spent
from magwise.verdict.design import (
    Allocation,
    Noise,
    allocate,
    allocate_start,
    days_needed,
    noise_of,
    power_of,
)
from magwise.verdict.judging import judge, usual_level
from magwise.verdict.log import Day, Log, Phase

__all__ = [
    "Design",
    "Judged",
    "Standing",
    "TrialPlan",
    "allocation_of",
    "judge_trial",
    "log_of",
    "noise_before",
    "plan_trial",
    "standing",
    "text_of",
]

_ONE = timedelta(days=1)
_MOST_LOOKS = 5
_SURE = 0.99  # several influences are compared, and each sentence about chance is noise


class Design(StrEnum):
    BLOCKS = "blocks"  # pairs of blocks, one with and one without, each pair in an order drawn by chance
    WAIT = "wait"  # one start, after a wait of a length drawn by chance


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """What was decided before the first day. Everything here may be seen by the one who tries.

    also       further outcomes; they share the one error in twenty with the first
    latest     where the day of the start is drawn: the last day it can be; the trial's length in days is `days`
    looks      how many planned looks, the one at the end included, at equal parts of the way
    blinded    a helper has the order, and the one who tries does not
    power      how likely a true effect of `effect` is found; None: the noise was not known
    seal       of the order of days
    """

    question: str
    outcome: str
    smallest: float
    better: Better
    design: Design
    start: date
    days: int
    block_days: int
    pairs: int
    looks: int
    blinded: bool
    seal: str
    also: tuple[str, ...] = ()
    power: float | None = None
    effect: float | None = None
    noise: Noise | None = None

    @property
    def last(self) -> date:
        return self.start + (self.days - 1) * _ONE

    def day_number(self, day: date) -> int:
        """1 on the first day of the trial."""
        return (day - self.start).days + 1

    @property
    def look_days(self) -> tuple[int, ...]:
        """After which days of the trial somebody may look."""
        return tuple(-(-self.days * look // self.looks) for look in range(1, self.looks + 1))

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "start": self.start.isoformat(), "design": self.design.value}

    @classmethod
    def of_json(cls, plain: Mapping[str, Any]) -> TrialPlan:
        """Raises NotATrial for what `as_json` never wrote."""
        try:
            noise = plain.get("noise")
            return cls(
                **{
                    **plain,
                    "start": date.fromisoformat(plain["start"]),
                    "design": Design(plain["design"]),
                    "also": tuple(plain["also"]),
                    "noise": Noise(**noise) if noise else None,
                }
            )
        except (KeyError, TypeError, ValueError) as bad:
            raise NotATrial(f"The plan of this trial cannot be read: {str(bad)[:80]}.") from None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a trial is; nothing of the effect.

    day          which day of the trial this is; 0 before the first, more than `of` after the last
    phase        what today asks for; None when a helper has the order, and before and after the trial
    measured     days so far with a value; of those so far that could have one
    adherence    share of days taken as planned; None: nobody wrote doses down, or the order is not known here
    look         the planned look that may be taken now; None: none
    next_look    the day of the trial from which on the next look may be taken
    beside       what else happened in these weeks that may have moved the outcome
    """

    day: int
    of: int
    phase: Phase | None
    measured: int
    expected: int
    adherence: float | None
    look: int | None
    next_look: int | None
    is_over: bool
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What the diary says. At a look before the end an answer that is not clear stays unopened: `goes_on`.

    first     the outcome that was chosen beforehand; others: the further ones, counted and measured apart from felt
    level     of every interval, stricter for several outcomes and for looks
    beside    what else happened; says: what follows
    """

    first: Verdict
    others: tuple[tuple[str, Verdict], ...]
    look: int
    of_looks: int
    level: float
    goes_on: bool
    adherence: float | None
    beside: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


def plan_trial(
    outcome: Outcome,
    *,
    start: date,
    seed: int,
    question: str = "",
    smallest: float | None = None,
    better: Better | None = None,
    design: Design | None = None,
    noise: Noise | None = None,
    wanted: float | None = None,
    effect: float | None = None,
    block_days: int | None = None,
    pairs: int | None = None,
    looks: int = 1,
    also: Sequence[str] = (),
    blinded: bool = False,
) -> tuple[TrialPlan, Allocation]:
    """The plan and the sealed order. What is not given comes from the facts, and the length from the noise."""
    matters = outcome.smallest if smallest is None else smallest
    if matters is None or not 0 < matters < outcome.high - outcome.low:
        raise NotATrial(
            f"The smallest change of {outcome.name} that matters must be decided first.",
            where="--smallest",
            remedy=f"How much better would make it worth taking, in {outcome.unit}?",
        )
    _check(outcome, looks, also)
    chosen = design or (Design.WAIT if outcome.comes == "weeks" else Design.BLOCKS)
    sought = matters * _figure("trial-power", "times_the_smallest") if effect is None else effect
    block = int(_figure("trial-block", "days")) if block_days is None else block_days
    if chosen is Design.WAIT:
        order = allocate_start(
            seed=seed,
            earliest=int(_figure("trial-wait", "earliest")),
            latest=int(_figure("trial-wait", "latest")),
            with_days=int(_figure("trial-wait", "climb")),
        )
        many = 0
    else:
        share = _figure("trial-power", "share") / 100 if wanted is None else wanted
        many = pairs or _pairs(noise, sought, matters, share, block)
        order = allocate(seed=seed, pairs=many, block_days=block)
    _refuse_what_could_never_be_judged(order)
    level = 1 - (1 - usual_level()) / (1 + len(also))
    found = power_of(noise, order.phases, effect=sought, smallest=matters, level=level) if noise else None
    plan = TrialPlan(
        question=question or f"Does magnesium change {outcome.name}?", outcome=outcome.id, smallest=matters,
        better=better or outcome.better, design=chosen, start=start, days=len(order.phases),
        block_days=block if chosen is Design.BLOCKS else 0, pairs=many, looks=looks, blinded=blinded,
        seal=order.seal, also=tuple(also), power=found, effect=sought, noise=noise,
    )  # fmt: skip
    return plan, order


def noise_before(outcome: Outcome, entries: Iterable[Entry], start: date) -> Noise | None:
    """The noise of the last days before the trial without magnesium; None where there are too few of them."""
    first = start - int(_figure("trial-baseline", "longest")) * _ONE
    known = list(entries)
    taken = {one.day for one in known if isinstance(one, DoseRecord) and one.taking is not Taking.SKIPPED}
    values = {
        day: value
        for day, value in _values(outcome, known).items()
        if first <= day < start and day not in taken
    }
    if len(values) < _figure("trial-baseline", "fewest"):
        return None
    days = tuple(Day((day - first).days + 1, Phase.WITHOUT, value) for day, value in sorted(values.items()))
    try:
        return noise_of(Log(days))
    except NotALog:
        return None  # constant values have no noise to plan by


def text_of(order: Allocation) -> str:
    """The order as text, for whoever keeps it sealed."""
    kept = {
        "magwise_trial_order": 1,
        "seed": f"{order.seed:x}",
        "block_days": order.block_days,
        "phases": "".join(order.phases),
        "seal": order.seal,
    }
    return json.dumps(kept)


def allocation_of(text: str, plan: TrialPlan) -> Allocation:
    """The order from its text, when it is the one that was sealed. Raises NotATrial for another one."""
    try:
        kept = json.loads(text)
        order = Allocation(
            tuple(map(Phase, kept["phases"])),
            int(kept["block_days"]),
            int(kept["seed"], 16),
            str(kept["seal"]),
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        raise NotATrial(
            "This holds no order of a trial.",
            remedy="Give the file that the helper got when the trial began.",
        ) from None
    if order.seal != plan.seal or not order.holds() or len(order.phases) != plan.days:
        raise NotATrial(
            "This order is not the one that was sealed when the trial began.",
            remedy="Give the helper's file unchanged. If there is none, this trial cannot be judged as it was planned.",
        )
    return order


def standing(
    plan: TrialPlan,
    order: Allocation | None,
    entries: Sequence[Entry],
    today: date,
    *,
    looked: Sequence[int] = (),
) -> Standing:
    """How far the trial is today. `order` is None while a helper has it."""
    day = plan.day_number(today)
    so_far = min(max(day, 0), plan.days)
    outcome = outcomes()[plan.outcome]
    values = _values(outcome, entries)
    days = [plan.start + n * _ONE for n in range(so_far)]
    look_days = plan.look_days
    open_looks = [at for at, last in enumerate(look_days, 1) if day > last and at not in looked]
    ahead = [last for last in look_days if day <= last]
    return Standing(
        day=max(day, 0),
        of=plan.days,
        phase=order.phases[day - 1] if order and 1 <= day <= plan.days and not plan.blinded else None,
        measured=sum(one in values for one in days),
        expected=so_far,
        adherence=_adherence(plan, order, entries, so_far) if order else None,
        look=max(open_looks) if open_looks and max(open_looks) > max(looked, default=0) else None,
        next_look=ahead[0] + 1 if ahead else None,
        is_over=day > plan.days,
        beside=_beside(plan, entries, days),
    )


def log_of(plan: TrialPlan, order: Allocation, outcome: Outcome, entries: Sequence[Entry], days: int) -> Log:
    """The first so many days of the trial as a log: planned phases, one value a day, and what was taken."""
    values = _values(outcome, entries)
    taken = _taken(entries)
    return Log(
        tuple(
            Day(n + 1, order.phases[n], values.get(plan.start + n * _ONE), taken.get(plan.start + n * _ONE))
            for n in range(min(days, plan.days))
        ),
        outcome.unit,
    )


def judge_trial(
    plan: TrialPlan, order: Allocation, entries: Sequence[Entry], today: date, *, looked: Sequence[int] = ()
) -> Judged:
    """The answer at the newest planned look. Raises NotATrial before the first, and for a look that was taken already.

    An early look has spent little of the error, so it needs a clearer answer; one that is not clear is not shown.
    """
    stands = standing(plan, order, entries, today, looked=looked)
    if stands.look is None:
        when = plan.start + (stands.next_look - 1) * _ONE if stands.next_look else None
        raise NotATrial(
            "It is too early to look: an effect that is looked at early is seen too often.",
            remedy=f"The next planned look is on {when.isoformat()}."
            if when
            else "This look was taken already.",
        )
    days = plan.look_days[stands.look - 1]
    spent = max((plan.look_days[at - 1] for at in looked), default=0)
    error = (1 - usual_level()) / (1 + len(plan.also))
    level = 1 - share_spent(error, spent / plan.days, days / plan.days)
    return _judged(plan, order, entries, days, level, stands)


def _judged(
    plan: TrialPlan, order: Allocation, entries: Sequence[Entry], days: int, level: float, stands: Standing
) -> Judged:
    adherence = _adherence(plan, order, entries, days)
    answers = {
        id: _verdict(plan, order, outcomes()[id], entries, days, level, adherence, own=id != plan.outcome)
        for id in (plan.outcome, *plan.also)
    }
    first = answers.pop(plan.outcome)
    early = days < plan.days
    goes_on = early and first.verdict not in {Answer.WORKED, Answer.WORSE}
    # counted and measured before felt: expectation moves the second kind most
    others = sorted(answers.items(), key=lambda one: (outcomes()[one[0]].felt, plan.also.index(one[0])))
    return Judged(
        first=first, others=tuple(others), look=stands.look or plan.looks, of_looks=plan.looks, level=level,
        goes_on=goes_on, adherence=adherence,
        beside=(*stands.beside, *_uneven(plan, order, entries, days)),
        says=_next(first, days, goes_on=goes_on),
    )  # fmt: skip


def _verdict(
    plan: TrialPlan,
    order: Allocation,
    outcome: Outcome,
    entries: Sequence[Entry],
    days: int,
    level: float,
    adherence: float | None,
    *,
    own: bool,
) -> Verdict:
    """One outcome judged; a further one by its own direction and its own smallest change."""
    log = log_of(plan, order, outcome, entries, days)
    smallest = plan.smallest if not own else outcome.smallest or plan.smallest
    expected = None if outcome.placebo_is_relative else outcome.placebo
    return judge(
        log, smallest=smallest, better=outcome.better if own else plan.better, level=level, adherence=adherence,
        unblinded=not plan.blinded, felt=outcome.felt, placebo=expected,
    )  # fmt: skip


def _next(first: Verdict, days: int, *, goes_on: bool) -> tuple[str, ...]:
    """What follows from the answer, in the words of the facts."""
    if goes_on:
        return (
            "Not clear yet: go on to the next look. What was seen so far stays unopened, so that it cannot sway you.",
        )
    month = knowledge.fact("diary", "month-without-change")
    long_enough = days >= _value(month.values["days"])
    match first.verdict:
        case Answer.WORKED:
            return ("Go on if it is worth it to you, within the limit, and look again in some months.",)
        case Answer.WORSE:
            return ("Stop magnesium, or ask a pharmacist about another form. Do not raise the dose.",)
        case Answer.TOO_SMALL if long_enough:
            return (month.says,)
        case Answer.CANNOT_TELL if long_enough:
            return (
                "This trial could not show it either way; that is no success. A longer or calmer one may.",
                month.says,
            )
        case _:
            return ("This trial could not show it either way; that is no success.",)


def _values(outcome: Outcome, entries: Iterable[Entry]) -> dict[date, float]:
    """One value for each day that could have moved it: the sum of what is counted, else the mean."""
    found: dict[date, list[float]] = {}
    for one in entries:
        if isinstance(one, OutcomeEntry) and one.outcome == outcome.id:
            found.setdefault(one.day - _ONE if outcome.night else one.day, []).append(one.value)
    return {day: sum(values) / (1 if outcome.counted else len(values)) for day, values in found.items()}


def _taken(entries: Iterable[Entry]) -> dict[date, bool]:
    """Whether magnesium was taken that day, of the days that say."""
    taken: dict[date, bool] = {}
    for one in entries:
        if isinstance(one, DoseRecord):
            taken[one.day] = taken.get(one.day, False) or one.taking is not Taking.SKIPPED
    return taken


def _adherence(
    plan: TrialPlan, order: Allocation | None, entries: Iterable[Entry], days: int
) -> float | None:
    """The share of days taken as planned. Once doses are written down, a day with magnesium and no entry was missed."""
    if order is None:
        return None
    taken = _taken(entries)
    here = [(plan.start + n * _ONE, order.phases[n]) for n in range(min(days, plan.days))]
    if not any(day in taken for day, _ in here):
        return None
    return sum(taken.get(day, False) is (phase is Phase.WITH) for day, phase in here) / len(here)


def _beside(plan: TrialPlan, entries: Iterable[Entry], days: Sequence[date]) -> tuple[str, ...]:
    """What was told in words and may have moved the outcome, with its day."""
    inside = set(days)
    return tuple(
        f"{influences()[one.what].name.capitalize()} on day {plan.day_number(one.day)}"
        f"{f' ({one.words})' if one.words else ''} may have moved it too."
        for one in entries
        if isinstance(one, Confounder)
        and one.amount is None
        and one.day in inside
        and one.what in influences()
    )


def _uneven(plan: TrialPlan, order: Allocation, entries: Sequence[Entry], days: int) -> tuple[str, ...]:
    """Influences with amounts that were not alike with and without magnesium: a difference beyond chance."""
    told = []
    for one in influences().values():
        amounts: dict[date, float] = {}
        for entry in entries:
            if isinstance(entry, Confounder) and entry.what == one.id and entry.unit == one.unit:
                amounts[entry.day] = amounts.get(entry.day, 0.0) + (entry.amount or 0.0)
        log = Log(
            tuple(
                Day(n + 1, order.phases[n], amounts.get(plan.start + n * _ONE))
                for n in range(min(days, plan.days))
            )
        )
        fewest = int(_figure("trial-baseline", "fewest"))
        if min(log.count(Phase.WITH), log.count(Phase.WITHOUT)) < fewest:
            continue
        seen = judge(log, smallest=1e-9, better="higher", level=_SURE)
        if seen.interval and not seen.interval[0] <= 0 <= seen.interval[1]:
            more = "more" if (seen.effect or 0) > 0 else "less"
            told.append(
                f"{one.name.capitalize()} was {abs(seen.effect or 0):.2g} {one.unit} a day {more} with magnesium: "
                "what was seen may be its doing."
            )
    return tuple(told)


def _pairs(noise: Noise | None, effect: float, smallest: float, wanted: float, block: int) -> int:
    if noise is None:
        return int(_figure("trial-usual-pairs", "pairs"))
    days = days_needed(noise, effect=effect, smallest=smallest, wanted=wanted, block_days=block)
    if days is None:
        raise NotATrial(
            "Your days differ so much that a year of trial would not show this effect.",
            remedy="Choose a larger effect to look for (--effect), or an outcome that is calmer.",
        )
    return days // (2 * block)


def _refuse_what_could_never_be_judged(order: Allocation) -> None:
    """Blocks of one kind may meet by chance and count as one, so that only the days of each kind are sure."""
    fewest = int(_figure("verdict-fewest-days-a-phase", "days"))
    each = min(order.phases.count(Phase.WITH), order.phases.count(Phase.WITHOUT))
    if each < fewest:
        raise NotATrial(
            f"This trial could never be judged: {each} days of each kind, and at least {fewest} are needed.",
            remedy="Plan more pairs or longer blocks.",
        )


def _check(outcome: Outcome, looks: int, also: Sequence[str]) -> None:
    if not 1 <= looks <= _MOST_LOOKS:
        raise NotATrial(
            f"{looks} looks cannot be planned.", where="--looks", remedy=f"Plan 1 to {_MOST_LOOKS}."
        )
    if outcome.id in also or len(set(also)) != len(also):
        raise NotATrial("An outcome is named twice.", where="--also")


def _figure(id: str, field: str) -> float:
    return _value(knowledge.fact("verdict", id).values[field])


def _value(given: object) -> float:
    value = given["value"] if isinstance(given, dict) else given
    assert isinstance(value, int | float)  # noqa: S101 - our own file
    return float(value)

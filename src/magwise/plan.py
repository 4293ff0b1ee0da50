"""Status, limit, products and open meals -> how much a day, in which steps, and when to judge it.

Comes in: the wish's reasons (gap, factors, bowels), the limit after every cap, what is taken already, the
products that may be used, how many meals are open. Goes out: a `Plan` of whole units, or the named reason
why there is none. Nothing is ever raised to reach a band. It sets no clock time; `schedule` does.

Limits are tested on a product's high value, adequacy on its low one, targets on the best one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from magwise import knowledge
from magwise.facts import Fact
from magwise.product import Product
from magwise.schedule.model import Portion

__all__ = [
    "Band",
    "Obstacle",
    "Plan",
    "Review",
    "Step",
    "Supply",
    "Wish",
    "make_plan",
    "most_units",
    "suits_better",
    "wish_for",
]


class Obstacle(StrEnum):
    """Why there are no steps."""

    NO_USABLE_PRODUCT = "no_usable_product"  # no magnesium on it, unreadable, a hiding blend, or stopped
    UNIT_TOO_LARGE = "unit_too_large"  # one unit holds more than an ordinary day's aim, or than the limit
    LIMIT_NEARLY_REACHED = (
        "limit_nearly_reached"  # beside what is taken already, the limit leaves less than a unit
    )
    CANNOT_TITRATE = "cannot_titrate"  # sensitive stomach, and one unit is above the first step
    NO_MEAL = "no_meal"  # no meal is open
    NOTHING_LEFT = "nothing_left"  # what is taken already reaches the wish, or comes within one unit of it
    OVER_ALREADY = "over_already"  # what is taken already is above the limit


@dataclass(frozen=True, slots=True)
class Band:
    name: str
    low_mg: float
    high_mg: float
    fact: str


@dataclass(frozen=True, slots=True)
class Wish:
    """The dose aimed at before caps, in milligrams elemental a day, and why.

    without_strong_mg  what it would be if nothing drained magnesium: what a product is measured by
    """

    mg: float
    band: Band
    because: tuple[str, ...]
    without_strong_mg: float


@dataclass(frozen=True, slots=True)
class Step:
    """From one day to another (None: for good), so much a day in these portions, largest first."""

    from_day: int
    to_day: int | None
    mg_per_day: float
    portions: tuple[Portion, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """When to judge and decide (days counted from the first dose), and how far to step back."""

    judge_from_day: int
    decide_by_day: int
    step_back_mg: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Supply:
    """How many days the pack lasts, and what thirty days cost."""

    days: float | None
    per_month: float | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """How much, in which steps; `obstacle` says why there are none.

    target_mg     the wish after what is taken already and after every cap
    one_meal      only one meal is open, so that the day's dose is one sitting
    largest_unit_mg  when a unit holds too much: the most that it may hold
    """

    wish: Wish
    target_mg: float
    product: int | None = None
    steps: tuple[Step, ...] = ()
    review: Review | None = None
    supply: Supply | None = None
    obstacle: Obstacle | None = None
    one_meal: bool = False
    largest_unit_mg: float | None = None

    @property
    def smallest_portion(self) -> tuple[Portion, ...]:
        """The least that could be asked of a day: one unit of whatever it may be."""
        return (Portion(self.product or 0, 1, 1),)


def wish_for(*, gap_mg: float, strong_factor: bool, constipated: bool, high_end_forbidden: bool) -> Wish:
    """Bridging when the gap or a strong factor calls for it, else maintenance; the low end of the band.

    The high end only when constipated, and never where slow kidneys or a slow gut could go unnoticed.
    """
    threshold = _value("bridging-gap")
    because = []
    if gap_mg >= threshold:
        because.append(f"the diet falls {gap_mg:.0f} mg short, {threshold:.0f} mg or more")
    by_diet = _band("bridging" if because else "maintenance")
    if strong_factor:
        because.append("a strong reason for losing magnesium")
    band = _band("bridging" if because else "maintenance")
    because = because or [f"the diet falls less than {threshold:.0f} mg short, and nothing drains magnesium"]
    if constipated and not high_end_forbidden:
        reasons = (*because, "the upper end, for constipation")
        return Wish(band.high_mg, band, reasons, by_diet.high_mg)
    return Wish(band.low_mg, band, (*because, "the low end of the band"), by_diet.low_mg)


def make_plan(
    wish: Wish,
    products: tuple[Product | None, ...],
    *,
    preferred: tuple[int, ...],
    limit_mg: float,
    already_low_mg: float,
    already_high_mg: float,
    open_meals: int,
    sensitive: bool,
) -> Plan:
    """The plan with the first preferred product that can carry it; a product of None must not be used.

    open_meals counts the meals that can hold magnesium at once; sensitive: titrate. What is in the way is looked
    at in an order in which a worse state of health never opens what a better one kept shut (decision 12).
    """
    target = _target(wish.mg, limit_mg, already_low_mg, already_high_mg, open_meals)
    if already_high_mg > limit_mg:
        return Plan(wish, 0.0, obstacle=Obstacle.OVER_ALREADY)
    if open_meals == 0:
        return Plan(wish, target, obstacle=Obstacle.NO_MEAL)
    day = _Day(
        alone_mg=_target(wish.without_strong_mg, limit_mg, 0.0, 0.0, open_meals),
        target_mg=target,
        limit_mg=limit_mg,
        room_mg=limit_mg - already_high_mg,
        open_meals=open_meals,
        sensitive=sensitive,
    )
    tried = [
        _with_product(wish, day, index, product)
        for index in preferred
        if (product := products[index]) is not None
    ]
    carried = [plan for plan in tried if plan.obstacle is None]
    if carried:
        return max(carried, key=lambda plan: plan.steps[-1].mg_per_day)
    nothing_left = [plan for plan in tried if plan.obstacle is Obstacle.NOTHING_LEFT]
    return next(iter((*nothing_left, *tried)), Plan(wish, target, obstacle=Obstacle.NO_USABLE_PRODUCT))


def suits_better(product: Product, *, calm: bool) -> tuple[bool, bool]:
    """Sorts products: gentle before laxative for calm goals, organic before alkaline."""
    return (calm and product.laxative, product.alkaline)


def most_units(product: Product, mg: float, *, room_mg: float) -> float:
    """The most units, in steps that can be taken, whose best value is at most mg and high value at most room."""
    per_unit = product.per_unit
    if per_unit is None or per_unit.high.mg <= 0:
        return 0.0
    by_target = mg / _unit_mg(product)
    by_limit = room_mg / per_unit.high.mg
    steps = math.floor(min(by_target, by_limit) / product.step + 1e-9)
    return steps * product.step


def _unit_mg(product: Product) -> float:
    """What one unit counts as: the best value, or the high one when none can be preferred."""
    return (product.per_unit.best or product.per_unit.high).mg if product.per_unit else 0.0


@dataclass(frozen=True, slots=True)
class _Day:
    """What a product has to fit into, in milligrams elemental a day.

    alone_mg   the aim if nothing drained magnesium and nothing were taken already
    target_mg  the aim as it is; room_mg: what the limit leaves beside what is taken already
    """

    alone_mg: float
    target_mg: float
    limit_mg: float
    room_mg: float
    open_meals: int
    sensitive: bool


def _target(wish_mg: float, limit: float, already_low: float, already_high: float, open_meals: int) -> float:
    already = (already_low + already_high) / 2
    target = min(wish_mg - already, limit - already_high)
    if open_meals == 1:
        target = min(target, _value("one-sitting"))
    return max(0.0, round(target, 1))


def _with_product(wish: Wish, day: _Day, index: int, product: Product) -> Plan:
    none_yet = Plan(wish, day.target_mg, product=index)
    if not product.usable or product.per_unit is None or product.per_unit.low.mg <= 0:
        return Plan(wish, day.target_mg, obstacle=Obstacle.NO_USABLE_PRODUCT)
    alone = _most_that_can_be_split(product, day.alone_mg, day.limit_mg, day.open_meals)
    if alone == 0:
        return replace(none_yet, obstacle=Obstacle.UNIT_TOO_LARGE, largest_unit_mg=day.alone_mg)
    if day.sensitive and not _ladder(product, alone):
        return replace(none_yet, obstacle=Obstacle.CANNOT_TITRATE)
    if most_units(product, math.inf, room_mg=day.room_mg) == 0:
        return replace(none_yet, obstacle=Obstacle.LIMIT_NEARLY_REACHED, largest_unit_mg=day.room_mg)
    units = _most_that_can_be_split(product, day.target_mg, day.room_mg, day.open_meals)
    if units == 0:
        return replace(none_yet, obstacle=Obstacle.NOTHING_LEFT)
    ladder = _ladder(product, units) if day.sensitive else [(1, units)]
    steps = tuple(_steps(product, index, ladder, day.open_meals))
    return replace(
        none_yet,
        steps=steps,
        review=_review(product, steps[-1]),
        supply=_supply(product, ladder[-1][1]),
        one_meal=day.open_meals == 1,
    )


def _most_that_can_be_split(product: Product, target: float, room: float, open_meals: int) -> float:
    """The most units whose portions each stay within one sitting."""
    units = most_units(product, target, room_mg=room)
    high = product.per_unit.high.mg if product.per_unit else 0.0
    while units > 0 and max(_split(units, product.step, open_meals)) * high > _value("one-sitting") + 1e-9:
        units -= product.step
    return max(0.0, units)


def _split(units: float, step: float, open_meals: int) -> tuple[float, ...]:
    """Two portions when there are two meals and two units to split, larger first; else one."""
    if open_meals < 2 or units < 2 or units < 2 * step:
        return (units,)
    larger = math.ceil(units / 2 / step) * step if step < 1 else math.ceil(units / 2)
    return (larger, units - larger)


def _ladder(product: Product, units: float) -> list[tuple[int, float]]:
    """(first day, units) of each step for a sensitive stomach; empty when even one unit is too much to begin."""
    quantum = product.step * _unit_mg(product)
    start, rise = knowledge.fact("dosing", "sensitive-start"), knowledge.fact("dosing", "sensitive-step")
    first = math.floor(_of(start, "high") / quantum + 1e-9) * product.step
    if first == 0:
        return []
    more = math.floor(_of(rise, "value") / quantum + 1e-9) * product.step
    if more == 0:
        more = product.step if quantum <= _of(rise, "unit_up_to") else 0.0
    every = int(_of(rise, "every_days"))
    ladder, day, now = [], 1, min(first, units)
    while True:
        ladder.append((day, now))
        if now >= units or more == 0:
            return ladder
        day, now = day + every, min(now + more, units)


def _steps(product: Product, index: int, ladder: list[tuple[int, float]], open_meals: int) -> list[Step]:
    last_days = [day - 1 for day, _ in ladder[1:]]
    return [
        Step(
            from_day=day,
            to_day=last,
            mg_per_day=_mg(product, units),
            portions=tuple(
                Portion(index, part, _mg(product, part)) for part in _split(units, product.step, open_meals)
            ),
        )
        for (day, units), last in zip(ladder, [*last_days, None], strict=True)
    ]


def _review(product: Product, last: Step) -> Review:
    return Review(
        judge_from_day=last.from_day + int(_value("judge-after")),
        decide_by_day=last.from_day + int(_value("decide-by")),
        step_back_mg=_step_back(product),
    )


def _step_back(product: Product) -> tuple[float, ...]:
    """Whole units nearest to the 50 to 100 mg by which loose stools ask to step back: smallest and largest."""
    fact = knowledge.fact("dosing", "step-back")
    low, high = _of(fact, "low"), _of(fact, "high")
    quantum = product.step * _unit_mg(product)
    fewest, most = math.ceil(low / quantum - 1e-9), math.floor(high / quantum + 1e-9)
    counts = sorted({fewest, most}) if fewest <= most else [max(1, round(low / quantum))]
    return tuple(round(count * quantum, 1) for count in counts)


def _supply(product: Product, units: float) -> Supply:
    days = product.pieces / units if product.pieces else None
    cost = (
        product.price / product.pieces * units * 30 if product.price is not None and product.pieces else None
    )
    return Supply(
        days=None if days is None else math.floor(days),
        per_month=None if cost is None else round(cost, 2),
        currency=product.currency,
    )


def _mg(product: Product, units: float) -> float:
    return round(units * _unit_mg(product), 1)


@cache
def _band(name: str) -> Band:
    fact = knowledge.fact("dosing", f"band-{name}")
    return Band(name, _of(fact, "low"), _of(fact, "high"), fact.id)


@cache
def _value(id: str) -> float:
    return _of(knowledge.fact("dosing", id), "value")


def _of(fact: Fact, field: str) -> float:
    return float(str(fact.values[field]))

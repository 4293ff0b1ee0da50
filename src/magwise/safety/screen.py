"""All of safety in one pass: gates, medicines, products, magnesium already taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from magwise import knowledge
from magwise.day import Routine, clock
from magwise.findings import Finding, Level, Unchecked
from magwise.medicine import Kind
from magwise.person import Person
from magwise.product import Product
from magwise.safety.clearance import Order, after_clearance, order_above_the_limit, unused
from magwise.safety.complaints import Meant
from magwise.safety.gates import opened
from magwise.safety.medicines import Beside, findings_beside, minerals_that_move, unknown_medicine
from magwise.safety.products import findings_of_product
from magwise.safety.situation import Situation
from magwise.safety.vocabulary import recognised

__all__ = ["Already", "Screening", "screen"]


@dataclass(frozen=True, slots=True)
class Already:
    """Magnesium that is taken already: milligrams elemental a day, low and high, and lines nobody can count."""

    low_mg: float = 0.0
    high_mg: float = 0.0
    lines: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    sources: tuple[Beside, ...] = ()

    @property
    def middle_mg(self) -> float:
        return round((self.low_mg + self.high_mg) / 2, 1)


@dataclass(frozen=True, slots=True)
class Screening:
    """What safety found.

    findings     worst first; those about one product carry its index
    cap_mg       most supplemental magnesium a day that the findings allow; None when none of them caps
    stopped      indexes of products that this person must not use
    rejected     indexes of products that hold what this person avoids: others are chosen
    """

    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    cap_mg: float | None
    stopped: frozenset[int]
    rejected: frozenset[int] = frozenset()
    order: Order | None = None

    @property
    def worst(self) -> Level:
        """The worst level that is not about a single product."""
        levels = (one.level for one in self.findings if one.product is None)
        return max(levels, default=Level.NOTE)

    @property
    def blocks_a_plan(self) -> bool:
        return any(one.blocks for one in self.unchecked)


def screen(
    person: Person,
    situation: Situation,
    *,
    medicines: tuple[Beside, ...],
    products: tuple[Product, ...],
    already: Already,
    limit_mg: float,
    alkaline: bool,
    routine: Routine,
    doubtful: tuple[Meant, ...],
    unanswered: tuple[Unchecked, ...],
    today: date,
) -> Screening:
    """Everything that is in the way of this person's plan. Adding a risk never makes a level milder."""
    gates = opened(situation)
    found: list[Finding | Unchecked] = [
        after_clearance(gate, person.clearances, today, person.conditions) for gate in gates
    ]
    found = _without_the_milder_twin(found)
    found += [one for line in medicines for one in findings_beside(line, alkaline=alkaline, routine=routine)]
    found += [
        one
        for line in medicines
        if line.medicine.kind is Kind.UNKNOWN
        for one in unknown_medicine(line.medicine)
    ]
    found += [one for line in medicines for one in _times_unknown(line)]
    found += [one for line in medicines for one in _since_when(line)]
    found += list(_egfr_wanted(situation))
    found += [one for meant in doubtful for one in _doubt(meant)]
    found += list(_recognised(situation))
    for index, (product, line) in enumerate(zip(products, person.products, strict=True)):
        found += findings_of_product(index, product, line, person, situation, limit_mg)
    found += list(_already(already, _limit_with_caps(limit_mg, found), medicines))
    findings = _merged([one for one in found if isinstance(one, Finding)])
    order = order_above_the_limit(
        person.clearances,
        deficiency=situation.serum in {"low", "very_low"} or "magnesium-low" in situation.condition,
        has_labs=bool(person.labs),
        today=today,
    )
    return Screening(
        findings=findings,
        unchecked=(
            *(one for one in found if isinstance(one, Unchecked)),
            *unanswered,
            *unused(person.clearances, gates, today),
        ),
        cap_mg=min((one.cap_mg for one in findings if one.cap_mg is not None), default=None),
        stopped=frozenset(
            one.product for one in findings if one.product is not None and one.level >= Level.STOP
        ),
        rejected=frozenset(one.product for one in findings if one.product is not None and one.rejects),
        order=order,
    )


def _limit_with_caps(limit_mg: float, found: list[Finding | Unchecked]) -> float:
    """What may be taken in all: the published limit under every cap. The zero of a stop is no limit to reach."""
    caps = [one.cap_mg for one in found if isinstance(one, Finding) and one.cap_mg]
    return min([limit_mg, *caps])


def _without_the_milder_twin(found: list[Finding | Unchecked]) -> list[Finding | Unchecked]:
    """A gate's general form says nothing new where its stricter form opened too."""
    rules = {one.rule for one in found if isinstance(one, Finding)}
    milder = {
        "kidney-from-65-unchecked": "kidney-older-unchecked",
        "diabetes": "diabetes-with-insulin",
    }
    return [one for one in found if not (isinstance(one, Finding) and milder.get(one.rule) in rules)]


def _times_unknown(line: Beside) -> Iterator[Unchecked]:
    if line.times and line.assumed:
        yield Unchecked(
            what=f"times of {line.name}",
            why=f"assumed from the words: {', '.join(clock(at) for at in line.times)}",
            remedy='Give the clock times, like times = ["07:00"].',
            blocks=False,
            spec=("B068.1",),
        )
    elif line.times or not line.needs_a_gap or (line.movable and minerals_that_move(line.medicine)):
        return
    elif minerals_that_move(line.medicine):
        yield Unchecked(
            what=f"times of {line.name}",
            why="nobody said when it is taken",
            remedy="Keep it at another meal than magnesium, or let it move: movable = true.",
            blocks=False,
            spec=("B074.1",),
        )
    elif not line.medicine.as_needed:
        yield Unchecked(
            what=f"times of {line.name}",
            why="nobody said when it is taken, so no timetable can keep its distance",
            remedy='Give the clock times, like times = ["07:00"].',
            hides_a_time=True,
            spec=("B068.1", "B034.1"),
        )
    else:
        yield Unchecked(
            what=f"times of {line.name}",
            why=f"it is taken as needed; keep magnesium {line.before_h:g} h before and {line.after_h:g} h after it",
            remedy="Look at the clock on the days on which you take it.",
            blocks=False,
            spec=("B068.1",),
        )


def _since_when(line: Beside) -> Iterator[Unchecked]:
    if "ppi" in line.medicine.classes and line.since is None and not line.medicine.long_term:
        yield Unchecked(
            what=f"since when: {line.name}",
            why="stomach-acid blockers lower magnesium mostly after a year",
            remedy="Give since = 2019, or whenever it began.",
            blocks=False,
            spec=("A049.1",),
        )


def _egfr_wanted(situation: Situation) -> Iterator[Unchecked]:
    """Diabetes and lithium ask how well the kidneys work (resolution 14)."""
    diabetes = any("diabetes" in slug for slug in situation.condition)
    if situation.egfr is None and (diabetes or "lithium" in situation.medicine):
        yield Unchecked(
            what="eGFR",
            why="it tells how well the kidneys clear magnesium",
            remedy="Ask for your last eGFR and give egfr and egfr_date.",
            blocks=False,
            spec=("A037.1",),
        )


def _doubt(meant: Meant) -> Iterator[Finding | Unchecked]:
    if meant.near:
        why = f"it is not in our lists; it was read as {meant.near!r}, the nearest, until you say otherwise"
    elif meant.counts_as:
        why = f"we did not understand it; as it may be {meant.counts_as}, it counts as that until you say otherwise"
    elif meant.left_out:
        why = f"we understood a part of it only; {', '.join(map(repr, meant.left_out))} may matter"
    else:
        why = "it is not in our lists"
    yield Finding(
        rule="complaint-unknown",
        level=Level.ASK_FIRST,
        message=f"{meant.as_written!r} could not be checked: {why}.",
        because=(why,),
        spec=("A062.1", "B077.5"),
        ask="doctor or pharmacist",
        question=f"Does {meant.as_written!r} speak against magnesium?",
    )
    yield Unchecked(
        what=meant.as_written,
        why=why,
        remedy=f"{_how_to_rule_out(meant)}Say it in other words, or ask a professional. Get help at once for: "
        "fainting, an irregular or slow heartbeat, weak muscles, slow breathing, confusion.",
        spec=("A062.1",),
    )


def _how_to_rule_out(meant: Meant) -> str:
    return f'If it is not that, add does_not_have = ["{meant.counts_as}"]. ' if meant.counts_as else ""


def _recognised(situation: Situation) -> Iterator[Finding]:
    """What we know by name and have no rule about: neither clear by a rule nor unknown."""
    names = [name for slug, name in recognised().items() if slug in situation.condition]
    if names:
        yield Finding(
            rule="condition-recognised",
            level=Level.NOTE,
            message=f"Recognised, and our sources have no rule about: {', '.join(names)}.",
            because=tuple(f"on your list: {name}" for name in names),
            spec=("B092.3",),
        )


def _already(
    already: Already, limit_mg: float, medicines: tuple[Beside, ...]
) -> Iterator[Finding | Unchecked]:
    sources = tuple(map(str, knowledge.fact("dosing", "general-limit").citations))
    if already.high_mg > limit_mg:
        yield Finding(
            rule="already-over-the-limit",
            level=Level.ASK_FIRST,
            message=f"What you take already brings up to {already.high_mg:g} mg of magnesium a day, above the limit "
            f"of {limit_mg:g} mg. Add nothing, and ask a pharmacist about what you take.",
            because=already.lines,
            spec=("A059.2", "B006.2", "B061.1", "B092.4"),
            facts=("general-limit", "IX067"),
            sources=sources,
            ask="pharmacist",
            question="Is this much magnesium right for me?",
        )
    elif already.high_mg > 0:
        yield Finding(
            rule="already-counted",
            level=Level.NOTE,
            message=f"What you take already brings about {already.high_mg:g} mg of magnesium a day; it is counted.",
            because=already.lines,
            spec=("A059.2", "B045.3"),
            facts=("IX067",),
            sources=sources,
        )
    for line in already.uncounted:
        yield Unchecked(
            what=f"magnesium in {line}",
            why="it holds magnesium and the amount cannot be told",
            remedy="Give the amount and how often, as the pack prints it.",
            spec=("A059.2", "B061.1"),
        )
    for source in already.sources:
        yield from _too_close(source, medicines)


def _too_close(source: Beside, medicines: tuple[Beside, ...]) -> Iterator[Finding]:
    """Magnesium that is taken already keeps its distance too (resolution 18)."""
    for line in medicines:
        if line is source or not line.needs_a_gap or line.medicine.mineral:
            continue
        close = [
            (at, other) for at in source.times for other in line.times if not _far_enough(at, other, line)
        ]
        if close:
            at, other = close[0]
            yield Finding(
                rule=f"already-too-close-{line.name.replace(' ', '-').lower()}",
                level=Level.APART,
                message=f"{source.medicine.as_written} at {clock(at)} holds magnesium and is too close to "
                f"{line.name} at {clock(other)}. Ask your pharmacist about moving it: at least {line.before_h:g} h "
                f"before or {line.after_h:g} h after.",
                because=(f"{source.medicine.as_written}: {clock(at)}", f"{line.name}: {clock(other)}"),
                spec=("B034.1", "B068.1"),
                facts=tuple(rule.id for rule in line.medicine.spacings),
                sources=tuple(dict.fromkeys(one for rule in line.medicine.spacings for one in rule.sources)),
                ask="pharmacist",
            )


def _far_enough(magnesium: int, medicine: int, line: Beside) -> bool:
    day = 24 * 60
    return (medicine - magnesium) % day >= line.before_h * 60 and (
        magnesium - medicine
    ) % day >= line.after_h * 60


def _merged(findings: list[Finding]) -> tuple[Finding, ...]:
    """Worst first; the same rule about the same product stands once, with every reason."""
    kept: dict[tuple[str, int | None, str], Finding] = {}
    for one in findings:
        key = (one.rule, one.product, one.message)
        reasons = (*(kept[key].because if key in kept else ()), *one.because)
        kept[key] = replace(one, because=tuple(dict.fromkeys(reasons)))
    return tuple(sorted(kept.values(), key=lambda one: -one.level))

"""Statements -> the magnesium of one serving: an interval, its basis, and why.

Weighs what each statement is and what stands around it. When two readings are equally good it says so;
when there is no figure it says that it cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from magwise.label.forms import (
    daily_references,
    figure,
    magnesium_of_mmol,
    piece_holds_mg,
    references_as_printed,
    salts,
    salts_like,
    share_of,
)
from magwise.label.model import Basis
from magwise.label.said import Mention, Role, Statement, Statements
from magwise.label.serving import Serving
from magwise.units import Interval

__all__ = ["Chosen", "choose", "mass_of", "same_piece"]

# How much a statement counts as the magnesium of a serving. Only their order matters; found on labels of our own.
_ROLE = {Role.ELEMENTAL: 4.0, Role.PLAIN: 3.0, Role.AS_SALT: 1.0, Role.SALT: 0.0, Role.LOOSE: -9.0}
_HELPS = {
    "facts": 1.0,
    "contains": 0.8,
    "each": 1.2,
    "active": 1.0,
    "elemental": 0.7,
    "yields": 0.5,
    "content": 0.7,
    "serving_size": 0.5,
}
_HARMS = {
    "reference": 4.0, "talk": 1.5, "age": 3.0, "body": 5.0, "up_to": 2.5, "daily": 2.5, "negation": 4.0,
    "hundred": 4.0, "study": 5.5, "times": 1.0, "take": 0.7, "directions": 1.0,
}  # fmt: skip
_NEXT_PART = 10  # items
_ENOUGH = 0.5  # a statement below this is talk, not a declaration


@dataclass(slots=True)
class Chosen:
    elemental: Interval | None = None
    basis: Basis = Basis.NOT_DETERMINABLE
    used: list[Statement] = field(default_factory=list)
    salts: list[Statement] = field(default_factory=list)
    parts: list[Statement] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    rivals: list[float] = field(default_factory=list)


def choose(found: Statements, serving: Serving, *, licensed: bool, blend: bool) -> Chosen:
    """The reading that the text supports best."""
    magnesium = [s for s in found.said if s.element == "magnesium" and (s.mass or s.molar)]
    chosen = Chosen()
    chosen.salts = [s for s in magnesium if s.role is Role.SALT and not _talk(s)]
    chosen.salts += [found.said[s.linked or 0] for s in magnesium if _explains_loose(s, found)]
    declared = _declared(magnesium, found, chosen)
    if declared:
        _read_declared(declared, found, serving, chosen)
    elif any(s.role is Role.AS_SALT for s in magnesium):
        _read_as_salt([s for s in magnesium if s.role is Role.AS_SALT], serving, chosen)
    elif chosen.salts:
        _read_salts(found, serving, chosen, licensed=licensed)
    elif found.shares:
        _read_percent(found.shares[0], chosen)
    elif loose := _loose_beside_a_name(found):
        _read_loose(loose[0], loose[1], serving, chosen)
    else:
        chosen.why.append(
            "Magnesium is part of a proprietary blend; its amount is not printed."
            if blend
            else "No amount of magnesium is printed."
        )
    return chosen


# declared magnesium


def _declared(magnesium: list[Statement], found: Statements, chosen: Chosen) -> list[tuple[float, Statement]]:
    weighed = []
    named = {
        s.mass
        for s in found.said
        if s.line <= 1 and s.mass and (s.unit == "g" or s.role in (Role.LOOSE, Role.SALT))
    }
    for order, statement in enumerate(magnesium):
        if statement.role is Role.PLAIN and _is_the_salt_again(statement, magnesium):
            continue
        if statement.role in (Role.ELEMENTAL, Role.PLAIN):
            weight = _weight(statement, magnesium) - 0.05 * order
            before = found.said[statement.linked] if statement.linked is not None else None
            if before is not None and before.mass in named and before.line > 1:
                weight += 3.0  # the weight in the product's name says which of several products this is
            if before is not None and before.role is Role.LOOSE and _explains_loose(statement, found):
                weight += 2.5
            if weight >= _ENOUGH:
                weighed.append((weight, statement))
        elif statement.role is Role.SALT and _percent_confirms(statement):
            weighed.append((2.5 - 0.05 * order, statement))
            chosen.why.append("The printed percentage shows that the figure is magnesium, not salt.")
    return weighed


def _is_the_salt_again(statement: Statement, magnesium: list[Statement]) -> bool:
    """'Magnesia tablets 500 mg. Each contains 500 mg magnesium oxide': the name repeats the salt's weight."""
    return statement.percent is None and any(
        other.role is Role.SALT
        and other.mass == statement.mass
        and other.said & {"contains", "each", "active"}
        for other in magnesium
    )


def _explains_loose(statement: Statement, found: Statements) -> bool:
    """'615 mg (equivalent to 61 mg of magnesium)': the first figure is the salt's weight."""
    if statement.linked is None or statement.mass is None or statement.role is not Role.ELEMENTAL:
        return False
    before = found.said[statement.linked]
    return (
        before.role is Role.LOOSE and bool(before.mass) and bool(salts_like(before.mass or 0, statement.mass))
    )


def _weight(statement: Statement, magnesium: list[Statement]) -> float:
    weight = _ROLE[statement.role]
    weight += sum(value for cue, value in _HELPS.items() if cue in statement.said)
    weight -= sum(value for cue, value in _HARMS.items() if cue in statement.said)
    weight += 1.5 if statement.percent is not None else 0
    weight += 1.0 if statement.linked is not None else 0
    weight += 1.0 if statement.per is not None else 0
    weight -= 6.0 if statement.ranged else 0
    weight += 2.5 if _salt_that_fits(statement, magnesium) else 0
    weight += 1.0 if statement.mass and statement.molar else 0
    weight -= 3.0 if statement.unit == "g" else 0  # nobody weighs magnesium itself in grams
    return weight


def _talk(statement: Statement) -> bool:
    return bool(statement.said & {"negation", "body", "study", "reference"}) and not statement.said & {
        "each",
        "active",
    }


def mass_of(statement: Statement) -> float:
    """Milligrams of magnesium that a declaring statement prints."""
    if statement.mass is not None:
        return statement.mass
    return magnesium_of_mmol(statement.molar or 0.0)


def _salt_that_fits(statement: Statement, magnesium: list[Statement]) -> Statement | None:
    """A printed salt weight whose share of magnesium is this figure."""
    mass = mass_of(statement)
    for other in magnesium:
        if other.role is Role.SALT and other.mass and other.forms and len(other.forms) == 1:
            share = share_of(other.forms[0], other.waters) or share_of(other.forms[0])
            if share and share.low * 0.93 <= mass / other.mass <= share.high * 1.07:
                return other
    return None


def _percent_confirms(statement: Statement) -> bool:
    if statement.percent is None or statement.mass is None or statement.percent < 1:
        return False
    slack = figure("panel-percent-slack", "points")
    return any(
        abs(100 * statement.mass / mg - statement.percent) <= max(slack / 2, 0.02 * statement.percent)
        for mg in daily_references().values()
    )


def _read_declared(
    declared: list[tuple[float, Statement]], found: Statements, serving: Serving, chosen: Chosen
) -> None:
    clusters = _clusters(declared)
    clusters.sort(key=lambda pair: -pair[0])
    best_weight, best = clusters[0]
    total = next((s for _, s in declared if s.total and s.mass), None)
    if total is not None and total not in best:
        best = [total]
    first = best[0]
    mass = mass_of(first)
    chosen.used = list(best)
    mass = _scaled(mass, first, serving, clusters, chosen)
    summed = _sum_of_parts(first, declared, found, chosen)
    if summed is not None:
        mass = summed
    by_rule = first.role is Role.PLAIN
    if first.mass is None:
        chosen.basis = Basis.FROM_MOLAR
        chosen.why.append(f"{_figure(first.molar or 0)} mmol of magnesium are {_figure(mass)} mg.")
    elif by_rule:
        chosen.basis = Basis.BY_REGULATION
        chosen.why.append(
            "In a facts panel the figure after magnesium is the magnesium itself, whatever salt is named."
        )
    else:
        chosen.basis = Basis.DECLARED
        chosen.why.append("The label states the magnesium itself.")
    chosen.elemental = Interval.exactly(mass)
    chosen.rivals = [mass_of(c[1][0]) for c in clusters[1:] if c[0] > best_weight - 1.0]


def _clusters(declared: list[tuple[float, Statement]]) -> list[tuple[float, list[Statement]]]:
    """Statements of the same figure together; each further one adds a little."""
    groups: list[list[tuple[float, Statement]]] = []
    for weight, statement in declared:
        for group in groups:
            if abs(mass_of(statement) - mass_of(group[0][1])) <= 0.012 * mass_of(statement):
                group.append((weight, statement))
                break
        else:
            groups.append([(weight, statement)])
    clusters = []
    for group in groups:
        ranked = sorted(group, key=lambda pair: -pair[0])
        clusters.append(
            (ranked[0][0] + 0.4 * min(len(ranked) - 1, 3), [statement for _, statement in ranked])
        )
    return clusters


def _scaled(
    mass: float,
    first: Statement,
    serving: Serving,
    clusters: list[tuple[float, list[Statement]]],
    chosen: Chosen,
) -> float:
    """A figure printed per piece, on a label that counts by several: the figure of the serving."""
    if (
        serving.amount is None
        or serving.assumed
        or serving.daily
        or first.per is None
        or first.per.piece != serving.unit
    ):
        return mass
    if first.per.value == serving.amount or first.per.value <= 0:
        return mass
    scaled = mass * serving.amount / first.per.value
    chosen.why.append(
        f"Printed per {_figure(first.per.value)}; counted up to the serving of {_figure(serving.amount)}."
    )
    return scaled


def _sum_of_explained(
    first: Statement, declared: list[tuple[float, Statement]], found: Statements, chosen: Chosen
) -> float | None:
    """'carbonate 670 mg (= 165 mg), oxide 342 mg (= 200 mg)': each salt with its own magnesium."""
    parts: dict[tuple[str, ...], Statement] = {}
    for _, statement in declared:
        before = found.said[statement.linked] if statement.linked is not None else None
        if (
            before is not None
            and before.role is Role.SALT
            and before.forms
            and abs(before.line - first.line) <= 3
            and same_piece(statement, first)
        ):
            parts.setdefault(before.forms, statement)
    if len(parts) < 2 or first not in parts.values():
        return None
    chosen.parts = list(parts.values())
    chosen.why.append("The label gives the magnesium of each salt; they add up.")
    return sum(mass_of(part) for part in parts.values())


def same_piece(one: Statement, other: Statement) -> bool:
    """A tablet and a sachet in one text are two products; nothing of theirs adds up."""
    return one.per is None or other.per is None or one.per.piece == other.per.piece


def _and_as(first: Statement, found: Statements) -> list[Statement]:
    """'120 mg magnesium as citrate and 80 mg as oxide': the second amount is magnesium too."""
    return [
        s for s in found.said
        if s.role is Role.AS_SALT and s.mass and s.forms != first.forms and 0 < s.index - first.index <= _NEXT_PART
    ]  # fmt: skip


def _sum_of_parts(
    first: Statement, declared: list[tuple[float, Statement]], found: Statements, chosen: Chosen
) -> float | None:
    """Two salts declared one after the other, without a total, add up."""
    if first.total:
        chosen.parts = [s for _, s in declared if s is not first and s.linked is not None]
        return None
    parts = [
        s for _, s in declared
        if s.forms and s.role is first.role and not s.ranged and abs(s.line - first.line) <= 3 and s.mass is not None
        and same_piece(s, first)
    ]  # fmt: skip
    distinct: dict[tuple[str, ...], Statement] = {}
    for part in parts:
        distinct.setdefault(part.forms, part)
    if first.role is Role.ELEMENTAL and first.forms and (further := _and_as(first, found)):
        chosen.parts = [first, *further]
        chosen.why.append("The label gives the magnesium of each salt; they add up.")
        return sum(mass_of(part) for part in chosen.parts)
    if len(distinct) < 2 or first not in distinct.values() or first.role is not Role.PLAIN:
        return _sum_of_explained(first, declared, found, chosen)
    chosen.parts = list(distinct.values())
    chosen.why.append("Magnesium stands in several rows; they add up.")
    return sum(mass_of(part) for part in distinct.values())


# only a salt


def _read_as_salt(statements: list[Statement], serving: Serving, chosen: Chosen) -> None:
    first = statements[0]
    mass = first.mass or 0.0
    share = share_of(first.forms[0], first.waters) if first.forms else None
    chosen.used = [first]
    chosen.basis = Basis.AMBIGUOUS
    chosen.why.append(f"{_figure(mass)} mg may be the magnesium or the weight of the salt.")
    chosen.elemental = Interval.between(mass * (share.low if share else 0.0), mass)


def _read_salts(found: Statements, serving: Serving, chosen: Chosen, *, licensed: bool) -> None:
    rows = _distinct(chosen.salts)
    low = high = printed = 0.0
    certain = True
    for row in rows:
        share = _share(row)
        mass = row.mass or 0.0
        printed += mass
        twice = _weighed_twice(row, found)
        if twice is not None:
            low, high = low + twice, high + twice
            continue
        low += mass * (share.low if share else 0.0)
        high += mass * (share.high if share else 1.0)
        certain = certain and share is not None
    if not rows:
        chosen.why.append("Only ranges are printed, and nothing says that they are of this product.")
        return
    chosen.used = rows
    exact = certain and high - low <= 0.02 * high
    composition = licensed or any(
        row.said & {"active", "contains", "each"} or row.waters is not None or _said_from(row)
        for row in (*rows, *_again(rows, chosen.salts))
    )
    if any(row.registry for row in rows):
        _read_registry(rows, low, printed, chosen)
        return
    if not certain:
        chosen.basis = Basis.NOT_DETERMINABLE
        chosen.why.append("The salt is not named exactly enough to know how much magnesium it holds.")
        return
    if composition:
        chosen.basis = Basis.FROM_COMPOUND
        chosen.why.append(f"Only the weight of the salt is printed: {_figure(printed)} mg.")
        chosen.elemental = Interval.between(low, high, (low + high) / 2 if exact else None)
        if not exact:
            chosen.why.append("Which hydrate it is does not stand there, so only limits can be given.")
        return
    if not _fits_as_magnesium(printed, high / printed if printed else 1.0, serving):
        chosen.basis = Basis.FROM_COMPOUND
        chosen.why.append(
            f"{_figure(printed)} mg must be the salt: so much magnesium would not fit into one piece."
        )
        chosen.elemental = Interval.between(low, high, (low + high) / 2 if exact else None)
        return
    chosen.basis = Basis.AMBIGUOUS
    chosen.why.append(f"{_figure(printed)} mg beside the name of the salt may be the salt or the magnesium.")
    chosen.elemental = Interval.between(low, printed)


def _again(rows: list[Statement], statements: list[Statement]) -> list[Statement]:
    """The same salts of the same weight, printed elsewhere: the name of a product and its composition."""
    return [s for s in statements if any(s.forms == row.forms and s.mass == row.mass for row in rows)]


def _said_from(row: Statement) -> bool:
    """'Magnesium (from 500 mg magnesium oxide)': the bracket weighs the source."""
    return row.in_bracket and row.before is not None and row.before.element == "magnesium"


def _read_registry(rows: list[Statement], low: float, printed: float, chosen: Chosen) -> None:
    """A registry puts a strength beside the salt's name without saying what was weighed."""
    chosen.flags.append("registry_strength_ambiguous")
    if any(row.ratio_of_weights for row in rows):
        chosen.basis = Basis.NOT_DETERMINABLE
        chosen.why.append("The strength is given per weight, not per piece.")
        return
    chosen.basis = Basis.AMBIGUOUS
    chosen.why.append(f"A registry prints {_figure(printed)} mg; it may be the salt or the magnesium.")
    chosen.elemental = Interval.between(low, printed)


def _distinct(statements: list[Statement]) -> list[Statement]:
    """One row per salt; the first printing of each counts, and other hydrates of the same do not add."""
    rows: dict[tuple[str, ...], Statement] = {}
    for statement in statements:
        if statement.ranged or not statement.mass:
            continue
        key = statement.forms
        if key not in rows or (
            rows[key].waters is None and statement.waters is not None and statement.linked is not None
        ):
            rows[key] = statement
    kept = list(rows.values())
    if len(kept) > 1:
        firsts = [row for row in kept if row.forms]
        kept = firsts or kept
    return kept


def _weighed_twice(row: Statement, found: Statements) -> float | None:
    """'280 mg (350 mg of the tetrahydrate)': two weights of one salt, with and without its water, fix both."""
    others = [s for s in found.said if s.linked is not None and found.said[s.linked] is row]
    partners = [s.mass for s in others if s.role is Role.SALT and s.mass and s.forms == row.forms]
    if not partners or not row.mass or len(row.forms) != 1:
        return None
    family = [s for s in salts().values() if s.family == row.forms[0] and s.fraction]
    found_pairs = [
        (
            abs(row.mass * (one.fraction or 0) / (partners[0] * (other.fraction or 1)) - 1),
            row.mass * (one.fraction or 0),
        )
        for one in family
        for other in family
        if one is not other
    ]
    best = min(found_pairs, default=None)
    return best[1] if best and best[0] < 0.015 else None


def _share(statement: Statement):  # type: ignore[no-untyped-def]
    if len(statement.forms) != 1:
        return None
    return share_of(statement.forms[0], statement.waters)


def _fits_as_magnesium(mass: float, share: float, serving: Serving) -> bool:
    room = piece_holds_mg(serving.unit or "tablet")
    return room is None or mass / max(share, 1e-6) <= room * (serving.amount or 1)


def _read_percent(printed: tuple[float, str], chosen: Chosen) -> None:
    """Only a share of a reference value is printed; an older label means an older value."""
    percent, reference = printed
    meant = [percent / 100 * daily for daily in references_as_printed()[reference]]
    chosen.basis = Basis.FROM_PERCENT
    chosen.elemental = Interval.between(min(meant), max(meant), meant[0])
    chosen.why.append(f"Only a percentage is printed: {_figure(percent)} % is {_figure(meant[0])} mg.")
    if len(meant) > 1:
        chosen.why.append("Older labels count by another daily value, hence the limits.")


def _loose_beside_a_name(found: Statements) -> tuple[Statement, Mention] | None:
    """A lone figure on a label that names one magnesium salt: the front of a pack."""
    loose = [
        s
        for s in found.said
        if s.role is Role.LOOSE and s.mass and s.unit == "mg" and not s.ranged and not _talk(s)
    ]
    names = [m for m in found.mentions if m.head]
    if len(loose) == 1 and names and all(s.element in ("", "magnesium") for s in found.said):
        before = [m for m in names if m.start < loose[0].start and loose[0].line - m.line <= 1]
        if before:
            return loose[0], before[0]
    return None


def _read_loose(statement: Statement, mention: Mention, serving: Serving, chosen: Chosen) -> None:
    mass = statement.mass or 0.0
    share = share_of(mention.forms[0]) if mention.forms else None
    chosen.used = [statement]
    chosen.basis = Basis.AMBIGUOUS
    chosen.why.append(f"{_figure(mass)} mg stands alone; it may be the magnesium or the weight of the salt.")
    chosen.elemental = Interval.between(mass * (share.low if share else 0.0), mass)


def _figure(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")

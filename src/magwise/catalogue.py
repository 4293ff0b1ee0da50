"""Many labels that were read -> what can be said of all of them.

Takes rows as `magwise screen` writes them, any number, and says what a league table, a contradiction, hidden oxide
and a difference between two releases are. Pure: no file, no database; adapters/catalogue asks the same questions in
SQL, and the tests hold both ways against each other. It ranks nothing into one score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from magwise.label.model import Label

__all__ = [
    "CONTRADICTIONS",
    "FORM_LOST",
    "HIDDEN_OXIDE",
    "Change",
    "FormStanding",
    "League",
    "Priced",
    "Said",
    "differences",
    "flags_of",
    "league_of",
    "price_per_100_mg",
    "said_of",
]

# Two things that one label prints, or a print and chemistry, disagree.
CONTRADICTIONS = (
    "front_is_salt_weight",
    "implausible_mass",
    "less_than_the_salt_holds",
    "mmol_disagrees",
    "more_than_the_salt_holds",
    "percent_disagrees",
    "percent_fits_the_salt",
    "registry_strength_ambiguous",
    "slip_of_a_factor",
    "two_figures",
)
# Oxide is in it, and the label does not say how much of the magnesium it carries.
HIDDEN_OXIDE = ("buffered", "oxide_in_undisclosed_blend")
# The file that the row came from leaves out the form; the label may have named it.
FORM_LOST = "form_not_in_export"
EXAMPLES = 5  # ids that a table names
CHEAPEST = 20


@dataclass(frozen=True, slots=True)
class Said:
    """What was read from one label."""

    id: str
    elemental_mg: float | None
    elemental_low_mg: float | None
    elemental_high_mg: float | None
    basis: str
    serving_amount: float | None
    serving_unit: str | None
    forms: tuple[str, ...]
    flags: tuple[str, ...]
    proprietary_blend: bool
    price_per_100_mg: float | None


@dataclass(frozen=True, slots=True)
class FormStanding:
    """labels: with this form; alone: with no other; the figures are of the latter, the only ones that are its own."""

    form: str
    labels: int
    alone: int
    median_mg: float | None
    median_price: float | None


@dataclass(frozen=True, slots=True)
class Priced:
    id: str
    forms: tuple[str, ...]
    elemental_mg: float
    price_per_100_mg: float


@dataclass(frozen=True, slots=True)
class League:
    """with_magnesium: that name it; with_number: of these, with one defensible figure."""

    rows: int
    with_magnesium: int
    with_number: int
    blends: int
    forms: tuple[FormStanding, ...]
    contradictions: Mapping[str, tuple[int, tuple[str, ...]]]
    hidden_oxide: tuple[int, tuple[str, ...]]
    cheapest: tuple[Priced, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two readings of the label of one id; `kind` is a row of the summary."""

    id: str
    kind: str
    was: str
    now: str


def flags_of(label: Label, of_file: tuple[str, ...]) -> tuple[str, ...]:
    """The label's flags and its file's; a form lost on the way is not the label's silence."""
    own = (flag for flag in label.flags if not (flag == "form_not_stated" and FORM_LOST in of_file))
    if FORM_LOST in of_file and "no_magnesium" in label.flags:
        return tuple(own)
    return (*own, *of_file)


def price_per_100_mg(label: Label, price: float | None, pieces: float | None) -> float | None:
    """What 100 mg of elemental magnesium cost, when price, pieces and amount are all known."""
    best = label.elemental.best.mg if label.elemental and label.elemental.best else None
    in_pack = pieces if pieces is not None else label.container_count
    servings = in_pack / label.serving_amount if in_pack and label.serving_amount else None
    if pieces is None and label.servings_per_container:
        servings = label.servings_per_container
    if not best or not servings or price is None:
        return None
    return round(100 * price / (best * servings), 4)


def said_of(row: Mapping[str, Any]) -> Said:
    """A row of `magwise screen`, as a value."""
    return Said(
        id=str(row["id"]),
        elemental_mg=row.get("elemental_mg"),
        elemental_low_mg=row.get("elemental_low_mg"),
        elemental_high_mg=row.get("elemental_high_mg"),
        basis=str(row.get("basis")),
        serving_amount=row.get("serving_amount"),
        serving_unit=row.get("serving_unit"),
        forms=tuple(row.get("forms") or ()),
        flags=tuple(row.get("flags") or ()),
        proprietary_blend=bool(row.get("proprietary_blend")),
        price_per_100_mg=row.get("price_per_100_mg"),
    )


def league_of(rows: Iterable[Said]) -> League:
    """The tables of a catalogue, the slow and obvious way; examples are the first ids in alphabetical order."""
    every = list(rows)
    named = [row for row in every if "no_magnesium" not in row.flags]
    hiding = sorted(row.id for row in named if set(row.flags) & set(HIDDEN_OXIDE))
    odd = {flag: sorted(row.id for row in named if flag in row.flags) for flag in CONTRADICTIONS}
    most_first = sorted(
        ((flag, ids) for flag, ids in odd.items() if ids), key=lambda one: (-len(one[1]), one[0])
    )
    return League(
        rows=len(every),
        with_magnesium=len(named),
        with_number=sum(row.elemental_mg is not None for row in named),
        blends=sum(row.proprietary_blend for row in named),
        forms=tuple(sorted(_standings(named), key=lambda one: (-one.labels, one.form))),
        contradictions={flag: (len(ids), tuple(ids[:EXAMPLES])) for flag, ids in most_first},
        hidden_oxide=(len(hiding), tuple(hiding[:EXAMPLES])),
        cheapest=tuple(sorted(_priced(named), key=lambda one: (one.price_per_100_mg, one.id))[:CHEAPEST]),
    )


def _standings(named: list[Said]) -> Iterator[FormStanding]:
    for form in {form for row in named for form in row.forms}:
        having = [row for row in named if form in row.forms]
        alone = [row for row in having if row.forms == (form,)]
        amounts = [row.elemental_mg for row in alone if row.elemental_mg is not None]
        prices = [row.price_per_100_mg for row in alone if row.price_per_100_mg is not None]
        yield FormStanding(
            form,
            len(having),
            len(alone),
            median(amounts) if amounts else None,
            median(prices) if prices else None,
        )


def _priced(named: list[Said]) -> Iterator[Priced]:
    for row in named:
        if row.price_per_100_mg is not None and row.elemental_mg is not None:
            yield Priced(row.id, row.forms, row.elemental_mg, row.price_per_100_mg)


def differences(was: Said | None, now: Said | None) -> Iterator[Change]:
    """What differs between two readings of one label; None is a label that is not in that release."""
    if was is None or now is None:
        there = was or now
        if there is not None:
            kind = "label gone" if now is None else "new label"
            yield Change(there.id, kind, _summary(was), _summary(now))
        return
    yield from _amount_changed(was, now)
    for kind, old, new in (
        ("basis", was.basis, now.basis),
        ("serving", _serving(was), _serving(now)),
        ("forms", ", ".join(sorted(was.forms)), ", ".join(sorted(now.forms))),
        ("proprietary blend", _yes(was.proprietary_blend), _yes(now.proprietary_blend)),
        ("price per 100 mg", _plain(was.price_per_100_mg), _plain(now.price_per_100_mg)),
    ):
        if old != new:
            yield Change(now.id, kind, old or "none", new or "none")
    yield from _flags_changed(was, now)


def _amount_changed(was: Said, now: Said) -> Iterator[Change]:
    old, new = was.elemental_mg, now.elemental_mg
    if old != new:
        kind = "amount lost" if new is None else "amount found" if old is None else "amount"
        yield Change(now.id, kind, _summary(was), _summary(now))
    elif (was.elemental_low_mg, was.elemental_high_mg) != (now.elemental_low_mg, now.elemental_high_mg):
        yield Change(now.id, "interval", _interval(was), _interval(now))


def _flags_changed(was: Said, now: Said) -> Iterator[Change]:
    watched = {*CONTRADICTIONS, *HIDDEN_OXIDE, "no_magnesium"}
    for flag in sorted(watched & (set(was.flags) ^ set(now.flags))):
        yield Change(now.id, f"flag {flag}", _yes(flag in was.flags), _yes(flag in now.flags))


def _summary(row: Said | None) -> str:
    if row is None:
        return "none"
    return f"{row.elemental_mg:g} mg" if row.elemental_mg is not None else "cannot tell"


def _interval(row: Said) -> str:
    return f"{_plain(row.elemental_low_mg)} to {_plain(row.elemental_high_mg)} mg"


def _serving(row: Said) -> str:
    return f"{_plain(row.serving_amount)} {row.serving_unit or ''}".strip()


def _plain(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"

"""A first reading -> the same, tested against itself.

Each test compares two things that the label prints (or a printed one with chemistry or with what fits into a
piece). A failed test adds a flag and a reason, widens the interval or withdraws the single number. A declared
number is never replaced by a computed one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from magwise.label.choose import Chosen
from magwise.label.forms import (
    Share,
    daily_references,
    figure,
    magnesium_of_mmol,
    piece_holds_mg,
    salts,
    share_of,
)
from magwise.label.model import Basis, Label, Percent
from magwise.label.said import Role, Statement, Statements
from magwise.label.serving import Serving
from magwise.label.text import fold
from magwise.units import Elemental, Interval, number

__all__ = ["checked"]

_MIXTURE = re.compile(
    r"magnes\w*\s*,?\s*(?:\w+\s*,?\s*){0,2}"
    r"(?:complex|blend|matrix|komplex|complexe|complejo|complesso|mix)\b[^(\n]{0,30}$"
)
_MIXTURE_AFTER = re.compile(r"\s*(?:\w+\s+){0,2}(?:complex|blend|matrix|komplex|mischung|melange|mix)\b")
_PANEL = re.compile(
    r"supplement facts|nutrition facts|serving size|daily value|%\s*(?:dv|nrv|rda)|amount per"
)
_SLACK_OF_SALT = 0.07  # labels round both weights, and overages are common
_COMMON = ("DV420", "DV400", "NRV375")
_SLIPS = (10.0, 100.0, 1000.0)
_DECLARED = (Basis.DECLARED, Basis.BY_REGULATION, Basis.FROM_MOLAR)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A test that failed: its flag, the reason, and the least magnesium that the label may then hold."""

    flag: str
    why: str
    least: float | None = None
    most: float | None = None
    withdraws: bool = False


def checked(label: Label, chosen: Chosen, said: Statements, serving: Serving) -> Label:
    """The label with its percentage named, its doubts added and its limits widened by them."""
    label = _with_percent(label)
    doubts = tuple(_doubts(label, chosen, said))
    flags = (*label.flags, *(doubt.flag for doubt in doubts), *_remarks(label, chosen, said))
    label = replace(
        label,
        flags=tuple(dict.fromkeys(flags)),
        why=(*label.why, *(doubt.why for doubt in doubts), *_salt_named(label)),
    )
    for doubt in doubts:
        label = _doubted(label, doubt)
    return label


def _salt_named(label: Label) -> Iterator[str]:
    """Which salt the two printed weights fit, when they fit one that the label does not name."""
    for share in label.forms:
        if share.salt and share.compound and share.elemental:
            name = salts()[share.salt].name
            yield f"{share.compound} holding {share.elemental} is consistent with {name}."


def _doubted(label: Label, doubt: _Doubt) -> Label:
    interval = label.elemental
    if interval is None or (doubt.least is None and doubt.most is None):
        return label
    low = min(interval.low.mg, doubt.least if doubt.least is not None else interval.low.mg)
    high = max(interval.high.mg, doubt.most if doubt.most is not None else interval.high.mg)
    best = None if doubt.withdraws else interval.best
    basis = Basis.AMBIGUOUS if doubt.withdraws else label.basis
    return replace(label, elemental=Interval(Elemental(low), best, Elemental(high)), basis=basis)


def _doubts(label: Label, chosen: Chosen, said: Statements) -> Iterator[_Doubt]:
    best = label.elemental.best.mg if label.elemental and label.elemental.best else None
    if best is None or label.basis not in _DECLARED:
        return
    yield from _percent_against_mg(label, best)
    yield from _mmol_against_mg(chosen)
    yield from _salt_against_mg(label, chosen, said, best)
    yield from _room_in_a_piece(label, best)
    yield from _rivals(label, chosen, best)
    yield from _weight_of_a_mixture(label, chosen, best)


# the tests


def _weight_of_a_mixture(label: Label, chosen: Chosen, best: float) -> Iterator[_Doubt]:
    """ "Magnesium complex 500 mg" is the weight of the mixture, unless a facts panel says otherwise."""
    if label.basis is not Basis.BY_REGULATION or not chosen.used or label.percent is not None:
        return
    first = chosen.used[0]
    between = fold(label.text[max(0, first.start - 60) : first.end])
    after = fold(label.text[first.end : first.end + 40])
    mixture = re.search(_MIXTURE, between) or re.match(_MIXTURE_AFTER, after)
    in_panel = re.search(_PANEL, fold(label.text)) and not label.proprietary_blend
    if mixture and not in_panel:
        yield _Doubt(
            "weight_of_a_mixture",
            "The figure is the weight of a complex or blend; how much of it is magnesium is not told.",
            least=0.0, most=best, withdraws=True,
        )  # fmt: skip


def _with_percent(label: Label) -> Label:
    """The percentage with the reference it fits; 'unknown' when it fits none."""
    if label.percent is None or label.percent.reference:
        return label
    best = label.elemental.best.mg if label.elemental and label.elemental.best else None
    fits = _fitting(label.percent.value, best) if best else None
    return replace(label, percent=Percent(label.percent.value, fits or "unknown"))


def _fitting(percent: float, mg: float) -> str | None:
    """The reference value for which this percentage is right, nearest first."""
    slack = max(figure("panel-percent-slack", "points"), 0.03 * percent)
    off = sorted((abs(100 * mg / daily - percent), name) for name, daily in daily_references().items())
    return off[0][1] if off[0][0] <= slack else None


def _percent_against_mg(label: Label, best: float) -> Iterator[_Doubt]:
    """'Magnesium 30 mg (71 %)' and '300 mcg (80 %)' are slips of the pen; the percentage shows them."""
    if label.percent is None or label.percent.reference != "unknown" or label.percent.value <= 0:
        return
    implied = [label.percent.value / 100 * daily_references()[name] for name in _COMMON]
    salt = [
        family.form
        for family in label.forms
        if (share := share_of(family.form))
        and any(share.low * 0.95 <= one / best <= share.high * 1.05 for one in implied)
    ]
    if salt:
        yield _Doubt(
            "percent_fits_the_salt",
            f"{number(label.percent.value)} % would be right if {number(best)} mg were the weight of the {salt[0]}.",
            least=min(implied),
            withdraws=True,
        )
        return
    for factor in _SLIPS:
        for slip in (factor, 1 / factor):
            if any(abs(best * slip / one - 1) < 0.03 for one in implied):
                meant = best * slip
                yield _Doubt(
                    "slip_of_a_factor",
                    f"{best:g} mg and {number(label.percent.value)} % differ by a factor of {factor:g}: "
                    f"{meant:g} mg may be meant.",
                    least=min(best, meant),
                    most=max(best, meant),
                    withdraws=True,
                )
                return
    yield _Doubt(
        "percent_disagrees",
        f"{number(label.percent.value)} % does not fit {number(best)} mg under any reference value that we know.",
        least=min(best, *implied),
    )


def _mmol_against_mg(chosen: Chosen) -> Iterator[_Doubt]:
    first = chosen.used[0]
    if first.mass is None or first.molar is None:
        return
    molar = magnesium_of_mmol(first.molar)
    if abs(molar - first.mass) > figure("molar-mass-slack", "share") / 100 * molar:
        yield _Doubt(
            "mmol_disagrees",
            f"{first.molar:g} mmol are {number(molar)} mg, but {number(first.mass)} mg is printed.",
            least=min(molar, first.mass), most=max(molar, first.mass),
        )  # fmt: skip


def _salt_against_mg(label: Label, chosen: Chosen, said: Statements, best: float) -> Iterator[_Doubt]:
    """A salt cannot hold more magnesium than its formula; less means that something else is weighed in."""
    for statement in _own_salts(chosen, said, best):
        share = _share_of(statement)
        if share is None or not statement.mass or len(label.forms) != 1:
            continue
        printed = best / (statement.mass * _per_serving(statement, label))
        if printed > share.high * (1 + _SLACK_OF_SALT):
            most = statement.mass * share.high
            buffered = label.forms[0].form == "bisglycinate" and printed <= 0.22
            if buffered:
                yield _Doubt("buffered", "More magnesium than the pure chelate can hold: oxide is mixed in.")
            else:
                yield _Doubt(
                    "more_than_the_salt_holds",
                    f"{number(statement.mass)} mg of this salt hold at most {number(most)} mg of magnesium, "
                    f"but {number(best)} mg is printed.",
                    least=statement.mass * share.low,
                )
        elif printed < share.low * (1 - _SLACK_OF_SALT):
            yield _Doubt(
                "less_than_the_salt_holds",
                f"{number(statement.mass)} mg of this salt would hold {number(statement.mass * share.low)} mg or more.",
            )
        return


def _own_salts(chosen: Chosen, said: Statements, best: float) -> list[Statement]:
    """The weight that the chosen figure explains, else every weight that is not the same figure again."""
    linked = chosen.used[0].linked
    own = said.said[linked] if linked is not None else None
    if own is not None and own.role is Role.SALT and own.mass:
        return [own]
    return [s for s in chosen.salts if s.mass and abs(s.mass - best) > 0.02 * best]


def _per_serving(statement: Statement, label: Label) -> float:
    per = statement.per
    if per is None or per.piece != label.serving_unit or not per.value or not label.serving_amount:
        return 1.0
    return label.serving_amount / per.value


def _share_of(statement: Statement) -> Share | None:
    return share_of(statement.forms[0], None) if len(statement.forms) == 1 else None


def _room_in_a_piece(label: Label, best: float) -> Iterator[_Doubt]:
    """So much magnesium of this salt must fit into the capsules or tablets of a serving."""
    room = piece_holds_mg((label.serving_unit or "").split()[-1] if label.serving_unit else "")
    shares = [s for form in label.forms if form.form != "unspecified" and (s := share_of(form.form))]
    if room is None or not label.serving_amount:
        return
    densest = max((share.high for share in shares), default=max(s.fraction or 0 for s in salts().values()))
    if best / densest <= room * label.serving_amount:
        return
    least = best * min((share.low for share in shares), default=densest)
    yield _Doubt(
        "implausible_mass",
        f"{number(best)} mg of magnesium from this salt weigh {number(best / densest / 1000)} g at least: too much "
        f"for {number(label.serving_amount)} {label.serving_unit}. The figure may be the salt's weight.",
        least=least,
        withdraws=label.percent is None
        and label.basis is not Basis.DECLARED
        and "serving_not_stated" in label.flags,
    )


def _rivals(label: Label, chosen: Chosen, best: float) -> Iterator[_Doubt]:
    """Another declared figure, no multiple of this one by the units of a serving."""
    for rival in chosen.rivals:
        ratio = max(rival, best) / max(min(rival, best), 1e-9)
        if abs(ratio - round(ratio)) < 0.03 * ratio or ratio > 20:
            continue
        yield _Doubt(
            "two_figures",
            f"The text also declares {number(rival)} mg.",
            least=min(rival, best), most=max(rival, best),
        )  # fmt: skip
        return


# remarks that change no number


def _remarks(label: Label, chosen: Chosen, said: Statements) -> Iterator[str]:
    families = {share.form for share in label.forms} - {"unspecified"}
    if families == {"oxide"}:
        yield "single_form_oxide"
    elif "oxide" in families and len(families) > 1:
        yield "oxide_in_undisclosed_blend" if not chosen.parts else "oxide_with_others"
    if "carbonate" in families and "acid" in said.elements:
        yield "in_situ_citrate"
    if label.elemental is None or label.basis in (Basis.FROM_COMPOUND, Basis.AMBIGUOUS):
        yield "no_elemental_stated"
    if len(families) > 1 and not chosen.parts:
        yield "form_split_not_disclosed"
    if not families and label.elemental is not None:
        yield "form_not_stated"
    if "potassium" in said.elements:
        yield "potassium"
    if label.basis in _DECLARED and _front_is_salt(label, said):
        yield "front_is_salt_weight"


def _front_is_salt(label: Label, said: Statements) -> bool:
    """The big number of the name is the salt, the panel's is the magnesium."""
    best = label.elemental.best.mg if label.elemental and label.elemental.best else None
    return best is not None and any(
        s.role is Role.SALT and s.line <= 1 and s.linked is None and s.mass and s.mass > 1.05 * best
        for s in said.said
    )

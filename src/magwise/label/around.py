"""What stands around a place among the items: the cues, the noun after an amount, what an amount is counted by.

Every question takes the items and a position and looks a bounded number of items to either side. Nothing is kept.
"""

from __future__ import annotations

from magwise.label.forms import magnesium_of_mmol, references_as_printed
from magwise.label.items import Amount, Count, Item, Noun, Percentage
from magwise.label.tokens import Token as Mark

__all__ = [
    "VAGUE",
    "after_per", "bracket_is_amount", "contains_between", "counted_after", "cues_around", "elemental_before",
    "ends_paragraph", "equal_sign_between", "grouped", "ion_after", "is_its_magnesium", "is_total", "noun_after",
    "of_a_registry", "per_after", "previous_cues", "reference_after", "second_column", "separated", "unclosed",
]  # fmt: skip

# Spoons differ from kitchen to kitchen, and a serving is what the label says; the millilitres before them do not.
VAGUE = frozenset({"teaspoon", "tablespoon", "serving", "dose"})
_NEAR = 12  # items looked at to either side for what is said around an amount


def ends_paragraph(found: list[Item], at: int) -> bool:
    ahead = found[at + 1] if at + 1 < len(found) else None
    return ahead is None or (isinstance(ahead, Mark) and ahead.kind == "\n")


def unclosed(found: list[Item], at: int) -> bool:
    """A bracket that is not closed within the next dozen items was never one."""
    for item in found[at + 1 : at + 13]:
        if isinstance(item, Mark) and item.kind in "()":
            return item.kind == "("
    return True


def counted_after(found: list[Item], at: int) -> Count | None:
    """The piece or count right after 'each'."""
    volume: Amount | None = None
    for item in found[at : at + 4]:
        if isinstance(item, Count):
            return item
        if isinstance(item, Mark) and item.kind == "piece":
            if volume is not None and item.value in VAGUE:
                return Count(volume.start, volume.end, volume.value, volume.value, "mL")
            return Count(item.start, item.end, 1, 1, item.value)
        if isinstance(item, Amount) and item.unit == "ml":
            volume = item
        if not isinstance(item, Amount) and not (isinstance(item, Mark) and item.kind in ("word", "(", ")")):
            return None
    return None


# nouns


def previous_cues(found: list[Item], at: int) -> frozenset[str]:
    for item in reversed(found[max(0, at - 3) : at]):
        if isinstance(item, Mark):
            if item.text == "bis":  # German for "to", and the first half of "bis-glycinate"
                continue
            if item.cues:
                return item.cues
            if item.kind in (",", "/", "|", "word", "\n", ":", "=", "("):
                continue
        return frozenset()
    return frozenset()


def elemental_before(found: list[Item], at: int) -> bool:
    for item in reversed(found[max(0, at - 2) : at]):
        if isinstance(item, Mark) and item.cues & {"elemental", "ion"}:
            return True
        if not (isinstance(item, Mark) and (item.cues & {"of"} or item.kind in ("word",))):
            return False
    return False


# amounts


def after_per(found: list[Item], at: int) -> bool:
    before = found[at - 1] if at else None
    return isinstance(before, Mark) and bool(before.cues & {"per", "each"})


def second_column(found: list[Item], at: int) -> bool:
    """'per serving (30 g) / per 100 g': the serving has the first column."""
    for item in reversed(found[max(0, at - 8) : at]):
        if isinstance(item, Noun | Percentage) or (
            isinstance(item, Amount) and item.mass is not None and item.unit != "g"
        ):
            return False
        if isinstance(item, Mark) and (
            item.cues & {"per", "each", "serving_size"} or item.value == "serving"
        ):
            return True
    return False


def equal_sign_between(found: list[Item], noun_at: int, amount_at: int) -> bool:
    """'Magnesiumoxid, entsprechend 243 mg': what follows is the magnesium in it."""
    return any(
        isinstance(item, Mark) and item.cues & {"equivalent", "of_which"}
        for item in found[noun_at + 1 : amount_at]
    )


def separated(found: list[Item], noun_at: int, amount_at: int) -> bool:
    """'sodium and 0.88 mg sucrose': after a comma or "and" the amount belongs to what follows it."""
    before = found[amount_at - 1] if amount_at - 1 > noun_at else None
    return isinstance(before, Mark) and (before.kind == "," or bool(before.cues & {"and", "or"}))


def contains_between(found: list[Item], noun_at: int, amount_at: int, after: int) -> bool:
    """'Citric acid. One spoon gives 81 mg magnesium': what is given stands after the amount, as it has none there."""
    gives = any(isinstance(item, Mark) and "contains" in item.cues for item in found[noun_at + 1 : amount_at])
    return gives and isinstance(found[after], Noun) and not _has_an_amount(found, after + 1)


def bracket_is_amount(found: list[Item], after: int) -> bool:
    """'(400 mg)' and '(25 mg as oxide)'; not '(1 mg S. cerevisiae)'."""
    item = found[after] if after < len(found) else None
    return isinstance(item, Mark) and (item.kind in (")", ",", "/", "|") or bool(item.cues & {"as", "per"}))


def ion_after(found: list[Item], at: int) -> bool:
    item = found[at] if at < len(found) else None
    return isinstance(item, Mark) and bool(item.cues & {"ion", "elemental"})


def per_after(found: list[Item], at: int) -> Count | None:
    """'100 mg per capsule', '290 mg per 1 fl oz'."""
    window = found[at : at + 3]
    for offset, item in enumerate(window):
        if isinstance(item, Mark) and (item.cues & {"per", "each"} or item.kind == "/"):
            following = found[at + offset + 1 : at + offset + 3]
            for ahead in following:
                if isinstance(ahead, Count):
                    return ahead
                if isinstance(ahead, Mark) and ahead.kind == "piece":
                    return Count(ahead.start, ahead.end, 1, 1, ahead.value)
                if isinstance(ahead, Amount) and ahead.unit in ("ml", "g"):
                    return Count(
                        ahead.start,
                        ahead.end,
                        ahead.value,
                        ahead.value,
                        "mL" if ahead.unit == "ml" else "g",
                    )
                if not isinstance(ahead, Mark):
                    break
            return None
        if not isinstance(item, Mark) or item.kind not in ("word",):
            return None
    return None


def of_a_registry(found: list[Item], at: int) -> tuple[bool, bool]:
    """'253 mg/1' names no unit, 'mg/1000mg' is a share of weights: records of a registry write so."""
    if at + 1 < len(found) and _is_mark(found[at], "/"):
        after = found[at + 1]
        if isinstance(after, Mark) and after.kind == "number" and after.text == "1":
            return True, False
        if isinstance(after, Amount) and after.mass is not None:
            return True, True
    return False, False


def reference_after(found: list[Item], at: int) -> str:
    """The reference that a percentage is of, as printed: 'dv', 'nrv', 'vnr'; empty when none is named."""
    for item in found[at : at + 4]:
        if isinstance(item, Mark) and item.text in references_as_printed():
            return item.text
        if not isinstance(item, Mark) or item.kind in ("stop", "\n"):
            break
    return ""


def is_total(found: list[Item], at: int) -> bool:
    return any(
        (isinstance(item, Mark) and "total" in item.cues) or (isinstance(item, Noun) and "total" in item.cues)
        for item in found[max(0, at - 4) : at]
    )


def cues_around(found: list[Item], at: int) -> frozenset[str]:
    """Cues in the same sentence or row, at most a dozen items away."""
    cues: set[str] = set()
    for step in (-1, 1):
        cues.discard("only")
        passed = False  # another substance stands between
        for away in range(1, _NEAR + 1):
            place = at + step * away
            if not 0 <= place < len(found):
                break
            item = found[place]
            if isinstance(item, Mark):
                if item.kind in ("stop", "\n"):
                    break
                if not item.cues:
                    continue
                # what is denied stands after the denial ("glycinate, no oxide"), up to a "but" or "only"
                denies = step == -1 and "only" not in cues
                said = item.cues if denies else item.cues - {"negation"}
                cues |= said - {"in_solution"} if passed else said
            elif isinstance(item, Noun):
                passed = True
                cues |= item.cues
            elif isinstance(item, Amount) and item.unit == "kg":
                cues.add("body")
            elif step == 1 and isinstance(item, Amount) and away > 2:
                break
    return frozenset(cues)


def _has_an_amount(found: list[Item], at: int) -> bool:
    return at < len(found) and isinstance(found[at], Amount)


def _past_a_rate(found: list[Item], at: int) -> int:
    """The place after '/mL' in '20 mg/mL elemental magnesium'."""
    slash, unit = [*found[at : at + 2], None, None][:2]
    rate = isinstance(unit, Mark) and (
        unit.kind == "piece" or (unit.kind == "measure" and unit.value == "ml")
    )
    return at + 2 if isinstance(slash, Mark) and slash.kind == "/" and rate else at


def noun_after(found: list[Item], at: int) -> tuple[Noun | None, set[str]]:
    """The noun after an amount, past at most two strange words, and the words that lead to it."""
    words: set[str] = set()
    strange = 0
    at = _past_a_rate(found, at)
    for item in found[at : at + 6]:
        if isinstance(item, Noun):
            if item.weak or (strange and not words and item.element != "magnesium"):
                return None, words
            if strange and _has_an_amount(found, found.index(item, at) + 1):
                return None, words  # "535 mg eqvt. to elemental magnesium 64 mg"
            return item, words | set(item.cues & {"ion"})
        if not isinstance(item, Mark):
            break
        if item.kind == "water":
            continue
        if item.cues & {"of", "elemental", "ion", "as", "salt", "content"} and not item.cues & {
            "each",
            "per",
        }:
            words |= item.cues & {"of", "elemental", "ion", "as", "salt", "content"}
            continue
        if item.cues & {"is"} or (item.kind == "word" and strange < 2):
            strange += item.kind == "word"
            continue
        break
    return None, words


def _other_dimension(found: list[Item], at: int, second: Amount) -> bool:
    before = found[at - 1]
    if not isinstance(before, Amount):
        return second.molar is not None
    return (before.mass is None) != (second.mass is None) or (
        before.molar is not None and second.molar is not None
    )


def _joined(found: list[Item], at: int) -> tuple[tuple[int, bool], Amount | None]:
    """The amount that stands beside another for the same thing; (position after it, was in brackets)."""
    kinds = found[at : at + 4]
    if kinds and isinstance(kinds[0], Mark):
        first = kinds[0]
        if first.kind == "(" and len(kinds) > 2 and isinstance(kinds[1], Amount) and _is_mark(kinds[2], ")"):
            return (at + 3, True), kinds[1]
        joins = first.kind in ("=", "/") or bool(first.cues & {"or", "equivalent_sign"})
        if (
            joins
            and len(kinds) > 1
            and isinstance(kinds[1], Amount)
            and _other_dimension(found, at, kinds[1])
        ):
            return (at + 2, False), kinds[1]
    return (at, False), None


def grouped(
    found: list[Item], amount: Amount, at: int
) -> tuple[float | None, float | None, float | None, int]:
    """'5 mmol = 121,5 mg', '7 mEq (84 mg)', '280 mg (350 mg)': one statement with several figures."""
    mass, molar, other = amount.mass, amount.molar, None
    after = at + 1
    for _ in range(3):
        step, second = _joined(found, after)
        if second is None:
            break
        if second.mass is not None and mass is None:
            if molar is not None and not _same_magnesium(second.mass, molar):
                break
            mass = second.mass
            amount.unit, amount.value = second.unit, second.value
        elif second.molar is not None and molar is None:
            if mass is not None and not _same_magnesium(mass, second.molar):
                break
            molar = second.molar
        elif second.molar is not None and molar is not None:
            pass
        elif second.mass is not None and mass is not None and step[1]:
            other = second.mass
        else:
            break
        after = step[0]
    return mass, molar, other, after


def is_its_magnesium(found: list[Item], left: Noun, right: Noun, after: int) -> bool:
    """'Magnesium citrate: 100 mg magnesium per capsule'; but not when magnesium begins a row of its own."""
    if left.element != "magnesium" or not left.forms or right.element != "magnesium" or right.forms:
        return False
    depth = 0
    place = found.index(right, after) + 1
    for item in found[place : place + 14]:
        if isinstance(item, Amount):
            return depth > 0
        if isinstance(item, Mark) and item.kind in ("(", ")"):
            depth += 1 if item.kind == "(" else -1
        elif not (depth > 0 or (isinstance(item, Mark) and item.kind in ("\n", "|", ":"))):
            return True
    return True


def _same_magnesium(mass: float, molar: float) -> bool:
    """Whether mg and mmol can speak of the same magnesium; printed figures are rounded."""
    return abs(mass / max(magnesium_of_mmol(molar), 1e-9) - 1) < 0.3


def _is_mark(item: Item, kind: str) -> bool:
    return isinstance(item, Mark) and item.kind == kind

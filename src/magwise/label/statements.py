"""Items -> statements: which amount is said of which substance, and in what role.

A statement is 'this many mg (or mmol) of this substance', with what stands around it. Amounts follow their
name in panels ("Magnesium 61 mg") and precede it in prose ("61 mg of magnesium"); brackets have a scope of
their own. Nothing is chosen here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from magwise.label.around import (
    VAGUE,
    after_per,
    bracket_is_amount,
    contains_between,
    counted_after,
    cues_around,
    elemental_before,
    ends_paragraph,
    equal_sign_between,
    grouped,
    ion_after,
    is_its_magnesium,
    is_total,
    noun_after,
    of_a_registry,
    per_after,
    previous_cues,
    reference_after,
    second_column,
    separated,
    unclosed,
)  # fmt: skip
from magwise.label.forms import share_of
from magwise.label.items import Amount, Count, Item, Noun, Percentage
from magwise.label.said import Mention, Role, Statement, Statements
from magwise.label.tokens import Token as Mark

__all__ = ["statements"]

_MOST = 400  # statements kept; a label has some dozens, and what looks at all pairs must stay quick
_IN_ORDER = ("other_ingredients", "active", "facts", "serving_size", "ingredients", "directions")
_SECTIONS = frozenset(_IN_ORDER)
_FIELD = frozenset({":", '"', "=", "measure"})
_OF_THE_PANEL = frozenset({"facts", "serving_size", "active", "ingredients"})
_ELEMENTAL = frozenset({"elemental", "content", "ion"})


def statements(found: list[Item]) -> Statements:
    """All statements and mentions in the order of the text."""
    return _Reading(found).read()


@dataclass(slots=True)
class _Scope:
    """One level of brackets: the name that waits for its amount."""

    pending: Noun | None = None
    at: int = -1
    strange: int = 0
    served: bool = False
    extra: tuple[str, ...] = ()  # forms given by "(as X, Y)" or "as X" after the name
    waters: int | None = None
    elemental: bool = False
    owner: Noun | None = None  # the noun before the bracket
    list_element: str = ""
    rows: int = 0  # line ends since the name
    fresh: bool = True  # nothing but the bracket's sign has been read
    stated: bool = False  # "elemental" or "ion" stands with the name


@dataclass(frozen=True, slots=True)
class _Subject:
    """What an amount is said of, and in what role."""

    element: str
    role: Role
    forms: tuple[str, ...] = ()
    waters: int | None = None


def _statement(
    amount: Amount, subject: _Subject, mass: float | None, molar: float | None, *, at: int, line: int
) -> Statement:
    return Statement(
        element=subject.element,
        role=subject.role,
        start=amount.start,
        end=amount.end,
        mass=mass,
        molar=molar,
        unit=amount.unit,
        value=amount.value,
        ranged=amount.high is not None,
        forms=tuple(dict.fromkeys(subject.forms)),
        waters=subject.waters,
        said=frozenset(),
        index=at,
        line=line,
    )


class _Reading:
    """One walk over the items."""

    def __init__(self, found: list[Item]) -> None:
        self.items = found
        self.out = Statements()
        self.scopes = [_Scope()]
        self.line = 0
        self.last: Statement | None = None
        self.last_at = -9
        self.latest: Statement | None = None  # like `last`, but not forgotten at the end of a sentence
        self.last_index = 0
        self.continued: Statement | None = None  # "200 mg from magnesium citrate, magnesium malate and ..."
        self.continued_at = -9
        self.hundred_at = -9
        self.elsewhere = False  # "customers also bought": what follows is of other products
        self.section = ""
        self.sentence_per: Count | None = None  # "each tablet contains": what the sentence counts by
        self.per_hundred = False  # "per 100 g": no serving
        self.hundred_first = False  # a table whose first column is per 100 g, the second per serving
        self.heading = False  # this line is a heading of the panel
        self.spoken: set[int] = set()  # nouns whose amount stood before them

    def read(self) -> Statements:
        at = 0
        while at < len(self.items):
            item = self.items[at]
            if isinstance(item, Mark):
                if item.kind == "word" and not item.cues:
                    self._strange(item)
                else:
                    self._mark(item, at)
            elif isinstance(item, Noun):
                self._noun(item, at)
            elif isinstance(item, Amount):
                at = self._amount(item, at)
                continue
            elif isinstance(item, Count):
                self._count(item, at)
            elif isinstance(item, Percentage):
                self._percent(item, at)
            at += 1
        return self.out

    @property
    def scope(self) -> _Scope:
        return self.scopes[-1]

    # marks

    def _mark(self, mark: Mark, at: int) -> None:
        if mark.kind in "()":
            self._bracket(mark)
        elif mark.kind in ("stop", "\n"):
            self._end(mark, at)
        elif mark.kind == ";":
            self.scope.list_element = ""
        elif mark.kind == "brand":
            self.out.brands.append(mark.value)
        if mark.cues:
            self._cue(mark, at)

    def _bracket(self, mark: Mark) -> None:
        if mark.kind == ")":
            self._close()
        elif len(self.scopes) < 6:
            self.scopes.append(_Scope(owner=self.scope.pending))

    def _end(self, mark: Mark, at: int) -> None:
        """The end of a sentence forgets the name that waited; the end of a line does so after a while."""
        scope = self.scope
        if mark.kind == "stop":
            self.sentence_per = None
            self.per_hundred = False
            self.section = "" if "ingredients" in self.section else self.section
            if len(self.scopes) == 1 or ends_paragraph(self.items, at):
                self._forget()
            return
        self.line += 1
        scope.list_element = ""
        scope.rows += not self.heading  # "Amount Per Serving" may stand between a name and its amount
        self.heading = False
        worn = scope.pending is not None and (scope.rows > 2 or scope.strange > 1)
        if worn or (len(self.scopes) > 1 and unclosed(self.items, at)):
            self._forget()

    def _cue(self, mark: Mark, at: int) -> None:
        """What a word changes for the amounts after it."""
        scope, cues = self.scope, mark.cues
        scope.fresh = False
        if cues & {"each", "per", "serving_size"}:
            self.hundred_first = self.hundred_first or (self.per_hundred and at - self.hundred_at <= 3)
            self.per_hundred = False
        if "each" in cues and "per" not in cues:
            self.sentence_per = counted_after(self.items, at + 1) or self.sentence_per
        share = at > 0 and isinstance(self.items[at - 1], Percentage)  # "(14 % elemental)" states no weight
        if "elemental" in cues and scope.owner is not None and len(self.scopes) > 1 and not share:
            self.scopes[-2].elemental = self.scopes[-2].stated = True
        if cues & _ELEMENTAL and scope.pending is not None:
            scope.elemental = True
            scope.stated = scope.stated or bool(cues & {"elemental", "ion"})
        self.elsewhere = "elsewhere" in cues or (self.elsewhere and not cues & _OF_THE_PANEL)
        if cues & _SECTIONS:
            self.heading = bool(cues & {"facts"})
            self.section = next(name for name in _IN_ORDER if name in cues)
            if cues & {"other_ingredients", "directions", "serving_size"}:
                scope.pending = None

    def _strange(self, mark: Mark) -> None:
        """A word that no list has; after a few of them an amount no longer belongs to the name before."""
        scope = self.scopes[-1]
        scope.fresh = False
        if len(mark.text) > 2:
            scope.strange += 1
            if scope.strange > 3:
                scope.pending = None
                scope.list_element = ""

    def _close(self) -> None:
        if len(self.scopes) > 1:
            inner = self.scopes.pop()
            outer = self.scope
            if inner.extra and outer.pending is not None:
                outer.extra = tuple(dict.fromkeys((*outer.extra, *inner.extra)))
            named = inner.pending is not None and inner.pending.element == "magnesium" and not inner.served
            if named and outer.pending is None and inner.owner is None:
                # "Mag-Tab caplets (magnesium lactate) 84 mg": the bracket names what the amount is of
                outer.pending, outer.at, outer.served = inner.pending, inner.at, False

    def _forget(self) -> None:
        self.scopes = [_Scope()]
        self.last = None

    def _count(self, count: Count, at: int) -> None:
        """'1 Kautablette enthält', 'Two capsules provide'."""
        if count.low != count.value:
            return
        count = self._measured(count, at)
        for item in self.items[at + 1 : at + 6]:
            if isinstance(item, Mark) and item.cues & {"contains"}:
                self.sentence_per = count
                return
            if isinstance(item, Noun) or (isinstance(item, Mark) and item.kind in ("stop", "\n")):
                return

    def _measured(self, count: Count, at: int) -> Count:
        """'5 ml (1 teaspoon)' is counted in millilitres."""
        amount, bracket = [None, None, *self.items[max(0, at - 2) : at]][-2:]
        volume = isinstance(amount, Amount) and amount.unit == "ml" and count.piece in VAGUE
        if volume and isinstance(bracket, Mark) and bracket.kind == "(" and isinstance(amount, Amount):
            return Count(amount.start, amount.end, amount.value, amount.value, "mL")
        return count

    def _noun(self, noun: Noun, at: int) -> None:
        scope = self.scope
        self.out.magnesium = self.out.magnesium or noun.element == "magnesium"
        element = noun.element or self._element_of_bare(noun, at)
        if element == "magnesium" and noun.forms:
            head = not self._counter_ion()
            listed = scope.owner is not None and scope.owner.element == "magnesium"
            # a heading counts for what stands under it
            near = (self._said_around(at) - _SECTIONS) | {self.section}
            mention = Mention(noun.forms, noun.start, noun.end, near, at, self.line, head, listed)
            self.out.mentions.append(mention)
            self._belated(noun, at)
            target = self._target(at)
            if target is not None and self._takes(target, at):
                target.waters = noun.waters if noun.waters is not None else target.waters
                target.extra = tuple(dict.fromkeys((*target.extra, *noun.forms)))
                if scope.owner is not None:
                    scope.extra = tuple(dict.fromkeys((*scope.extra, *noun.forms)))
                if target is scope:
                    scope.strange = 0
                    scope.list_element = element
                    return
            elif scope.owner is not None and scope.owner.element == "magnesium":
                scope.extra = tuple(dict.fromkeys((*scope.extra, *noun.forms)))
        elif self._names_its_salt(noun, at):
            scope.strange = 0
            return
        elif noun.forms and not element and self.section != "other_ingredients":
            near = self._said_around(at)
            self.out.bare.append(Mention(noun.forms, noun.start, noun.end, near, at, self.line, head=True))
        scope.fresh = False
        if element:
            scope.list_element = element
            own = scope.owner is None or scope.owner.element in ("", element)
            if (
                own
                and self.section != "other_ingredients"
                and (noun.forms or element == "acid" or element != "magnesium")
            ):
                self.out.elements.add(element)
        if not noun.element:
            return
        before = scope.pending if not scope.served else None
        scope.pending = None if noun.weak else noun
        scope.rows = 0
        scope.at, scope.strange, scope.served = at, 0, id(noun) in self.spoken
        scope.waters = None
        kept = self._listed_before(noun, at, before) if noun.forms else ()
        scope.stated = elemental_before(self.items, at)
        scope.extra, scope.elemental = kept, bool(noun.cues & {"ion", "content", "elemental"}) or scope.stated

    def _names_its_salt(self, noun: Noun, at: int) -> bool:
        """'Zinc as zinc oxide': the second name only says in which form."""
        scope = self.scope
        waiting = scope.pending if scope.owner is None and not scope.served else None
        same = waiting is not None and noun.element in ("", waiting.element)
        return same and "as" in previous_cues(self.items, at)

    def _listed_before(self, noun: Noun, at: int, before: Noun | None) -> tuple[str, ...]:
        """'magnesium carbonate and magnesium oxide': one amount may follow for both."""
        if before is None or before.element != noun.element or not before.forms or before is noun:
            return ()
        mark = self.items[at - 1]
        joined = isinstance(mark, Mark) and (mark.kind in (",", "/") or bool(mark.cues & {"and"}))
        return tuple(dict.fromkeys((*self.scope.extra, *before.forms))) if joined else ()

    def _belated(self, noun: Noun, at: int) -> None:
        """'133 mg of elemental magnesium as a chelate': the salt comes after the amount."""
        last = self.latest
        if last is None or last.element != "magnesium":
            return
        if (
            last is self.continued
            and at - self.continued_at <= (4 if len(self.scopes) > 1 else 3)  # strange words stand in lists
            and not previous_cues(self.items, at) & {"as"}
        ):
            last.forms = tuple(dict.fromkeys((*last.forms, *noun.forms)))
            self.continued_at = at
            return
        if last.forms or at - self.last_at > 7:
            return
        bracket = self.scope.owner is not None and self.scope.owner.element == "magnesium"
        if bracket or "as" in previous_cues(self.items, at):
            last.forms, last.waters = noun.forms, noun.waters
            self.continued, self.continued_at = last, at

    def _element_of_bare(self, noun: Noun, at: int) -> str:
        """'citrate' in 'Magnesium (citrate, oxide)' or in 'magnesium citrate, malate' belongs to magnesium."""
        scope = self.scope
        if scope.list_element and not (scope.served and len(self.scopes) == 1):
            return scope.list_element
        if scope.owner is not None:
            return scope.owner.element
        if previous_cues(self.items, at) & {"as"}:
            if scope.pending is not None:
                return scope.pending.element
            if self.latest is not None and at - self.last_at <= 9:
                return self.latest.element
        return ""

    def _target(self, at: int) -> _Scope | None:
        """The scope whose waiting name this salt describes."""
        if len(self.scopes) > 1 and self.scope.owner is not None:
            return self.scopes[-2] if self.scopes[-2].pending is self.scope.owner else None
        return self.scope

    def _takes(self, target: _Scope, at: int) -> bool:
        """Whether the waiting name is plain magnesium and the salt is given for it."""
        pending = target.pending
        if pending is None or pending.element != "magnesium" or target.served:
            return False
        if len(self.scopes) > 1:
            return True
        return bool(previous_cues(self.items, at) & {"as"}) or (
            bool(target.extra) and self.scope.list_element == "magnesium"
        )

    def _counter_ion(self) -> bool:
        owner = self.scope.owner
        return owner is not None and owner.element not in ("", "magnesium")

    def _percent(self, percent: Percentage, at: int) -> None:
        named = any(
            isinstance(item, Mark) and "facts" in item.cues for item in self.items[max(0, at - 2) : at]
        )
        # "DV: 36 %" may stand in a field of its own, some rows below
        last, reach = (self.latest, 10) if named else (self.last, 6)
        if last is not None and last.percent is None and at - self.last_at <= reach:
            last.percent = percent.value
        elif (reference := reference_after(self.items, at + 1)) and self._of_magnesium(at):
            self.out.shares.append((percent.value, reference))

    def _of_magnesium(self, at: int) -> bool:
        """'Magnesium 48 % DV', '100 % NRV of magnesium': no weight of its own, but a share of a reference."""
        scope = self.scopes[0]
        if scope.pending is not None and not scope.served:
            return scope.pending.element == "magnesium"
        ahead = next((item for item in self.items[at + 1 : at + 7] if isinstance(item, Noun)), None)
        return scope.pending is None and ahead is not None and ahead.element == "magnesium"

    def _amount(self, amount: Amount, at: int) -> int:
        """Make the statement of this amount and give the place after it."""
        if amount.value == 100 and amount.unit in ("g", "ml") and after_per(self.items, at):
            if second_column(self.items, at - 1):
                return at + 1
            self.per_hundred, self.hundred_at = True, at
            return at + 1
        measures = amount.mass is not None or amount.molar is not None or amount.unit == "iu"
        if not measures or len(self.out.said) >= _MOST:
            return at + 1
        if amount.unit in ("g", "oz") and self._weighs_a_piece(at):
            self.out.said.append(
                _statement(amount, _Subject("", Role.LOOSE), amount.mass, None, at=at, line=self.line)
            )
            return at + 1
        mass, molar, other, after = grouped(self.items, amount, at)
        first_of_its_name = self.scope.pending is not None and not self.scope.served
        subject = self._subject(at, after)
        if mass and molar and subject.element == "magnesium" and subject.role is Role.SALT:
            subject = replace(subject, role=Role.ELEMENTAL)  # weight and millimoles agree on magnesium itself
        statement = _statement(amount, subject, mass, molar, at=at, line=self.line)
        statement.end = self.items[after - 1].end
        statement.linked = self.last_index if self._is_its_share(at, mass) else self._linked(at)
        hundred = self.per_hundred or (self.hundred_first and first_of_its_name)
        statement.said = self._said_around(at) | ({"hundred"} if hundred else frozenset())
        statement.per = per_after(self.items, after) or self.sentence_per
        statement.in_bracket = len(self.scopes) > 1
        statement.before = self.scope.owner
        statement.total = "total" in statement.said and is_total(self.items, at)
        statement.registry, statement.ratio_of_weights = of_a_registry(self.items, after)
        self.out.said.append(statement)
        self.last = self.latest = statement
        self.last_at, self.last_index = after, len(self.out.said) - 1
        if other is not None:
            again = _statement(amount, subject, other, None, at=at, line=self.line)
            again.linked, again.said, again.in_bracket = self.last_index, statement.said, True
            self.out.said.append(again)
        self.scope.fresh = False
        return after

    def _subject(self, at: int, after: int) -> _Subject:
        """What the amount between these places is said of: the name before it or the one after it."""
        scope = self.scope
        right, words = noun_after(self.items, after)
        left = self._left(scope, after)
        waiting = left is not None and left is scope.pending
        if (
            waiting
            and right is not None
            and (separated(self.items, scope.at, at) or contains_between(self.items, scope.at, at, after))
        ):
            left, waiting = None, False
        if left is not None and right is not None and is_its_magnesium(self.items, left, right, after):
            words = words | {"of"}
        if right is not None and (left is None or words & {"of", "elemental", "ion"}):
            self.spoken.add(id(right))
            return self._after_magnesium(self._of_right(right, words, at))
        scope.served = True
        if left is None and (hydrate := self._hydrate_after(after)):
            return hydrate
        if left is None and self._is_its_share(at, self._mass_at(at)):
            return _Subject("magnesium", Role.ELEMENTAL)
        if left is None:
            return self._per_serving_too(at) or self._loose(at, after, words)
        if (
            waiting
            and left.element == "magnesium"
            and left.forms
            and equal_sign_between(self.items, scope.at, at)
        ):
            if right is not None:
                self.spoken.add(id(right))
            return _Subject("magnesium", Role.ELEMENTAL, (*scope.extra, *left.forms), left.waters)
        named_in = scope if waiting else self.scopes[-2] if len(self.scopes) > 1 else scope
        named_in.served = True
        return self._after_magnesium(self._of_left(named_in, left, at, after))

    def _hydrate_after(self, after: int) -> _Subject | None:
        """'140 mg magnesium aspartate (as 175 mg tetrahydrate)': the same salt with its water."""
        water = self.items[after] if after < len(self.items) else None
        last = self.last
        if last is None or last.role is not Role.SALT or not isinstance(water, Mark) or water.kind != "water":
            return None
        return _Subject("magnesium", Role.SALT, last.forms, int(water.value)) if last.forms else None

    def _said_around(self, at: int) -> frozenset[str]:
        return cues_around(self.items, at) | ({"study"} if self.elsewhere else frozenset())

    def _after_magnesium(self, subject: _Subject) -> _Subject:
        """Magnesium ascorbate under vitamin C is a counter-ion, no dose."""
        if subject.element == "magnesium" and subject.role is Role.SALT and self._counter_ion():
            return _Subject("counter_ion", subject.role, subject.forms, subject.waters)
        return subject

    def _weighs_a_piece(self, at: int) -> bool:
        """'1 sachet of 6 g', '6.5 g sachet', 'scoop (5 g)': the weight of the piece, not of a substance."""
        after = self.items[at + 1] if at + 1 < len(self.items) else None
        if isinstance(after, Mark) and after.kind == "piece":
            return True
        for item in reversed(self.items[max(0, at - 3) : at]):
            if isinstance(item, Count) or (isinstance(item, Mark) and item.kind == "piece"):
                return noun_after(self.items, at + 1)[0] is None
            if not (
                isinstance(item, Mark) and (item.kind in ("(", "word") or item.cues & {"of", "range", "as"})
            ):
                return False
        return False

    def _left(self, scope: _Scope, after: int) -> Noun | None:
        if scope.pending is not None and not scope.served:
            return scope.pending
        if scope.owner is not None and scope.pending is None and len(self.scopes) > 1 and scope.fresh:
            outer = self.scopes[-2]
            if outer.pending is scope.owner and not outer.served and bracket_is_amount(self.items, after):
                return outer.pending
        return None

    def _from_which(self, right: Noun, at: int) -> bool:
        """'300 mg of magnesium from 2727 mg of bisglycinate': the salt's weight, its metal named before."""
        last = self.last
        magnesium = last is not None and last.element == "magnesium" and at - self.last_at <= 8
        before = [item.cues for item in self.items[max(0, at - 2) : at] if isinstance(item, Mark)]
        return bool(right.forms) and magnesium and any("as" in cues for cues in before)

    def _of_right(self, right: Noun, words: set[str], at: int) -> _Subject:
        owner = self.scope.owner
        if right.element == "magnesium":
            stated = bool(words & {"elemental", "ion"} or right.cues & {"ion"} or not right.forms)
            role = Role.ELEMENTAL if stated else Role.AS_SALT if "as" in words else Role.SALT
            return _Subject("magnesium", role, right.forms, right.waters)
        if not right.element and "as" in words and owner is not None and owner.element == "magnesium":
            return _Subject("magnesium", Role.AS_SALT, right.forms, right.waters)
        if not right.element and self._from_which(right, at):
            return _Subject("magnesium", Role.SALT, right.forms, right.waters)
        if not right.element and "elemental" in words:
            return _Subject("magnesium", Role.ELEMENTAL, right.forms, right.waters)
        return _Subject(right.element, Role.PLAIN, right.forms, right.waters)

    def _of_left(self, scope: _Scope, left: Noun, at: int, after: int) -> _Subject:
        if left.element != "magnesium":
            return _Subject(left.element, Role.PLAIN, left.forms, left.waters)
        waters = left.waters if left.waters is not None else scope.waters
        stated = scope.stated or ion_after(self.items, after) or bool(left.cues & {"ion", "elemental"})
        if left.forms and not stated:
            role = Role.SALT
        elif stated or scope.elemental or "content" in left.cues or self._linked(at) is not None:
            role = Role.ELEMENTAL
        else:
            role = Role.PLAIN
        return _Subject("magnesium", role, (*left.forms, *scope.extra), waters)

    def _mass_at(self, at: int) -> float | None:
        item = self.items[at]
        return item.mass if isinstance(item, Amount) else None

    def _is_its_share(self, at: int, mass: float | None) -> bool:
        """'Magnesium citrate | 1000 mg | 160 mg': beside the weight of a salt stands the magnesium in it."""
        last = self.last
        if (
            last is None
            or last.role is not Role.SALT
            or last.element != "magnesium"
            or not last.mass
            or not mass
        ):
            return False
        between = self.items[self.last_at : at]
        columns = bool(between) and all(isinstance(item, Mark) and item.kind in "|/" for item in between)
        share = share_of(last.forms[0], last.waters) if columns and len(last.forms) == 1 else None
        return share is not None and share.low * 0.95 <= mass / last.mass <= share.high * 1.05

    def _per_serving_too(self, at: int) -> _Subject | None:
        """'per 100 g: magnesium 16 g; per serving: 320 mg': the second figure is of the same substance."""
        last = self.last
        if last is None or "hundred" not in last.said or self.per_hundred or not last.element:
            return None
        again = self.hundred_first or any(
            isinstance(item, Mark) and item.cues & {"per", "each"} for item in self.items[self.last_at : at]
        )
        return _Subject(last.element, last.role, last.forms, last.waters) if again else None

    def _loose(self, at: int, after: int, words: set[str]) -> _Subject:
        stated = words & {"elemental"} or ion_after(self.items, after) or self._elemental_field(at)
        if stated and self._of_nothing_else(after):
            return _Subject("magnesium", Role.ELEMENTAL)
        return _Subject("magnesium", Role.SALT) if "salt" in words else _Subject("", Role.LOOSE)

    def _elemental_field(self, at: int) -> bool:
        """'elemental: 144 mg': a field of that name."""
        for item in reversed(self.items[max(0, at - 3) : at]):
            if isinstance(item, Mark) and "elemental" in item.cues:
                return True
            if not (isinstance(item, Mark) and (item.kind in _FIELD or item.cues & {"yields"})):
                return False
        return False

    def _of_nothing_else(self, after: int) -> bool:
        """'61 mg elemental' on a label of magnesium; '2 mg elemental lutein' is another thing."""
        for item in self.items[after : after + 3]:
            if isinstance(item, Mark) and item.cues & {"elemental", "ion", "of"}:
                if "magnes" in item.text:
                    return True
                continue
            if isinstance(item, Noun) or (isinstance(item, Mark) and item.kind == "word"):
                return False
            break
        return self.out.magnesium

    def _linked(self, at: int) -> int | None:
        """Index of the statement that this amount explains ('=', 'equivalent to', 'of which', brackets)."""
        if not self.out.said or self.last is None or at - self.last_at > 18:
            return None
        joins: list[bool] = [False]
        for item in self.items[self.last_at : at]:
            if isinstance(item, Mark):
                if item.kind == "(":
                    joins.append(True)
                elif item.kind == ")":
                    joins = joins[:-1] or [False]
                elif item.kind == "=" or item.cues & {"equivalent", "of_which", "yields"}:
                    joins[-1] = True
        return self.last_index if any(joins) else None

"""Items -> statements: which amount is said of which substance, and in what role.

A statement is 'this many mg (or mmol) of this substance', with what stands around it. Amounts follow their
name in panels ("Magnesium 61 mg") and precede it in prose ("61 mg of magnesium"); brackets have a scope of
their own. Nothing is chosen here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from magwise.label.forms import magnesium_of_mmol
from magwise.label.items import Amount, Count, Item, Noun, Percentage
from magwise.label.tokens import Token as Mark

__all__ = ["Mention", "Role", "Statement", "Statements", "statements"]

_MOST = 400  # statements kept; a label has some dozens, and what looks at all pairs must stay quick
_IN_ORDER = ("other_ingredients", "active", "facts", "serving_size", "ingredients", "directions")
_SECTIONS = frozenset(_IN_ORDER)
_ELEMENTAL = frozenset({"elemental", "content", "ion"})
_NEAR = 12  # items looked at to either side for what is said around an amount
_MASSLESS = frozenset({"ml", "l", "kg", "oz", "kcal"})


class Role(StrEnum):
    PLAIN = "plain"  # "Magnesium (as X) 61 mg": elemental by the rules of panels
    ELEMENTAL = "elemental"  # the text says that it is the magnesium
    SALT = "salt"  # "Magnesium citrate 500 mg"
    AS_SALT = "as_salt"  # "25 mg as magnesium oxide"
    LOOSE = "loose"  # an amount whose substance is not named


@dataclass(slots=True)
class Statement:
    """element   magnesium, zinc ...; "" when not named
    forms      acids named with the amount; waters: their hydrate when named
    said       cues around it; linked: it stands in brackets or after "=", "equivalent to", "of which" of another
    """

    element: str
    role: Role
    start: int
    end: int
    mass: float | None
    molar: float | None
    unit: str
    value: float
    ranged: bool
    forms: tuple[str, ...]
    waters: int | None
    said: frozenset[str]
    linked: int | None = None
    percent: float | None = None
    per: Count | None = None
    index: int = 0
    in_bracket: bool = False
    total: bool = False
    before: Noun | None = None
    line: int = 0
    registry: bool = False  # "253 mg/1", "241.3 mg/1000mg": the strength of a registry record
    ratio_of_weights: bool = False


@dataclass(slots=True)
class Mention:
    """A magnesium salt named without an amount of its own, and what is said around it."""

    forms: tuple[str, ...]
    start: int
    end: int
    said: frozenset[str]
    index: int
    line: int
    head: bool  # of "Magnesium (as X)" or a name of its own; not a counter-ion of something else
    listed: bool = False


@dataclass(slots=True)
class Statements:
    said: list[Statement] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    elements: set[str] = field(default_factory=set)  # other substances that are in the product
    magnesium: bool = False  # it is named at all
    brands: list[str] = field(default_factory=list)  # families that a named brand is known to use


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
        self.section = ""
        self.sentence_per: Count | None = None  # "each tablet contains": what the sentence counts by
        self.per_hundred = False  # "per 100 g": no serving
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
            if len(self.scopes) == 1 or self._ends_paragraph(at):
                self._forget()
            return
        self.line += 1
        scope.list_element = ""
        scope.rows += 1
        worn = scope.pending is not None and (scope.rows > 2 or scope.strange > 1)
        if worn or (len(self.scopes) > 1 and self._unclosed(at)):
            self._forget()

    def _cue(self, mark: Mark, at: int) -> None:
        """What a word changes for the amounts after it."""
        scope, cues = self.scope, mark.cues
        scope.fresh = False
        if cues & {"each", "per", "serving_size"}:
            self.per_hundred = False
        if "each" in cues and "per" not in cues:
            self.sentence_per = self._counted(at + 1) or self.sentence_per
        if "elemental" in cues and scope.owner is not None and len(self.scopes) > 1:
            self.scopes[-2].elemental = self.scopes[-2].stated = True
        if cues & _ELEMENTAL and scope.pending is not None:
            scope.elemental = True
            scope.stated = scope.stated or bool(cues & {"elemental", "ion"})
        if cues & _SECTIONS:
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

    def _forget(self) -> None:
        self.scopes = [_Scope()]
        self.last = None

    def _ends_paragraph(self, at: int) -> bool:
        ahead = self.items[at + 1] if at + 1 < len(self.items) else None
        return ahead is None or (isinstance(ahead, Mark) and ahead.kind == "\n")

    def _unclosed(self, at: int) -> bool:
        """A bracket that is not closed within the next dozen items was never one."""
        for item in self.items[at + 1 : at + 13]:
            if isinstance(item, Mark) and item.kind in "()":
                return item.kind == "("
        return True

    def _count(self, count: Count, at: int) -> None:
        """'1 Kautablette enthält', 'Two capsules provide'."""
        if count.low != count.value:
            return
        for item in self.items[at + 1 : at + 6]:
            if isinstance(item, Mark) and item.cues & {"contains"}:
                self.sentence_per = count
                return
            if isinstance(item, Noun) or (isinstance(item, Mark) and item.kind in ("stop", "\n")):
                return

    def _counted(self, at: int) -> Count | None:
        """The piece or count right after 'each'."""
        for item in self.items[at : at + 4]:
            if isinstance(item, Count):
                return item
            if isinstance(item, Mark) and item.kind == "piece":
                return Count(item.start, item.end, 1, 1, item.value)
            if not isinstance(item, Amount) and not (
                isinstance(item, Mark) and item.kind in ("word", "(", ")")
            ):
                return None
        return None

    # nouns

    def _noun(self, noun: Noun, at: int) -> None:
        scope = self.scope
        self.out.magnesium = self.out.magnesium or noun.element == "magnesium"
        element = noun.element or self._element_of_bare(noun, at)
        if element == "magnesium" and noun.forms:
            head = not self._counter_ion()
            listed = scope.owner is not None and scope.owner.element == "magnesium"
            near = (self._around(at) - _SECTIONS) | {
                self.section
            }  # a heading counts for what stands under it
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
        scope.stated = self._elemental_before(at)
        scope.extra, scope.elemental = kept, bool(noun.cues & {"ion", "content", "elemental"}) or scope.stated

    def _names_its_salt(self, noun: Noun, at: int) -> bool:
        """'Zinc as zinc oxide': the second name only says in which form."""
        scope = self.scope
        waiting = scope.pending if scope.owner is None and not scope.served else None
        same = waiting is not None and noun.element in ("", waiting.element)
        return same and "as" in self._previous_cues(at)

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
        if last is self.continued and at - self.continued_at <= 2 and not self._previous_cues(at) & {"as"}:
            last.forms = tuple(dict.fromkeys((*last.forms, *noun.forms)))
            self.continued_at = at
            return
        if last.forms or at - self.last_at > 7:
            return
        bracket = self.scope.owner is not None and self.scope.owner.element == "magnesium"
        if bracket or "as" in self._previous_cues(at):
            last.forms, last.waters = noun.forms, noun.waters
            self.continued, self.continued_at = last, at

    def _element_of_bare(self, noun: Noun, at: int) -> str:
        """'citrate' in 'Magnesium (citrate, oxide)' or in 'magnesium citrate, malate' belongs to magnesium."""
        scope = self.scope
        if scope.list_element and not (scope.served and len(self.scopes) == 1):
            return scope.list_element
        if scope.owner is not None:
            return scope.owner.element
        if self._previous_cues(at) & {"as"}:
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
        return bool(self._previous_cues(at) & {"as"}) or (
            bool(target.extra) and self.scope.list_element == "magnesium"
        )

    def _counter_ion(self) -> bool:
        owner = self.scope.owner
        return owner is not None and owner.element not in ("", "magnesium")

    def _previous_cues(self, at: int) -> frozenset[str]:
        for item in reversed(self.items[max(0, at - 3) : at]):
            if isinstance(item, Mark):
                if item.text == "bis":  # German for "to", and the first half of "bis-glycinate"
                    continue
                if item.cues:
                    return item.cues
                if item.kind in (",", "/", "|", "word", "\n", ":", "=", "("):
                    continue
            return frozenset()
        return frozenset()

    def _elemental_before(self, at: int) -> bool:
        for item in reversed(self.items[max(0, at - 2) : at]):
            if isinstance(item, Mark) and item.cues & {"elemental", "ion"}:
                return True
            if not (isinstance(item, Mark) and (item.cues & {"of"} or item.kind in ("word",))):
                return False
        return False

    # amounts

    def _percent(self, percent: Percentage, at: int) -> None:
        if self.last is not None and self.last.percent is None and at - self.last_at <= 6:
            self.last.percent = percent.value

    def _amount(self, amount: Amount, at: int) -> int:
        """Make the statement of this amount and give the place after it."""
        if amount.value == 100 and amount.unit in ("g", "ml") and self._after_per(at):
            self.per_hundred = True
            return at + 1
        measures = amount.mass is not None or amount.molar is not None or amount.unit == "iu"
        if not measures or len(self.out.said) >= _MOST:
            return at + 1
        if amount.unit in ("g", "oz") and self._weighs_a_piece(at):
            self.out.said.append(
                _statement(amount, _Subject("", Role.LOOSE), amount.mass, None, at=at, line=self.line)
            )
            return at + 1
        mass, molar, other, after = self._group(amount, at)
        subject = self._subject(at, after)
        statement = _statement(amount, subject, mass, molar, at=at, line=self.line)
        statement.end = self.items[after - 1].end
        statement.linked = self._linked(at)
        statement.said = self._around(at) | ({"hundred"} if self.per_hundred else frozenset())
        statement.per = self._per(after) or self.sentence_per
        statement.in_bracket = len(self.scopes) > 1
        statement.before = self.scope.owner
        statement.total = "total" in statement.said and self._total(at)
        statement.registry, statement.ratio_of_weights = self._registry(after)
        self.out.said.append(statement)
        self.last = self.latest = statement
        self.last_at, self.last_index = after, len(self.out.said) - 1
        if other is not None:
            again = _statement(amount, subject, other, None, at=at, line=self.line)
            again.linked, again.said, again.in_bracket = self.last_index, statement.said, True
            self.out.said.append(again)
        self.scope.fresh = False
        return after

    def _after_per(self, at: int) -> bool:
        before = self.items[at - 1] if at else None
        return isinstance(before, Mark) and bool(before.cues & {"per", "each"})

    def _subject(self, at: int, after: int) -> _Subject:
        """What the amount between these places is said of: the name before it or the one after it."""
        scope = self.scope
        right, words = self._right(after)
        left = self._left(scope, after)
        waiting = left is not None and left is scope.pending
        if waiting and right is not None and self._separated(scope.at, at):
            left, waiting = None, False
        if left is not None and right is not None and self._is_its_magnesium(left, right, after):
            words = words | {"of"}
        if right is not None and (left is None or words & {"of", "elemental", "ion"}):
            self.spoken.add(id(right))
            return self._after_magnesium(self._of_right(right, words))
        scope.served = True
        if left is None:
            return self._loose(after, words)
        if waiting and left.element == "magnesium" and left.forms and self._equal_sign(scope.at, at):
            if right is not None:
                self.spoken.add(id(right))
            return _Subject("magnesium", Role.ELEMENTAL, (*scope.extra, *left.forms), left.waters)
        named_in = scope if waiting else self.scopes[-2] if len(self.scopes) > 1 else scope
        named_in.served = True
        return self._after_magnesium(self._of_left(named_in, left, at, after))

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
                return self._right(at + 1)[0] is None
            if not (
                isinstance(item, Mark) and (item.kind in ("(", "word") or item.cues & {"of", "range", "as"})
            ):
                return False
        return False

    def _group(self, amount: Amount, at: int) -> tuple[float | None, float | None, float | None, int]:
        """'5 mmol = 121,5 mg', '7 mEq (84 mg)', '280 mg (350 mg)': one statement with several figures."""
        mass, molar, other = amount.mass, amount.molar, None
        after = at + 1
        for _ in range(3):
            step, second = self._joined(after)
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

    def _joined(self, at: int) -> tuple[tuple[int, bool], Amount | None]:
        """The amount that stands beside another for the same thing; (position after it, was in brackets)."""
        kinds = self.items[at : at + 4]
        if kinds and isinstance(kinds[0], Mark):
            first = kinds[0]
            if (
                first.kind == "("
                and len(kinds) > 2
                and isinstance(kinds[1], Amount)
                and _is_mark(kinds[2], ")")
            ):
                return (at + 3, True), kinds[1]
            joins = first.kind in ("=", "/") or bool(first.cues & {"or", "equivalent_sign"})
            if (
                joins
                and len(kinds) > 1
                and isinstance(kinds[1], Amount)
                and self._other_dimension(at, kinds[1])
            ):
                return (at + 2, False), kinds[1]
        return (at, False), None

    def _other_dimension(self, at: int, second: Amount) -> bool:
        before = self.items[at - 1]
        if not isinstance(before, Amount):
            return second.molar is not None
        return (before.mass is None) != (second.mass is None) or (
            before.molar is not None and second.molar is not None
        )

    def _right(self, at: int) -> tuple[Noun | None, set[str]]:
        """The noun directly after an amount, and the words that lead to it."""
        words: set[str] = set()
        strange = 0
        for item in self.items[at : at + 6]:
            if isinstance(item, Noun):
                if item.weak:
                    return None, words
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
            if item.kind == "word" and strange < 2 and words:
                strange += 1
                continue
            break
        return None, words

    def _is_its_magnesium(self, left: Noun, right: Noun, after: int) -> bool:
        """'Magnesium citrate: 100 mg magnesium per capsule'; but not when magnesium begins a row of its own."""
        if left.element != "magnesium" or not left.forms or right.element != "magnesium" or right.forms:
            return False
        depth = 0
        place = self.items.index(right, after) + 1
        for item in self.items[place : place + 14]:
            if isinstance(item, Amount):
                return depth > 0
            if isinstance(item, Mark) and item.kind in ("(", ")"):
                depth += 1 if item.kind == "(" else -1
            elif not (depth > 0 or (isinstance(item, Mark) and item.kind in ("\n", "|", ":"))):
                return True
        return True

    def _equal_sign(self, noun_at: int, amount_at: int) -> bool:
        """'Magnesiumoxid, entsprechend 243 mg': what follows is the magnesium in it."""
        return any(
            isinstance(item, Mark) and item.cues & {"equivalent", "of_which"}
            for item in self.items[noun_at + 1 : amount_at]
        )

    def _separated(self, noun_at: int, amount_at: int) -> bool:
        """'sodium and 0.88 mg sucrose': after a comma or "and" the amount belongs to what follows it."""
        before = self.items[amount_at - 1] if amount_at - 1 > noun_at else None
        return isinstance(before, Mark) and (before.kind == "," or bool(before.cues & {"and", "or"}))

    def _bracket_is_amount(self, after: int) -> bool:
        """'(400 mg)' and '(25 mg as oxide)'; not '(1 mg S. cerevisiae)'."""
        item = self.items[after] if after < len(self.items) else None
        return isinstance(item, Mark) and (
            item.kind in (")", ",", "/", "|") or bool(item.cues & {"as", "per"})
        )

    def _left(self, scope: _Scope, after: int) -> Noun | None:
        if scope.pending is not None and not scope.served:
            return scope.pending
        if scope.owner is not None and scope.pending is None and len(self.scopes) > 1 and scope.fresh:
            outer = self.scopes[-2]
            if outer.pending is scope.owner and not outer.served and self._bracket_is_amount(after):
                return outer.pending
        return None

    def _of_right(self, right: Noun, words: set[str]) -> _Subject:
        owner = self.scope.owner
        if right.element == "magnesium":
            stated = bool(words & {"elemental", "ion"} or right.cues & {"ion"} or not right.forms)
            role = Role.ELEMENTAL if stated else Role.AS_SALT if "as" in words else Role.SALT
            return _Subject("magnesium", role, right.forms, right.waters)
        if not right.element and "as" in words and owner is not None and owner.element == "magnesium":
            return _Subject("magnesium", Role.AS_SALT, right.forms, right.waters)
        if not right.element and "elemental" in words:
            return _Subject("magnesium", Role.ELEMENTAL, right.forms, right.waters)
        return _Subject(right.element, Role.PLAIN, right.forms, right.waters)

    def _of_left(self, scope: _Scope, left: Noun, at: int, after: int) -> _Subject:
        if left.element != "magnesium":
            return _Subject(left.element, Role.PLAIN, left.forms, left.waters)
        waters = left.waters if left.waters is not None else scope.waters
        ion_after = self._ion_after(after)
        stated = scope.stated or ion_after or bool(left.cues & {"ion", "elemental"})
        if left.forms and not stated:
            role = Role.SALT
        elif stated or scope.elemental or "content" in left.cues or self._linked(at) is not None:
            role = Role.ELEMENTAL
        else:
            role = Role.PLAIN
        return _Subject("magnesium", role, (*left.forms, *scope.extra), waters)

    def _loose(self, after: int, words: set[str]) -> _Subject:
        if (words & {"elemental"} or self._ion_after(after)) and self._of_nothing_else(after):
            return _Subject("magnesium", Role.ELEMENTAL)
        return _Subject("magnesium", Role.SALT) if "salt" in words else _Subject("", Role.LOOSE)

    def _of_nothing_else(self, after: int) -> bool:
        """'61 mg elemental' on a label of magnesium; '2 mg elemental lutein' is another thing."""
        for item in self.items[after : after + 3]:
            if isinstance(item, Mark) and item.cues & {"elemental", "ion", "of"}:
                continue
            if isinstance(item, Noun) or (isinstance(item, Mark) and item.kind == "word"):
                return False
            break
        return self.out.magnesium

    def _ion_after(self, at: int) -> bool:
        item = self.items[at] if at < len(self.items) else None
        return isinstance(item, Mark) and bool(item.cues & {"ion", "elemental"})

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

    def _per(self, at: int) -> Count | None:
        """'100 mg per capsule', '290 mg per 1 fl oz'."""
        window = self.items[at : at + 3]
        for offset, item in enumerate(window):
            if isinstance(item, Mark) and (item.cues & {"per", "each"} or item.kind == "/"):
                following = self.items[at + offset + 1 : at + offset + 3]
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

    def _registry(self, at: int) -> tuple[bool, bool]:
        """'253 mg/1' names no unit, 'mg/1000mg' is a share of weights: records of a registry write so."""
        if at + 1 < len(self.items) and _is_mark(self.items[at], "/"):
            after = self.items[at + 1]
            if isinstance(after, Mark) and after.kind == "number" and after.text == "1":
                return True, False
            if isinstance(after, Amount) and after.mass is not None:
                return True, True
        return False, False

    def _total(self, at: int) -> bool:
        return any(
            (isinstance(item, Mark) and "total" in item.cues)
            or (isinstance(item, Noun) and "total" in item.cues)
            for item in self.items[max(0, at - 4) : at]
        )

    def _around(self, at: int) -> frozenset[str]:
        """Cues in the same sentence or row, at most a dozen items away."""
        cues: set[str] = set()
        for step in (-1, 1):
            for away in range(1, _NEAR + 1):
                place = at + step * away
                if not 0 <= place < len(self.items):
                    break
                item = self.items[place]
                if isinstance(item, Mark):
                    if item.kind in ("stop", "\n"):
                        break
                    if not item.cues:
                        continue
                    cues |= item.cues
                    if "negation" in item.cues and step == 1:
                        cues.discard("negation")
                elif isinstance(item, Noun):
                    cues |= item.cues
                elif isinstance(item, Amount) and item.unit == "kg":
                    cues.add("body")
                elif step == 1 and isinstance(item, Amount) and away > 2:
                    break
        return frozenset(cues)


def _same_magnesium(mass: float, molar: float) -> bool:
    """Whether mg and mmol can speak of the same magnesium; printed figures are rounded."""
    return abs(mass / max(magnesium_of_mmol(molar), 1e-9) - 1) < 0.3


def _is_mark(item: Item, kind: str) -> bool:
    return isinstance(item, Mark) and item.kind == kind

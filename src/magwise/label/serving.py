"""Items -> the serving that amounts are counted by, how many a day, and how many are in the container.

A serving is taken from "Serving Size", "each tablet contains", "per 30 drops"; failing these from the
directions or the name, and then it is marked as assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from magwise.label.around import VAGUE
from magwise.label.items import Amount, Count, Item, Noun
from magwise.label.tokens import Token as Mark

__all__ = ["Serving", "find_serving"]

_VOLUMES = {"ml": "mL", "g": "g", "oz": "oz"}
_MOST_AT_ONCE = 12  # pieces; more than that is no serving but another count
_FIELD = frozenset({'"', ":", "=", "("})
_TELLING = frozenset({"piece", "/", "(", "|"})
_NO_DOSAGE_FORM = frozenset({"serving", "dose", "daily dose", "unit", "cup", "bottle", "packet", "bar"})
_WHOLE_CONTAINERS = frozenset({"bottle", "serving", "dose", "daily dose", "unit", "mL", "g", "cup"})


@dataclass(slots=True)
class _Taken:
    """'1-2 tablets three times a day': low and high count, how often; `ceiling`: never more than this a day."""

    piece: str
    low: float
    high: float
    low_times: float
    high_times: float
    daily: bool
    ceiling: bool
    start: int
    end: int
    plain: bool = True


@dataclass(slots=True)
class Serving:
    """assumed: nobody printed it; alternatives: more than one is printed ("1 for children, 2 for adults")."""

    amount: float | None = None
    unit: str | None = None
    start: int = 0
    end: int = 0
    assumed: bool = True
    alternatives: bool = False
    per_container: float | None = None
    container: float | None = None
    least_a_day: float | None = None  # in servings
    most_a_day: float | None = None
    printed: bool = False  # under a heading of its own: "Serving Size"
    directed: bool = False  # taken from the directions
    one_piece: Serving | None = None  # the dosage form, when the serving is only directed
    daily: bool = False  # the serving printed is a whole day's


def find_serving(found: list[Item]) -> Serving:
    """What the label says of servings. `assumed` stays true when it says nothing."""
    return _Search(found).result()


class _Search:
    def __init__(self, found: list[Item]) -> None:
        self.items = found
        self.telling = [(at, item) for at, item in enumerate(found) if _tells(item)]

    def result(self) -> Serving:
        directions = self._directions()
        serving = self._printed() or self._each() or self._per()
        if serving is None and directions:
            first = directions[0]
            serving = Serving(first.low, first.piece, first.start, first.end, directed=True)
        elif serving and serving.unit == "serving" and directions and directions[0].low == directions[0].high:
            first = directions[0]  # "350 mg per serving. Take 4 capsules."
            serving = Serving(first.low, first.piece, first.start, first.end, assumed=False)
        serving = serving or self._by_name() or self._by_form() or Serving()
        if serving.directed:
            serving.one_piece = self._by_name() or self._by_form()
        self._container(serving)
        self._a_day(serving, directions)
        return serving

    # where a serving is printed

    def _printed(self) -> Serving | None:
        for at, item in self.telling:
            if isinstance(item, Mark) and "serving_size" in item.cues:
                first = self._count_within(at + 1, 5)
                if first is not None:
                    made = self._made(first, at)
                    made.alternatives = self._another(first)
                    made.printed = True
                    made.daily = item.value == "daily dose"
                    return made
            a_serving = isinstance(item, Mark) and item.value == "serving"
            one = isinstance(item, Count) and item.piece == "serving" and item.low == item.value == 1
            field = self._field_after(at + 1) if a_serving or one else None
            if field is not None and (a_serving or isinstance(field[0], Count)):
                made = self._made(field, at)
                made.printed = True
                return made
            if isinstance(item, Count) and at + 1 < len(self.items) and item.value < 20:
                following = self.items[at + 1]
                if isinstance(following, Mark) and "per" in following.cues and at + 2 < len(self.items):
                    following = self.items[at + 2]
                if isinstance(following, Mark) and following.value == "serving" and item.piece != "serving":
                    return self._made((item, at), at)
        return None

    def _field_after(self, at: int) -> tuple[Item, int] | None:
        """'Serving: 2 capsules', '"serving": "2 capsules"'."""
        for place, item in enumerate(self.items[at : at + 4], at):
            if isinstance(item, Count):
                return (item, place) if item.low == item.value and place > at else None
            if isinstance(item, Amount):
                return (item, place) if item.unit in _VOLUMES and place > at and item.value != 100 else None
            if not (isinstance(item, Mark) and item.kind in _FIELD):
                return None
        return None

    def _count_within(self, at: int, far: int) -> tuple[Item, int] | None:
        for place in range(at, min(at + far, len(self.items))):
            item = self.items[place]
            if isinstance(item, Count):
                return (item, place) if item.low == item.value else None
            if isinstance(item, Amount):
                if item.unit == "g" and (pieces := self._in_brackets(place + 1)):
                    return pieces
                if item.unit in _VOLUMES:
                    return item, place
                return None
            if isinstance(item, Noun) or (isinstance(item, Mark) and item.kind == "stop"):
                return None
        return None

    def _in_brackets(self, at: int) -> tuple[Item, int] | None:
        """'1.5 g (3 capsules)': the pieces say more than their weight."""
        bracket, item = [*self.items[at : at + 2], None, None][:2]
        opened = isinstance(bracket, Mark) and bracket.kind == "("
        return (item, at + 1) if opened and isinstance(item, Count) and item.low == item.value else None

    def _another(self, first: tuple[Item, int]) -> bool:
        """A second serving on the same line, for somebody else."""
        somebody = False
        for item in self.items[first[1] + 1 : first[1] + 12]:
            if isinstance(item, Mark):
                somebody = somebody or bool(item.cues & {"age", "take"})
                if item.kind == "\n" or "servings_in" in item.cues:
                    return False
            elif isinstance(item, Count) and somebody:
                return (
                    isinstance(first[0], Count)
                    and item.piece == first[0].piece
                    and item.value != first[0].value
                )
        return False

    def _made(self, found: tuple[Item, int], start: int) -> Serving:
        item = found[0]
        if isinstance(item, Count):
            return Serving(item.value, item.piece, item.start, item.end, assumed=False)
        assert isinstance(item, Amount)  # noqa: S101 - the type checker's hand
        return Serving(item.value, _VOLUMES[item.unit], item.start, item.end, assumed=False)

    def _each(self) -> Serving | None:
        """'each capsule contains', 'Each 5 mL contains', '1 Beutel zu 6 g enthält', 'tablet contains'."""
        for at, item in self.telling:
            if isinstance(item, Mark) and "each" in item.cues:
                found = self._unit_after(at + 1)
                if found and (self._contains_within(found[1] + 1, 8) or self._amount_within(found[1] + 1, 5)):
                    return self._unit_serving(found)
            elif self._opens_composition(item, at):
                return self._unit_serving((item, at))
        return None

    def _opens_composition(self, item: Item, at: int) -> bool:
        """'2 capsules provide', 'tablet contains', '10 ml enthalten'."""
        if isinstance(item, Count):
            headed = item.value <= 12 and self._heads_amounts(at + 1)
            return item.low == item.value and (headed or self._contains_within(at + 1, 8))
        if isinstance(item, Amount) and item.unit == "ml" and item.value != 100:
            return self._contains_within(at + 1, 6) or (
                not self._of_a_piece(at) and self._heads_amounts(at + 1)
            )
        return _is_piece(item) and self._contains_next(at + 1) and not self._counts_next(at + 2)

    def _heads_amounts(self, at: int) -> bool:
        """'3 capsules: 300 mg of magnesium'."""
        if self._in_brackets_weighed(at):
            at += 3  # "3 pumps (3 ml) = 300 mg"
        colon, after = [*self.items[at : at + 2], None, None][:2]
        return (
            isinstance(colon, Mark)
            and (colon.kind in (":", "=") or "with" in colon.cues)
            and (isinstance(after, Noun) or _is_weight_or_none(after))
        )

    def _in_brackets_weighed(self, at: int) -> bool:
        opened, inner, closed = [*self.items[at : at + 3], None, None, None][:3]
        marks = isinstance(opened, Mark) and isinstance(closed, Mark) and opened.kind + closed.kind == "()"
        return marks and isinstance(inner, Amount) and inner.unit in _VOLUMES

    def _unit_after(self, at: int) -> tuple[Item, int] | None:
        """The unit right after 'each': a piece, '5 mL', '2 tablets', or '6.5 g sachet' (then the sachet)."""
        volume: tuple[Item, int] | None = None
        for place in range(at, min(at + 5, len(self.items))):
            item = self.items[place]
            vague = (isinstance(item, Mark) and item.value in VAGUE) or (
                isinstance(item, Count) and item.piece in VAGUE
            )
            if vague and volume is not None:
                return volume  # "5 mL teaspoon": spoons differ, millilitres do not
            if isinstance(item, Count) or _is_piece(item) or _is_bare_volume(item):
                return item, place
            if isinstance(item, Amount) and item.unit in _VOLUMES:
                if item.value == 100:
                    return None  # per 100 g is nobody's serving
                volume = item, place
            elif isinstance(item, Noun | Amount) or (
                isinstance(item, Mark) and item.kind in ("stop", "\n", ",")
            ):
                break
        return volume

    def _unit_serving(self, found: tuple[Item, int]) -> Serving:
        item = found[0]
        if isinstance(item, Mark) and item.value in ("daily dose", "serving", "dose"):
            inner = self.items[found[1] + 1 : found[1] + 3]
            if (
                len(inner) == 2
                and isinstance(inner[0], Mark)
                and inner[0].kind in ("(", ":", "=")
                and isinstance(inner[1], Count)
            ):
                return self._made((inner[1], found[1] + 2), item.start)
        if isinstance(item, Mark):
            return Serving(1, _VOLUMES.get(item.value, item.value), item.start, item.end, assumed=False)
        return self._made(found, item.start)

    def _of_a_piece(self, at: int) -> bool:
        """'per ampoule of 10 ml', '1 portion in 500 ml'."""
        return any(
            _is_piece(item) or (isinstance(item, Mark) and "within" in item.cues)
            for item in self.items[max(0, at - 2) : at]
        )

    def _counts_next(self, at: int) -> bool:
        """'The bottle has 120 capsules': no composition."""
        return at < len(self.items) and isinstance(self.items[at], Count)

    def _contains_next(self, at: int) -> bool:
        item = self.items[at] if at < len(self.items) else None
        return isinstance(item, Mark) and "contains" in item.cues

    def _contains_within(self, at: int, far: int) -> bool:
        for item in self.items[at : at + far]:
            if isinstance(item, Mark):
                if item.cues & {"contains", "equivalent", "yields"}:
                    return True
                if item.kind in ("stop", "\n") or item.cues & {"times"}:
                    return False
            elif not isinstance(item, Amount | Count):
                return False
        return False

    def _amount_within(self, at: int, far: int) -> bool:
        """Whether the composition follows: an amount or a substance, with no directions between."""
        for item in self.items[at : at + far]:
            if isinstance(item, Amount | Noun):
                return not (isinstance(item, Amount) and item.mass is None and item.molar is None)
            if isinstance(item, Mark) and (item.kind == "stop" or item.cues & {"daily", "take", "times"}):
                return False
        return False

    def _per(self) -> Serving | None:
        """'per 30 drops', '(100 mg per capsule)', '1.745 g per fl oz', '5 mmol/5 mL', '395 mg (2 capsules)'."""
        for at, item in self.telling:
            if not isinstance(item, Mark):
                continue
            after_amount = at > 0 and (_is_weight(self.items[at - 1]) or self._of_magnesium(at - 1))
            if "per" in item.cues or (
                after_amount and (item.kind in ("/", "(", "|") or "within" in item.cues)
            ):
                made = self._per_at(at, bracket=item.kind == "(")
                if made is not None:
                    return made
        return None

    def _of_magnesium(self, at: int) -> bool:
        """'180 mg elemental magnesium in 2 tablets': the place of the noun."""
        item = self.items[at]
        named = isinstance(item, Noun) and item.element == "magnesium"
        return named and any(_is_weight(before) for before in self.items[max(0, at - 3) : at])

    def _per_at(self, at: int, *, bracket: bool) -> Serving | None:
        for ahead in self.items[at + 1 : at + 3]:
            if isinstance(ahead, Count):
                mark = self.items[at]
                beside = isinstance(mark, Mark) and mark.kind == "|"  # the next cell may as well be the pack
                few = ahead.value <= (6 if beside else 60)
                return self._made((ahead, at + 1), at) if ahead.low == ahead.value and few else None
            if _is_piece(ahead) and not bracket and ahead.value not in ("bottle", "cup"):
                return self._unit_serving((ahead, self.items.index(ahead, at)))
            if isinstance(ahead, Amount):
                measured = ahead.unit in ("ml", "g") and not bracket
                return self._made((ahead, at + 1), at) if measured and ahead.value != 100 else None
            if not (isinstance(ahead, Mark) and (ahead.kind in ("word", "(") or "each" in ahead.cues)):
                return None
        return None

    def _by_name(self) -> Serving | None:
        """'500 mg capsules' means one of them; a bottle's count does not."""
        for at, item in enumerate(self.items[:-1]):
            following = self.items[at + 1]
            if _is_weight(item) and _is_piece(following):
                return Serving(1, following.value, following.start, following.end)
        return None

    def _by_form(self) -> Serving | None:
        """'Tablet, enteric coated': the dosage form that a strength is printed for."""
        for at, item in enumerate(self.items[:40]):
            if _is_piece(item) and item.value not in _NO_DOSAGE_FORM:
                before = self._cues(at - 4, at, backwards=True)
                if not before & {"take", "daily", "directions", "servings_in", "per"}:
                    return Serving(1, item.value, item.start, item.end)
        return None

    # a day and a container

    def _directions(self) -> list[_Taken]:
        """Every 'take 2 capsules twice daily' of the text, in order."""
        found = []
        for at, item in self.telling:
            taken = self._taken(item, at)
            if taken is not None:
                found.append(taken)
        return found

    def _taken(self, item: Item, at: int) -> _Taken | None:
        if isinstance(item, Count) and item.value <= 60 and item.piece not in ("serving", "dose", "cup"):
            low, high, piece = item.low, item.value, item.piece
        elif isinstance(item, Amount) and item.unit in ("ml", "g") and item.value <= 100:
            low, high, piece = item.value, item.high or item.value, _VOLUMES[item.unit]
            ahead = self.items[at + 2] if at + 2 < len(self.items) else None
            to = self.items[at + 1] if at + 1 < len(self.items) else None
            if (
                isinstance(ahead, Amount)
                and ahead.unit == item.unit
                and isinstance(to, Mark)
                and (to.kind == "-" or "range" in to.cues)
            ):
                high = ahead.value
        else:
            return None
        before = self._cues(at - 7, at, backwards=True)
        after = self._cues(at + 1, at + 10)
        if ("contains" in after and not before & {"take", "directions"}) or (
            before & {"serving_size", "within"} and not before & {"take"}
        ):
            return None
        ceiling = "up_to" in before and "daily" in after
        if not (
            before & {"take", "directions", "daily"}
            or ceiling
            or after & {"daily", "times", "twice", "thrice"}
        ):
            return None
        if "age" in before and not before & {"adults", "take"}:
            return None
        low_times, high_times, daily = self._times(item, at)
        return _Taken(piece, low, high, low_times, high_times, daily, ceiling, item.start, item.end)

    def _times(self, taken: Item, at: int) -> tuple[float, float, bool]:
        """How often a day, and whether a day is spoken of at all."""
        low, high, daily = 1.0, 1.0, False
        number: Mark | None = None
        for item in [*self.items[max(0, at - 6) : at], *self.items[at + 1 : at + 14]]:
            later = item.start > taken.start
            if not isinstance(item, Mark):
                if later and isinstance(item, Count):
                    break
                continue
            if item.kind == "stop" and later:
                break
            if item.kind in ("stop", "\n") and not later:
                low, high, daily, number = 1.0, 1.0, False, None
            if item.kind in ("number", "numeral"):
                number = item
            if "twice" in item.cues:
                low, high, daily = 2.0, 2.0, True
            elif "thrice" in item.cues:
                low, high, daily = 3.0, 3.0, True
            elif "times" in item.cues and number is not None and high == 1.0:
                high = min(float(number.value), 24.0)
                low = min(_first_number(number.text), high)
            daily = daily or "daily" in item.cues
        return low, high, daily

    def _cues(self, start: int, end: int, *, backwards: bool = False) -> frozenset[str]:
        found: set[str] = set()
        window = self.items[max(0, start) : max(0, end)]
        for item in reversed(window) if backwards else window:
            if isinstance(item, Mark):
                if item.kind == "stop":
                    break
                found |= item.cues
        return frozenset(found)

    def _a_day(self, serving: Serving, directions: list[_Taken]) -> None:
        """Least and most servings a day, from the directions that count by the serving's own unit."""
        for taken in directions:
            if (
                serving.amount
                and _alike(serving.unit, taken.piece)
                and (taken.daily or taken.high_times > 1 or taken.plain)
            ):
                most = taken.high * taken.high_times / serving.amount
                least = most if taken.ceiling else taken.low * taken.low_times / serving.amount
                if serving.most_a_day is None or most > serving.most_a_day:
                    serving.most_a_day = _tidy(most)
                if serving.least_a_day is None or least < serving.least_a_day:
                    serving.least_a_day = _tidy(least)
        if serving.most_a_day is None:
            self._servings_a_day(serving)

    def _servings_a_day(self, serving: Serving) -> None:
        """'1-3x daily' without a count."""
        for at, item in enumerate(self.items[:-1]):
            following = self.items[at + 1]
            if (
                isinstance(item, Mark)
                and item.kind == "number"
                and isinstance(following, Mark)
                and "times" in following.cues
            ) and "daily" in following.cues | self._cues(at + 1, at + 4):
                serving.most_a_day = min(float(item.value), 24.0)
                serving.least_a_day = min(_first_number(item.text), serving.most_a_day)
                return

    def _container(self, serving: Serving) -> None:
        pieces = ""
        for at, item in self.telling:
            if isinstance(item, Mark) and "servings_in" in item.cues:
                for ahead in self.items[at + 1 : at + 4]:
                    if isinstance(ahead, Mark) and ahead.kind == "number":
                        serving.per_container = serving.per_container or float(ahead.value)
            elif isinstance(item, Count) and item.piece == "serving" and item.value > 4:
                serving.per_container = serving.per_container or item.value
            elif (
                (
                    isinstance(item, Count)
                    and item.value >= 10
                    and item.low == item.value
                    and item.piece not in _WHOLE_CONTAINERS
                )
                and serving.container is None
                and item.start != serving.start
                and item.piece != "drop"
            ):
                serving.container = item.value
                pieces = item.piece
        if serving.amount is None and pieces and serving.container and serving.per_container:
            each = serving.container / serving.per_container
            if each.is_integer() and each <= _MOST_AT_ONCE:
                serving.amount, serving.unit = each, pieces  # "90 capsules, 30 servings"
        if serving.amount and not serving.assumed:
            if serving.container is None and serving.per_container and serving.unit not in _WHOLE_CONTAINERS:
                serving.container = _tidy(serving.per_container * serving.amount)
            elif serving.per_container is None and serving.container:
                serving.per_container = _tidy(serving.container / serving.amount)


def _tells(item: Item) -> bool:
    """Whether it can say anything of servings: not a plain word, not a mark between rows."""
    return not isinstance(item, Mark) or bool(item.cues) or item.kind in _TELLING


def _is_piece(item: Item) -> TypeGuard[Mark]:
    return isinstance(item, Mark) and item.kind == "piece"


def _is_bare_volume(item: Item) -> bool:
    return isinstance(item, Mark) and item.kind == "measure" and item.value == "ml"


def _is_weight(item: Item) -> bool:
    return isinstance(item, Amount) and (item.mass is not None or item.molar is not None)


def _is_weight_or_none(item: Item | None) -> bool:
    return item is not None and _is_weight(item)


def _first_number(text: str) -> float:
    digits = text.split("-", maxsplit=1)[0].strip()
    return float(digits) if digits.isdigit() else 1.0


def _alike(one: str | None, other: str) -> bool:
    """Tablets and film-coated tablets count alike; so do capsules of any shell."""
    if one is None:
        return False
    return (
        one == other
        or one.split()[-1] == other.rsplit(maxsplit=1)[-1]
        or {one, other} <= {"sachet", "packet", "stick pack"}
    )


def _tidy(value: float) -> float:
    return round(value, 2)

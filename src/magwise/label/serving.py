"""Items -> the serving that amounts are counted by, how many a day, and how many are in the container.

A serving is taken from "Serving Size", "each tablet contains", "per 30 drops"; failing these from the
directions or the name, and then it is marked as assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

from magwise.label.items import Amount, Count, Item, Mark, Noun

__all__ = ["Serving", "find_serving"]

_VOLUMES = {"ml": "mL", "g": "g", "oz": "oz"}
_WHOLE_CONTAINERS = frozenset({"bottle", "serving", "dose", "daily dose", "unit", "mL", "g", "cup"})


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
    daily: bool = False  # the serving printed is a whole day's


def find_serving(found: list[Item]) -> Serving:
    """What the label says of servings. `assumed` stays true when it says nothing."""
    return _Search(found).result()


class _Search:
    def __init__(self, found: list[Item]) -> None:
        self.items = found

    def result(self) -> Serving:
        serving = self._printed() or self._each() or self._per() or Serving()
        low, high, taken = self._directions()
        if serving.amount is None and taken is not None:
            serving = Serving(taken.value, taken.piece, taken.start, taken.end)
        if serving.amount is None:
            serving = self._by_name()
        self._container(serving)
        if high is not None and taken is not None:
            size = serving.amount if serving.amount and _alike(serving.unit, taken.piece) else None
            size = size or (taken.value if serving.amount is None else None)
            if size:
                serving.least_a_day, serving.most_a_day = _tidy((low or high) / size), _tidy(high / size)
            elif serving.unit in ("serving", "dose", None):
                serving.least_a_day, serving.most_a_day = low, high
        return serving

    # where a serving is printed

    def _printed(self) -> Serving | None:
        for at, item in enumerate(self.items):
            if isinstance(item, Mark) and "serving_size" in item.cues:
                first = self._count_within(at + 1, 5)
                if first is not None:
                    made = self._made(first, at)
                    made.alternatives = self._another(first)
                    made.printed = True
                    made.daily = "daily" in item.cues
                    return made
            if isinstance(item, Count) and at + 1 < len(self.items) and item.value < 20:
                following = self.items[at + 1]
                if isinstance(following, Mark) and following.value == "serving" and item.piece != "serving":
                    return self._made((item, at), at)
        return None

    def _count_within(self, at: int, far: int) -> tuple[Item, int] | None:
        for place in range(at, min(at + far, len(self.items))):
            item = self.items[place]
            if isinstance(item, Count):
                return item, place
            if isinstance(item, Amount):
                if item.unit in _VOLUMES:
                    return item, place
                return None
            if isinstance(item, Noun) or (isinstance(item, Mark) and item.kind == "stop"):
                return None
        return None

    def _another(self, first: tuple[Item, int]) -> bool:
        """A second serving on the same line, for somebody else."""
        somebody = False
        for item in self.items[first[1] + 1 : first[1] + 12]:
            if isinstance(item, Mark):
                somebody = somebody or bool(item.cues & {"age", "take"})
                if item.kind == "\n" or "servings_in" in item.cues:
                    return False
            elif isinstance(item, Count) and somebody:
                return isinstance(first[0], Count) and item.piece == first[0].piece and item.value != first[0].value
        return False

    def _made(self, found: tuple[Item, int], start: int) -> Serving:
        item = found[0]
        if isinstance(item, Count):
            return Serving(item.value, item.piece, item.start, item.end, assumed=False)
        assert isinstance(item, Amount)  # noqa: S101 - the type checker's hand
        return Serving(item.value, _VOLUMES[item.unit], item.start, item.end, assumed=False)

    def _each(self) -> Serving | None:
        """'each capsule contains', 'Each 5 mL contains', '1 Beutel zu 6 g enthält', 'in each 15 mL'."""
        for at, item in enumerate(self.items):
            opens = isinstance(item, Mark) and bool(item.cues & {"each"})
            counted = isinstance(item, Count) and item.low == item.value
            if not (opens or counted):
                continue
            found = self._unit_after(at + 1) if opens else (item, at)
            if found is None:
                continue
            if self._contains_within(found[1] + 1, 8) or (opens and self._amount_within(found[1] + 1, 4)):
                return self._unit_serving(found)
        return None

    def _unit_after(self, at: int) -> tuple[Item, int] | None:
        """The unit right after 'each': a piece, '5 mL', '2 tablets', or '6.5 g sachet' (then the sachet)."""
        volume: tuple[Item, int] | None = None
        for place in range(at, min(at + 5, len(self.items))):
            item = self.items[place]
            if isinstance(item, Count) or (isinstance(item, Mark) and item.kind == "piece"):
                return item, place
            if isinstance(item, Amount) and item.unit in _VOLUMES:
                volume = item, place
            elif isinstance(item, Noun | Amount):
                break
            elif item.kind in ("stop", "\n", ","):  # type: ignore[attr-defined]
                break
        return volume

    def _unit_serving(self, found: tuple[Item, int]) -> Serving:
        item = found[0]
        if isinstance(item, Mark):
            return Serving(1, item.value, item.start, item.end, assumed=False)
        return self._made(found, item.start)

    def _contains_within(self, at: int, far: int) -> bool:
        for item in self.items[at : at + far]:
            if isinstance(item, Mark):
                if item.cues & {"contains", "equivalent"}:
                    return True
                if item.kind in ("stop", "\n") or item.cues & {"daily", "times"}:
                    return False
            elif not isinstance(item, Amount):
                return False
        return False

    def _amount_within(self, at: int, far: int) -> bool:
        return any(isinstance(item, Amount | Noun) for item in self.items[at : at + far])

    def _per(self) -> Serving | None:
        """'per 30 drops', '(100 mg per capsule)', '1.745 g per fl oz'."""
        for at, item in enumerate(self.items):
            if isinstance(item, Mark) and (item.cues & {"per"} or item.kind == "/"):
                window = self.items[at + 1 : at + 3]
                for offset, ahead in enumerate(window):
                    if isinstance(ahead, Count) and ahead.low == ahead.value and (ahead.value < 61):
                        return self._made((ahead, at + 1), at)
                    if isinstance(ahead, Mark) and ahead.kind == "piece" and ahead.value not in ("bottle",):
                        return Serving(1, ahead.value, ahead.start, ahead.end, assumed=False)
                    if isinstance(ahead, Amount) and ahead.unit in ("ml", "g") and "per" in item.cues and not offset:
                        return self._made((ahead, at + 1), at)
                    if isinstance(ahead, Mark) and ahead.kind not in ("word", "("):
                        break
        return None

    def _by_name(self) -> Serving:
        """'500 mg capsules' means one of them; a bottle's count does not."""
        for at, item in enumerate(self.items[:-1]):
            following = self.items[at + 1]
            if isinstance(item, Amount) and item.mass and isinstance(following, Mark) and following.kind == "piece":
                return Serving(1, following.value, following.start, following.end)
        return Serving()

    # a day and a container

    def _directions(self) -> tuple[float | None, float | None, Count | None]:
        """Least and most units a day, and the count that says so."""
        best: tuple[float | None, float | None, Count | None] = (None, None, None)
        first: Count | None = None
        for at, item in enumerate(self.items):
            if not isinstance(item, Count) or item.value > 100:
                continue
            before = self._cues(at - 6, at, backwards=True)
            after = self._cues(at + 1, at + 9)
            if not (before & {"take", "directions", "daily"} or (after & {"daily", "times", "twice", "thrice"} and "contains" not in after)):
                continue
            if "age" in before | after and "adults" not in before and best[1]:
                continue
            low, high = self._a_day(item, at)
            if first is None and before & {"take", "directions"}:
                first = item
            if high and (best[1] is None):
                best = (low, high, item)
        return best if best[2] is not None else (None, None, first)

    def _a_day(self, count: Count, at: int) -> tuple[float | None, float | None]:
        times_low, times_high, daily = 1.0, 1.0, False
        number: Mark | None = None
        for item in [*self.items[max(0, at - 4) : at], *self.items[at + 1 : at + 10]]:
            if not isinstance(item, Mark):
                if isinstance(item, Count) and item.start > count.start:
                    break
                continue
            if item.kind in ("stop",) and item.start > count.start:
                break
            if item.kind == "number" or item.kind == "numeral":
                number = item
            if "twice" in item.cues:
                times_low = times_high = 2
                daily = True
            elif "thrice" in item.cues:
                times_low = times_high = 3
                daily = True
            elif "times" in item.cues and number is not None:
                times_high = min(float(number.value), 24)
                times_low = min(_first_number(number.text), times_high)
            if "daily" in item.cues:
                daily = True
        if not daily and times_high == 1:
            return None, None
        return count.low * times_low, count.value * times_high

    def _cues(self, start: int, end: int, *, backwards: bool = False) -> frozenset[str]:
        found: set[str] = set()
        window = self.items[max(0, start) : max(0, end)]
        for item in reversed(window) if backwards else window:
            if isinstance(item, Mark):
                if item.kind in ("stop",):
                    break
                found |= item.cues
        return frozenset(found)

    def _container(self, serving: Serving) -> None:
        for at, item in enumerate(self.items):
            if isinstance(item, Mark) and "servings_in" in item.cues:
                for ahead in self.items[at + 1 : at + 4]:
                    if isinstance(ahead, Mark) and ahead.kind == "number":
                        serving.per_container = serving.per_container or float(ahead.value)
            elif isinstance(item, Count) and item.piece == "serving" and item.value > 4:
                serving.per_container = serving.per_container or item.value
            elif isinstance(item, Count) and item.value >= 10 and item.low == item.value and item.piece not in _WHOLE_CONTAINERS:
                if serving.container is None and item.start != serving.start and item.piece != "drop":
                    serving.container = item.value
        if serving.amount and not serving.assumed:
            if serving.container is None and serving.per_container and serving.unit not in _WHOLE_CONTAINERS:
                serving.container = _tidy(serving.per_container * serving.amount)
            elif serving.per_container is None and serving.container:
                serving.per_container = _tidy(serving.container / serving.amount)


def _first_number(text: str) -> float:
    digits = text.split("-")[0].strip()
    return float(digits) if digits.isdigit() else 1.0


def _alike(one: str | None, other: str) -> bool:
    """Tablets and film-coated tablets count alike; so do capsules of any shell."""
    if one is None:
        return False
    return one == other or one.split()[-1] == other.split()[-1] or {one, other} <= {"sachet", "packet", "stick pack"}


def _tidy(value: float) -> float:
    return round(value, 2)

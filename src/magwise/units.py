"""What is measured here, and what must never be mixed.

Milligrams of magnesium (`Elemental`) and milligrams of a salt (`Compound`) are different types:
adding one to the other does not type-check. An amount that is known only within limits is an
`Interval`; its best value is None when no single number can be defended.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Compound", "Elemental", "Interval"]


@dataclass(frozen=True, order=True, slots=True)
class Elemental:
    """Milligrams of magnesium itself."""

    mg: float

    def __add__(self, other: Elemental) -> Elemental:
        return Elemental(self.mg + other.mg)

    def __sub__(self, other: Elemental) -> Elemental:
        return Elemental(self.mg - other.mg)

    def __mul__(self, times: float) -> Elemental:
        return Elemental(self.mg * times)

    __rmul__ = __mul__

    def __str__(self) -> str:
        return f"{number(self.mg)} mg"


@dataclass(frozen=True, order=True, slots=True)
class Compound:
    """Milligrams of a magnesium salt, its acid and water included."""

    mg: float

    def __add__(self, other: Compound) -> Compound:
        return Compound(self.mg + other.mg)

    def __mul__(self, times: float) -> Compound:
        return Compound(self.mg * times)

    __rmul__ = __mul__

    def holds(self, magnesium_fraction: float) -> Elemental:
        """The magnesium in this much salt, given the fraction of its weight that is magnesium (0 to 1)."""
        return Elemental(self.mg * magnesium_fraction)

    def __str__(self) -> str:
        return f"{number(self.mg)} mg of salt"


@dataclass(frozen=True, slots=True)
class Interval:
    """Elemental magnesium between two limits; `best` is None when nothing inside can be preferred."""

    low: Elemental
    best: Elemental | None
    high: Elemental

    def __post_init__(self) -> None:
        inside = self.best is None or self.low <= self.best <= self.high
        if not (self.low <= self.high and inside):
            raise ValueError(f"not an interval: {self.low}, {self.best}, {self.high}")

    @classmethod
    def exactly(cls, mg: float) -> Interval:
        return cls(Elemental(mg), Elemental(mg), Elemental(mg))

    @classmethod
    def between(cls, low_mg: float, high_mg: float, best_mg: float | None = None) -> Interval:
        return cls(Elemental(low_mg), None if best_mg is None else Elemental(best_mg), Elemental(high_mg))

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    @property
    def middle(self) -> Elemental:
        """The best value, or half-way between the limits when there is none."""
        return self.best or Elemental((self.low.mg + self.high.mg) / 2)

    def __mul__(self, times: float) -> Interval:
        return Interval(self.low * times, None if self.best is None else self.best * times, self.high * times)

    __rmul__ = __mul__

    def __add__(self, other: Interval) -> Interval:
        best = None if self.best is None or other.best is None else self.best + other.best
        return Interval(self.low + other.low, best, self.high + other.high)

    def __str__(self) -> str:
        if self.is_exact:
            return str(self.low)
        span = f"{number(self.low.mg)} to {number(self.high.mg)} mg"
        return span if self.best is None else f"{self.best} ({span})"


def number(value: float) -> str:
    """A figure as people write it: no trailing zeros, at most one decimal."""
    return f"{value:.1f}".rstrip("0").rstrip(".")

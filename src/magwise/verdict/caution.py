"""Asking more than once costs certainty: how sure each answer must then be.

Several outcomes share the one error in twenty (Bonferroni). Looking before the end spends part of it at each
look, little early and most at the end (Lan and DeMets, the O'Brien-Fleming shape); the parts add up to the
whole, so peeking as planned does not raise the false alarms.
"""

from __future__ import annotations

from statistics import NormalDist

from magwise.errors import WrongUse

__all__ = ["share_spent", "stricter"]

_NORMAL = NormalDist()
_MOST_OUTCOMES = 100
_MOST_LOOKS = 100


def stricter(level: float, *, outcomes: int = 1, look: int = 1, of_looks: int = 1) -> float:
    """The level of the interval for one of several outcomes, at one of several planned looks.

    Looks are taken to come at equal parts of the planned length.
    """
    if not 1 <= outcomes <= _MOST_OUTCOMES:
        raise WrongUse(f"Outcomes must be 1 to {_MOST_OUTCOMES}, not {outcomes}.")
    if not 1 <= look <= of_looks <= _MOST_LOOKS:
        raise WrongUse(
            f"Look {look} of {of_looks} is not possible.", remedy="Number looks from 1 up to those planned."
        )
    return 1 - share_spent((1 - level) / outcomes, (look - 1) / of_looks, look / of_looks)


def share_spent(error: float, before: float, now: float) -> float:
    """How much of the error a look at this share of the way may use, when the look before was at that one."""
    return _spent(error, now) - _spent(error, before)


def _spent(error: float, share_of_the_way: float) -> float:
    """How much of the error may be spent by then."""
    if share_of_the_way <= 0:
        return 0.0
    far = _NORMAL.inv_cdf(1 - error / 2)
    return 2 * (1 - _NORMAL.cdf(far / share_of_the_way**0.5))

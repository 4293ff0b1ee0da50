"""A log as the columns of a model: days, values for the better, exposure, trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from magwise.verdict.answer import Better
from magwise.verdict.average import Averaged, Settling, average
from magwise.verdict.log import Log, Phase
from magwise.verdict.noise import Values, fits, most_likely

__all__ = ["Series"]

_A_WEEK = 7
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Series:
    """Measured days with their values, centred, scaled, and turned so that more is better."""

    days: Values
    y: Values
    treated: Values
    scale: float
    log: Log

    @classmethod
    def of(cls, log: Log, better: Better) -> Series:
        measured = log.measured
        values = np.array([day.value for day in measured], dtype=float)
        turned = values if better == "higher" else -values
        spread = float(turned.std())
        scale = spread if spread > 0 else 1.0
        return cls(
            days=np.array([day.number for day in measured], dtype=float),
            y=(turned - turned.mean()) / scale,
            treated=np.array([day.phase is Phase.WITH for day in measured], dtype=float),
            scale=scale,
            log=log,
        )

    def less(self, effect: float) -> Series:
        """The series as it would be had treated days been worse by so much, in the outcome's own unit."""
        return replace(self, y=self.y - effect / self.scale * self.treated)

    @property
    def others(self) -> Values:
        """A level and a straight trend, over the length of the log."""
        middle, length = self.days.mean(), np.ptp(self.days)
        return np.column_stack([np.ones_like(self.days), (self.days - middle) / length])

    @property
    def design(self) -> Values:
        return np.column_stack([self.treated, self.others])

    def has_noise(self) -> bool:
        """Whether days differ at all beyond phase and straight trend; rounding apart."""
        explained = self.design @ np.linalg.lstsq(self.design, self.y, rcond=None)[0]
        return bool(np.max(np.abs(self.y - explained)) > _ROUNDING)

    def spread_without(self) -> float:
        """Standard deviation of the days without, in the outcome's own unit."""
        return float(self.y[self.treated == 0].std(ddof=1)) * self.scale

    def effect(self, settlings: Sequence[Settling], level: float) -> Averaged:
        """The effect in units of the series' own spread."""
        exposures = [(settling, self._exposure(settling)) for settling in self._visible(settlings)]
        return average(self.days, exposures, self.others, self.y, level)

    def likeliest_rho(self) -> float:
        """How much a day resembles the one before, beside phase and trend."""
        return most_likely(self.days, self.design, self.y)

    def trend_a_week(self, rho: float) -> float:
        fitted = fits(self.days, self.design, self.y, np.array([rho]))
        return float(fitted.beta[0, 2]) * self.scale * _A_WEEK / float(np.ptp(self.days))

    def change_over_time(self, level: float) -> float | None:
        """How much the effect changed from the first to the last treated day, if its interval excludes 0."""
        treated_days = self.days[self.treated == 1]
        length = np.ptp(treated_days)
        if length == 0 or len(self.y) < 2 * self.design.shape[1] + 2:
            return None
        slope = np.where(self.treated == 1, (self.days - treated_days.mean()) / length, 0.0)
        if np.linalg.matrix_rank(np.column_stack([self.design, slope])) <= self.design.shape[1]:
            return None  # phase and trend say the same already: nothing is left to tell a change by
        found = average(self.days, [(Settling(0.0, 1.0), slope)], self.design, self.y, level)
        low, high = found.interval
        return found.effect * self.scale if low > 0 or high < 0 else None

    def _visible(self, settlings: Sequence[Settling]) -> list[Settling]:
        """Speeds that blocks of this length can show: an effect slower than a block cannot be judged by it."""
        at_once, *slower = sorted(settlings, key=lambda settling: settling.left_after_a_day)
        block = len(self.log.days) / max(1, len(self.log.blocks))
        return [at_once, *(settling for settling in slower if settling.days <= block)]

    def _exposure(self, settling: Settling) -> Values:
        """What is at work on each measured day: an effect that comes and goes by a share a day."""
        phase_of = {day.number: float(day.phase is Phase.WITH) for day in self.log.days}
        at_work: dict[int, float] = {}
        now, phase, before = 0.0, 0.0, None
        for number in sorted(phase_of):
            if before is not None:
                left = settling.left_after_a_day ** (number - before - 1)
                now = left * now + (1 - left) * phase  # days not logged stay in the phase before them
            phase = phase_of[number]
            now = settling.left_after_a_day * now + (1 - settling.left_after_a_day) * phase
            at_work[number], before = now, number
        return np.array([at_work[int(day)] for day in self.days])

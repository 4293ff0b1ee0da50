"""How one reader's times and numbers look: by the country they told, else by what their browser asks for.

The words stay English; only decimal signs and clocks follow the reader. Values in data stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from magwise.day import minutes

__all__ = ["Manner", "manner_of"]

_TWELVE_HOURS = frozenset({"US", "CA", "AU", "NZ", "IN", "PH", "PK", "EG", "MY", "CO"})
_POINT = frozenset({"US", "CA", "GB", "IE", "AU", "NZ", "IN", "PK", "PH", "MY", "SG", "HK", "TH", "JP", "CN", "KR",
                    "TW", "IL", "MX", "CH", "EG", "NG", "KE"})  # fmt: skip
_POINT_LANGUAGES = frozenset({"en", "ja", "zh", "ko", "th", "he", "hi"})
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Za-z]{2}))?\b")


@dataclass(frozen=True, slots=True)
class Manner:
    """decimal: the sign between whole and part; twelve_hours: 7:30 pm instead of 19:30."""

    decimal: str = "."
    twelve_hours: bool = False

    def number(self, value: float, digits: int = 2) -> str:
        """61.0 as "61", 121.5 as "121.5" or "121,5"; thousands as a thin space from ten thousand on."""
        text = f"{value:.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        whole, point, part = text.partition(".")
        if len(whole.lstrip("-")) > 4:
            whole = f"{int(whole):,}".replace(",", "\u202f")
        return f"{whole}{self.decimal}{part}" if point else whole

    def fixed(self, value: float, digits: int) -> str:
        """Money and other columns: always this many digits after the sign."""
        return f"{value:.{digits}f}".replace(".", self.decimal)

    def clock(self, at: int | str) -> str:
        """1140 or "19:00" as "19:00" or "7:00 pm"."""
        total = minutes(at) if isinstance(at, str) else at % (24 * 60)
        hour, minute = divmod(total, 60)
        if not self.twelve_hours:
            return f"{hour:02d}:{minute:02d}"
        return f"{(hour - 1) % 12 + 1}:{minute:02d}\u00a0{'am' if hour < 12 else 'pm'}"


def manner_of(accept_language: str, country: str | None = None) -> Manner:
    """The country counts first, then the first language of the browser; neither gives a point and 24 hours."""
    found = _LANGUAGE.match(accept_language or "")
    language = found.group(1).lower() if found else "en"
    region = (country or (found.group(2) if found else None) or "").upper()
    if region:
        return Manner("." if region in _POINT else ",", region in _TWELVE_HOURS)
    return Manner("." if language in _POINT_LANGUAGES else ",")

"""Reading labels: full panels and ingredient lines a second on one core, beside a bare regex pass."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from time import perf_counter

__all__ = ["main", "rows"]

FORMS = (
    "Citrate",
    "Oxide",
    "Bisglycinate",
    "Aspartate",
    "Malate",
    "Lactate",
    "Taurate",
    "Chloride",
    "Gluconate",
)
PANEL = """Supplement Facts
Serving Size 2 Capsules
Servings Per Container {servings}
Amount Per Serving % Daily Value
Vitamin B6 (as Pyridoxine HCl) 10 mg 588%
Magnesium (as Magnesium {form}) {mg} mg {percent}%
Zinc (as Zinc Picolinate) 15 mg 136%
Other ingredients: hypromellose, rice flour, magnesium stearate, silica.
Suggested use: take 2 capsules daily with food."""
LINE = "Magnesium (as Magnesium {form}) {mg} mg"
PLAIN = re.compile(r"magnesium[^\n\d]{0,60}(\d+(?:\.\d+)?)\s*mg", re.IGNORECASE)
Row = tuple[str, float, str, float | None]


def main() -> None:
    print(f"{'job':<46}{'ours':>12}  {'peer':<14}{'peer':>12}")
    for job, ours, peer, theirs in rows():
        print(f"{job:<46}{ours:>12,.0f}  {peer:<14}{'' if theirs is None else f'{theirs:>12,.0f}'}")


def rows() -> Iterator[Row]:
    """(job, ours a second, peer, the peer's a second): every text is another one, so nothing is remembered."""
    from magwise.label import read_label

    panels = [_panel(n) for n in range(1500)]
    lines = [LINE.format(form=FORMS[n % 9], mg=20 + n % 700) + f" #{n}" for n in range(6000)]
    names = [
        LINE.format(form="Oxide", mg=n) if n % 50 == 0 else f"Botanical Extract No. {n}" for n in range(20000)
    ]
    for text in (*panels[:50], *lines[:50]):
        read_label(text)
    yield (
        "full labels a second and core",
        _rate(read_label, panels),
        "bare regex",
        _rate(PLAIN.search, panels),
    )
    yield (
        "catalogue lines, 1 in 50 with magnesium",
        _rate(read_label, names),
        "bare regex",
        _rate(PLAIN.search, names),
    )
    yield "lines that all name magnesium", _rate(read_label, lines), "bare regex", _rate(PLAIN.search, lines)
    long = "\n".join(panels[:40])
    yield (
        "one text of 40 panels, characters a second",
        len(long) * _rate(read_label, [long] * 5),
        "bare regex",
        None,
    )


def _panel(n: int) -> str:
    mg = 20 + n % 480
    return PANEL.format(servings=30 + n % 91, form=FORMS[n % 9], mg=mg, percent=round(100 * mg / 420))


def _rate(read: object, texts: list[str]) -> float:
    rates = []
    for _ in range(3):
        begin = perf_counter()
        for text in texts:
            read(text)  # type: ignore[operator]
        rates.append(len(texts) / (perf_counter() - begin))
    return statistics.median(rates)


if __name__ == "__main__":
    main()

"""What `log` and `diary` answer: published shapes, built here and nowhere else. They only grow."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from magwise import wording
from magwise.adapters.contract import Day, FindingOut, Number, UncheckedOut, finding_out, unchecked_out
from magwise.diary import Confounder, DoseRecord, Entry, LabResult, OutcomeEntry, SideEffect
from magwise.diary.flags import Seen
from magwise.diary.views import DiaryDay, Week, said_of

__all__ = [
    "DiaryEntryOut",
    "LogAnswer",
    "SafetyOut",
    "TodayAnswer",
    "WeekAnswer",
    "entry_out",
    "log_answer",
    "safety_out",
    "today_answer",
    "week_answer",
]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class DiaryEntryOut(_Shape):
    """One entry of the diary."""

    id: int | None = Field(description="its number, for `magwise diary correct` and `undo`")
    kind: str = Field(description="dose, outcome, confounder, lab or side_effect")
    day: Day
    at: str | None = Field(default=None, description="the moment with its offset from UTC, where it is known")
    zone: str | None = None
    what: str = Field(
        description="the outcome, influence, laboratory value or complaint; of a dose what became of it"
    )
    value: Number | None = Field(default=None, description="of a dose: milligrams of elemental magnesium")
    unit: str | None = None
    loinc: str | None = None
    severity: int | None = Field(default=None, description="1 mild, 2 moderate, 3 severe, 0: it is over")
    product: str | None = None
    label_sha256: str | None = Field(default=None, description="which version of the label was taken")
    note: str | None = None
    source: str
    replaces: int | None = None
    words: str = Field(description="the entry in a few words")


class SafetyOut(_Shape):
    """What the diary says of safety; red flags come first."""

    findings: list[FindingOut]
    could_not_check: list[UncheckedOut]
    step_back: bool = Field(description="stools are loose: step back")


class LogAnswer(_Shape):
    """What `magwise log ... --json` prints."""

    safety: SafetyOut
    noted: list[DiaryEntryOut]
    say: list[str]
    disclaimer: str


class AskOut(_Shape):
    outcome: str
    asks: str
    unit: str
    low: Number
    high: Number
    answer: Number | None


class TodayAnswer(_Shape):
    """The questions of a day with their answers, and what was noted."""

    day: Day
    safety: SafetyOut
    asks: list[AskOut]
    noted: list[DiaryEntryOut]
    say: list[str]
    disclaimer: str


class RowOut(_Shape):
    name: str
    unit: str
    cells: list[str]
    week: str


class WeekAnswer(_Shape):
    """What `magwise diary show --json` prints."""

    safety: SafetyOut
    days: list[Day]
    rows: list[RowOut]
    entries: list[DiaryEntryOut]
    say: list[str]
    disclaimer: str


def log_answer(noted: Sequence[Entry], seen: Seen, say: Sequence[str]) -> LogAnswer:
    return LogAnswer(
        safety=safety_out(seen), noted=[*map(entry_out, noted)], say=list(say), disclaimer=wording.DISCLAIMER
    )


def today_answer(view: DiaryDay) -> TodayAnswer:
    asks = [
        AskOut(
            outcome=one.outcome.id, asks=one.outcome.asks, unit=one.outcome.unit, low=one.outcome.low,
            high=one.outcome.high, answer=one.answer.value if one.answer else None,
        )
        for one in view.asks
    ]  # fmt: skip
    return TodayAnswer(
        day=view.day.isoformat(), safety=safety_out(view.seen), asks=asks, noted=[*map(entry_out, view.noted)],
        say=list(view.say), disclaimer=wording.DISCLAIMER,
    )  # fmt: skip


def week_answer(view: Week, entries: Sequence[Entry]) -> WeekAnswer:
    return WeekAnswer(
        safety=safety_out(view.seen),
        days=[day.isoformat() for day in view.days],
        rows=[RowOut(name=r.name, unit=r.unit, cells=list(r.cells), week=r.week) for r in view.rows],
        entries=[*map(entry_out, entries)],
        say=list(view.say),
        disclaimer=wording.DISCLAIMER,
    )


def entry_out(entry: Entry) -> DiaryEntryOut:
    """One entry of any kind in the published shape."""
    what, value, unit = _what(entry)
    return DiaryEntryOut(
        id=entry.id, kind=entry.kind.value, day=entry.day.isoformat(),
        at=entry.at.isoformat() if entry.at else None, zone=entry.zone or None, what=what, value=value,
        unit=unit or None, loinc=(entry.loinc or None) if isinstance(entry, LabResult) else None,
        severity=entry.severity if isinstance(entry, SideEffect) else None,
        product=(entry.product or None) if isinstance(entry, DoseRecord) else None,
        label_sha256=(entry.label_sha256 or None) if isinstance(entry, DoseRecord) else None,
        note=entry.note or None, source=entry.source, replaces=entry.replaces, words=said_of(entry),
    )  # fmt: skip


def _what(entry: Entry) -> tuple[str, float | None, str]:
    match entry:
        case DoseRecord():
            return entry.taking.value, entry.elemental_mg, "mg"
        case OutcomeEntry():
            return entry.outcome, entry.value, entry.unit
        case Confounder():
            return f"{entry.what}: {entry.words}" if entry.words else entry.what, entry.amount, entry.unit
        case LabResult():
            return entry.what, entry.value, entry.unit
        case SideEffect():
            return entry.what, None, ""
    raise TypeError(f"an entry of a kind that nobody knows: {entry.kind}")


def safety_out(seen: Seen) -> SafetyOut:
    return SafetyOut(
        findings=[*map(finding_out, seen.findings)],
        could_not_check=[*map(unchecked_out, seen.doubts)],
        step_back=seen.step_back,
    )

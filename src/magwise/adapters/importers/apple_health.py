"""Apple Health's export (export.xml, or the zip it comes in) -> entries of the diary.

Read as a stream: a file of gigabytes needs the memory of its days, not of its lines. The document type is left out,
because that of some versions is malformed; so are control characters, which others put into texts. Nothing in the file
can define an entity. Taken are blood pressure, sleep, symptoms, and a day's sums of caffeine, alcohol, exercise and
magnesium.

The same thing often comes from several sources (watch, phone, apps). A reading with the same moment and value is one
reading; of sums and of nights one source is taken for each day, the one that has most days, and never their sum.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from magwise.adapters.importers.packed import DAMAGED, members_of
from magwise.adapters.importers.rejects import Rejects
from magwise.diary import Confounder, Entry, OutcomeEntry, SideEffect, influences, outcomes
from magwise.diary.reading import value_of
from magwise.errors import NotAnEntry, NotFound

__all__ = ["SOURCE", "read_export"]

SOURCE = "apple-health"
_BLOCK = 1 << 20
_LONGEST_HEAD = 1 << 20  # bytes in which a document type must end
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_PREFIX = ("HKQuantityTypeIdentifier", "HKCategoryTypeIdentifier")
_PRESSURE = {"BloodPressureSystolic": "systolic", "BloodPressureDiastolic": "diastolic"}
_SUMS = {  # type -> influence, and the units that it may have -> ours
    "DietaryCaffeine": ("caffeine", {"mg": ("mg", 1.0), "g": ("mg", 1000.0)}),
    "NumberOfAlcoholicBeverages": ("alcohol", {"count": ("drinks", 1.0)}),
    "AppleExerciseTime": ("training", {"min": ("min", 1.0), "hr": ("min", 60.0)}),
    "DietaryMagnesium": ("food-magnesium", {"mg": ("mg", 1.0), "g": ("mg", 1000.0)}),
}
_ASLEEP = "HKCategoryValueSleepAnalysisAsleep"
_SYMPTOMS = {
    "AbdominalCramps": "belly cramps", "Bloating": "bloating", "Constipation": "constipation",
    "Diarrhea": "diarrhoea", "Dizziness": "dizziness", "Fainting": "fainting", "Fatigue": "fatigue",
    "Headache": "headache", "MoodChanges": "mood changes", "Nausea": "nausea",
    "RapidPoundingOrFlutteringHeartbeat": "pounding heartbeat", "ShortnessOfBreath": "shortness of breath",
    "SkippedHeartbeat": "skipped heartbeats", "Vomiting": "vomiting", "ChestTightnessOrPain": "chest pain",
    "GeneralizedBodyAche": "body ache", "SleepChanges": "sleep changes",
}  # fmt: skip
_SEVERITY = {"Mild": 1, "Moderate": 2, "Severe": 3, "Unspecified": None, "Present": None}
_EVENING = time(18)  # a night belongs to the day on which it ends: from 18:00 to 18:00


@dataclass
class _Gathered:
    """What belongs to days rather than to moments; [type or night][source] of each day."""

    sums: dict[tuple[str, str, date], dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    nights: dict[date, dict[str, list[tuple[datetime, datetime]]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    seen: set[bytes] = field(default_factory=set)


def read_export(path: Path, rejects: Rejects) -> Iterator[Entry]:
    """The entries, as the file is read; sums and nights come last. Raises NotAnEntry for what is no export."""
    gathered = _Gathered()
    with _opened(path) as file:
        yield from _moments(file, gathered, rejects)
    yield from _sums(gathered, rejects)
    yield from _nights(gathered, rejects)


def _opened(path: Path) -> BinaryIO:
    if not path.is_file():
        raise NotFound(f"There is no file {path}.", remedy="Give export.xml or export.zip of Apple Health.")
    if path.suffix.lower() != ".zip":
        return path.open("rb")
    for member in members_of(path):
        if member.name.endswith("export.xml"):
            return member.open()
    raise NotAnEntry(
        "There is no export.xml in this archive.", where=str(path), remedy="Give Apple Health's own export."
    )


def _moments(file: BinaryIO, gathered: _Gathered, rejects: Rejects) -> Iterator[Entry]:
    """The entries of readings and symptoms, block by block."""
    found: list[Entry] = []
    parser = expat.ParserCreate()
    depth = 0

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal depth
        if depth == 0 and name != "HealthData":
            raise NotAnEntry(
                f"This is no export of Apple Health: it begins with {name[:40]!r}.",
                remedy="In the Health app: your picture, then Export All Health Data.",
            )
        depth += 1
        if name == "Record":
            _record(given, gathered, found, rejects, parser.CurrentLineNumber)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        for block in _cleaned(file):
            parser.Parse(block, False)
            yield from found
            found.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as broken:
        raise NotAnEntry(
            f"The export is damaged or was cut off: {expat.errors.messages[broken.code]}.",
            where=f"line {broken.lineno}",
            remedy="Export it again; nothing of it was noted.",
        ) from None
    except DAMAGED as broken:
        raise NotAnEntry(
            f"The archive is damaged: {str(broken)[:80]}.", remedy="Export it again; nothing of it was noted."
        ) from None
    yield from found


def _cleaned(file: BinaryIO) -> Iterator[bytes]:
    """The bytes without document type and control characters. The line of a mistake counts from after it."""
    head = b""
    while block := file.read(_BLOCK):
        head += block
        begin = head.find(b"<!DOCTYPE")
        ready = begin < 0 and len(head) > 200
        if begin >= 0:
            inner, close = head.find(b"[", begin), head.find(b">", begin)
            last = head.find(b"]>", inner) if 0 <= inner < close or close < 0 else close - 1
            if last >= 0:
                head = head[:begin] + b"\n" * head[begin : last + 2].count(b"\n") + head[last + 2 :]
                ready = True
        if ready or len(head) > _LONGEST_HEAD:
            break
    yield head.translate(None, _CONTROLS)
    while block := file.read(_BLOCK):
        yield block.translate(None, _CONTROLS)


def _record(
    given: dict[str, str], gathered: _Gathered, found: list[Entry], rejects: Rejects, line: int
) -> None:
    kind = given.get("type", "")
    for prefix in _PREFIX:
        kind = kind.removeprefix(prefix)
    if kind not in _PRESSURE and kind not in _SUMS and kind not in _SYMPTOMS and kind != "SleepAnalysis":
        return
    try:
        at, until = (
            _moment(given.get("startDate", "")),
            _moment(given.get("endDate") or given.get("startDate", "")),
        )
        if kind in _PRESSURE:
            _pressure(_PRESSURE[kind], given, at, gathered, found)
        elif kind in _SYMPTOMS:
            _symptom(_SYMPTOMS[kind], given, at, gathered, found)
        elif kind in _SUMS:
            _sum(kind, given, at, gathered)
        elif given.get("value", "").startswith(_ASLEEP):
            _asleep(given, at, until, gathered)
    except (NotAnEntry, ValueError) as refused:
        why = refused.what if isinstance(refused, NotAnEntry) else str(refused)
        rejects.add(
            line, why, f"{kind} {given.get('startDate', '')} {given.get('value', '')} {given.get('unit', '')}"
        )


def _pressure(id: str, given: dict[str, str], at: datetime, gathered: _Gathered, found: list[Entry]) -> None:
    one = outcomes()[id]
    value = value_of(one, f"{given.get('value', '')} {given.get('unit', '')}".strip())
    origin = _origin(id, at, f"{value:g}")
    if _is_new(origin, gathered):
        found.append(
            OutcomeEntry(
                day=at.date(), at=at, outcome=id, value=value, unit=one.unit, source=SOURCE, origin=origin,
                group=f"{SOURCE}:pressure:{at.astimezone(UTC).isoformat()}",
            )
        )  # fmt: skip


def _symptom(what: str, given: dict[str, str], at: datetime, gathered: _Gathered, found: list[Entry]) -> None:
    word = next((w for w in (*_SEVERITY, "NotPresent") if given.get("value", "").endswith(w)), "Unspecified")
    if given.get("value", "").endswith("NotPresent"):
        return
    origin = _origin(what, at, word)
    if _is_new(origin, gathered):
        found.append(
            SideEffect(
                day=at.date(), at=at, what=what, severity=_SEVERITY.get(word), source=SOURCE, origin=origin
            )
        )


def _sum(kind: str, given: dict[str, str], at: datetime, gathered: _Gathered) -> None:
    id, units = _SUMS[kind]
    if given.get("unit", "") not in units:
        raise ValueError(f"{given.get('unit', '')!r} is no unit of {influences()[id].name}")
    unit, factor = units[given["unit"]]
    value = float(given.get("value", ""))
    if not 0 <= value < float("inf"):
        raise ValueError(f"{given['value']} is no amount")
    by_source = gathered.sums[(id, unit, at.date())]
    source = given.get("sourceName", "")
    by_source[source] = by_source.get(source, 0.0) + value * factor


def _asleep(given: dict[str, str], at: datetime, until: datetime, gathered: _Gathered) -> None:
    if not at < until <= at + timedelta(days=1):
        raise ValueError("a sleep that ends before it begins, or lasts more than a day")
    night = (until + timedelta(days=1)).date() if until.time() > _EVENING else until.date()
    gathered.nights[night].setdefault(given.get("sourceName", ""), []).append((at, until))


def _sums(gathered: _Gathered, rejects: Rejects) -> Iterator[Entry]:
    """One entry a day and influence, of the source that has most days."""
    days = Counter((id, source) for (id, _, _), by in gathered.sums.items() for source in by)
    for (id, unit, day), by_source in sorted(gathered.sums.items()):
        source = max(by_source, key=lambda one: (days[(id, one)], one))
        one, amount = influences()[id], round(by_source[source], 1)
        high = one.high if unit == one.unit else one.other_units[unit]
        if amount > high:
            rejects.add(
                0, f"{amount:g} {unit} cannot be {one.name}: at most {high:g} a day", f"{day} {source}"
            )
            continue
        yield Confounder(
            day=day,
            what=id,
            amount=amount,
            unit=unit,
            source=SOURCE,
            origin=f"{SOURCE}:{id}:{unit}:{day.isoformat()}",
        )


def _nights(gathered: _Gathered, rejects: Rejects) -> Iterator[Entry]:
    """Minutes asleep of each night, of the source that has most nights; overlapping stretches count once."""
    one = outcomes()["sleep-time"]
    nights = Counter(source for by_source in gathered.nights.values() for source in by_source)
    for day, by_source in sorted(gathered.nights.items()):
        source = max(by_source, key=lambda name: (nights[name], name))
        minutes = round(_covered(by_source[source]))
        if not one.low <= minutes <= one.high:
            rejects.add(0, f"{minutes} min cannot be {one.name}", f"{day} {source}")
            continue
        yield OutcomeEntry(
            day=day, outcome=one.id, value=float(minutes), unit=one.unit, source=SOURCE,
            origin=f"{SOURCE}:{one.id}:{day.isoformat()}",
        )  # fmt: skip


def _covered(stretches: list[tuple[datetime, datetime]]) -> float:
    minutes, until = 0.0, datetime.min.replace(tzinfo=UTC)
    for begin, end in sorted(stretches):
        if end > until:
            minutes += (end - max(begin, until)).total_seconds() / 60
            until = end
    return minutes


def _moment(text: str) -> datetime:
    """'2026-11-20 07:02:11 +0100'; the offset is that of the place where it was written."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no moment with its time zone") from None


def _origin(what: str, at: datetime, value: str) -> str:
    return f"{SOURCE}:{what}:{at.astimezone(UTC).isoformat()}:{value}"


def _is_new(origin: str, gathered: _Gathered) -> bool:
    """A record inside a correlation stands a second time outside it, and other sources repeat it."""
    mark = hashlib.blake2b(origin.encode(), digest_size=12).digest()
    if mark in gathered.seen:
        return False
    gathered.seen.add(mark)
    return True

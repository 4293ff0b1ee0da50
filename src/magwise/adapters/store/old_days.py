"""What an earlier Magwise kept about days, one JSON line a report, is taken over once.

All of it goes into the database in one transaction, and only then are the old files removed. Lines that cannot be read
stay in a file beside, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from magwise.adapters.store import tables
from magwise.adapters.store.engine import writing
from magwise.adapters.store.files import write_whole
from magwise.adapters.store.places import LOCAL
from magwise.schedule.log import Report, Said

if TYPE_CHECKING:
    from magwise.adapters.store.store import Store

__all__ = ["REJECTS", "forget_rejects", "take_over"]

REJECTS = "lines-that-could-not-be-read.jsonl"
_LARGEST = 50_000_000


@dataclass
class _Old:
    """One old file; `reports` with whether each was taken back."""

    person: str
    start: date | None = None
    reports: list[tuple[date, Report]] = field(default_factory=list)
    bad: list[dict[str, str]] = field(default_factory=list)


def take_over(store: Store, home: Path) -> int:
    """How many reports were taken over; 0 where there is nothing old."""
    folder = home / "days"
    if not folder.is_dir():
        return 0
    paths = [path for path in sorted(folder.glob("*.jsonl")) if path.name != REJECTS]
    paths = [path for path in paths if path.stat().st_size <= _LARGEST]
    if not paths:
        return 0
    found = [_read(path) for path in paths]
    seen = _last_seen(folder)
    with writing(store.engine) as connection:
        for one in found:
            _keep(connection, one, seen)
    bad = [json.dumps(line, ensure_ascii=False) for one in found for line in one.bad]
    if bad:
        write_whole(folder / REJECTS, ("\n".join(bad) + "\n").encode(), private=True)
    for path in (*paths, folder / "last-person"):
        path.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()
    return sum(len(one.reports) for one in found)


def forget_rejects(home: Path) -> None:
    """The lines that could not be read are gone, too."""
    folder = home / "days"
    (folder / REJECTS).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _keep(connection: sa.Connection, old: _Old, seen: str | None) -> None:
    people, mine = tables.day_people, tables.day_people.c
    there = sa.select(mine.person).where(mine.owner == LOCAL, mine.person == old.person)
    if connection.execute(there).first():
        return  # the database knows this person already, and newer
    now = datetime.now(UTC)
    connection.execute(
        sa.insert(people).values(
            owner=LOCAL, person=old.person, start=old.start, seen=now if old.person == seen else None
        )
    )
    rows = [
        {"owner": LOCAL, "person": old.person, "day": day, "noted": now, **asdict(report)}
        for day, report in old.reports
    ]
    if rows:
        connection.execute(sa.insert(tables.day_reports), rows)


def _read(path: Path) -> _Old:
    old = _Old(str(path))
    for number, line in enumerate(_lines(path), 1):
        try:
            record = json.loads(line)
            match record["kind"]:
                case "file":
                    old.person = str(record["person"])
                case "start":
                    old.start = date.fromisoformat(record["start"])
                case "report":
                    old.reports.append((date.fromisoformat(record["day"]), _report(record)))
                case "undo":
                    _take_back(old, date.fromisoformat(record["day"]))
        except (KeyError, TypeError, ValueError, RecursionError) as bad:
            old.bad.append(
                {"file": path.name, "line": str(number), "why": str(bad)[:200], "given": line[:2000]}
            )
    return old


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_bytes().split(b"\n"):
        if line.strip():
            yield line.decode("utf-8", errors="replace")


def _take_back(old: _Old, day: date) -> None:
    for at in range(len(old.reports) - 1, -1, -1):
        if old.reports[at][0] == day:
            del old.reports[at]
            return


def _report(record: dict[str, Any]) -> Report:
    report = Report(
        said=Said(record["said"]),
        now=int(record["now"]),
        what=str(record["what"])[:300],
        at=int(record["at"]),
        elemental_mg=float(record["elemental_mg"]),
        dose=str(record["dose"])[:200],
        yesterday=record["yesterday"] is True,
        late_min=int(record["late_min"]),
    )
    if not 0 <= report.elemental_mg < float("inf"):
        raise ValueError("no amount")
    return report


def _last_seen(folder: Path) -> str | None:
    try:
        return (folder / "last-person").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None

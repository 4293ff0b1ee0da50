"""Reports about days, kept in one append-only file for each person file.

Comes in: reports as they are made. Goes out: a `DayLog` for each day, and the day of the first dose. Every line is on
the disk before its command says that it was noted, so that a crash loses at most the line being written; such a
torn line is told of, and cut off by the next one. Two commands at once wait for each other. The files lie in the
folder for application data of this user (MAGWISE_HOME names another) and can be read by this user only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from magwise.adapters.store.files import sync_folder, write_whole
from magwise.errors import MagwiseError, NotFound
from magwise.schedule.log import DayLog, Report, Said

__all__ = ["DayStore", "Kept", "every_store", "forget", "home", "remember", "remembered"]

LARGEST_FILE = 50_000_000  # bytes; ten reports a day fill a hundredth of it in a year
LONGEST_NAME = 300
FURTHEST = 3 * 24 * 60  # minutes from midnight that a report can speak of
_LAST = "last-person"
_ENDING = ".jsonl"


def home() -> Path:
    """Where this user's days are kept."""
    given = os.environ.get("MAGWISE_HOME")
    if given:
        return Path(given).expanduser() / "days"
    from platformdirs import user_data_path

    return Path(user_data_path("magwise", appauthor=False)) / "days"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file holds.

    start    the day of the first dose, where it was noted
    damaged  numbers of lines that cannot be read; cut: the last line is torn
    """

    start: date | None = None
    logs: dict[date, DayLog] = field(default_factory=dict)
    damaged: tuple[int, ...] = ()
    cut: bool = False

    def log(self, day: date) -> DayLog:
        return self.logs.get(day, DayLog(day))


class DayStore:
    """The reports about the days of one person file."""

    def __init__(self, person: Path) -> None:
        self.person = person.resolve()
        name = hashlib.sha256(os.fsencode(self.person)).hexdigest()[:24]
        self.path = home() / f"{name}{_ENDING}"

    def read(self) -> Kept:
        """Everything that can be read; a file that is not there is empty."""
        return _folded(*_lines(self._content()))

    def note_start(self, start: date) -> None:
        self._append({"kind": "start", "start": start.isoformat()})

    def note(self, day: date, report: Report) -> None:
        self._append({"kind": "report", "day": day.isoformat(), **asdict(report)})

    def take_back(self, day: date) -> None:
        """The last report of this day does not count any more."""
        self._append({"kind": "undo", "day": day.isoformat()})

    def records(self) -> tuple[list[dict[str, Any]], list[str]]:
        """Every record as it stands in the file, and the lines that cannot be read."""
        lines, _ = _lines(self._content())
        read = [(text, _record(text)) for text in lines]
        return [one for _, one in read if one is not None], [text for text, one in read if one is None]

    def delete(self) -> bool:
        """Nothing of it is left. False when there was nothing."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as refused:
            raise _refused(self.path, refused) from None
        if remembered() == self.person:
            forget()
        return True

    def _content(self) -> bytes:
        try:
            with self.path.open("rb") as file, _locked(file.fileno(), shared=True):
                content = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            return b""
        except OSError as refused:
            raise _refused(self.path, refused) from None
        if len(content) > LARGEST_FILE:
            raise MagwiseError(
                "The kept days are larger than years of reports.",
                where=str(self.path),
                remedy="Save them with `magwise day --export FILE`, then remove them with `magwise day --delete`.",
            )
        return content

    def _append(self, record: dict[str, Any]) -> None:
        """The record is on the disk, as one line, or an error says why not."""
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        try:
            _private_folder(self.path.parent)
            with _open_to_append(self.path) as descriptor:
                size = _without_torn_line(descriptor)
                if size == 0:
                    head = {"kind": "file", "format": 1, "person": str(self.person)}
                    line = json.dumps(head, ensure_ascii=False).encode() + b"\n" + line
                _write(descriptor, line, size)
            sync_folder(self.path.parent)
        except OSError as refused:
            raise _refused(self.path, refused) from None


def every_store() -> list[DayStore]:
    """A store for each person file that days are kept of; a file that does not name its own is named by its path."""
    stores = []
    for path in sorted(home().glob(f"*{_ENDING}")):
        with path.open("rb") as file:
            head = _record(file.readline(10_000).decode("utf-8", errors="replace")) or {}
        store = DayStore(Path(str(head.get("person", path))))
        store.path = path
        stores.append(store)
    return stores


def remember(person: Path) -> None:
    """From now on this is the person file that is meant when none is named."""
    if remembered() == person.resolve():
        return
    try:
        _private_folder(home())
    except OSError as refused:
        raise _refused(home(), refused) from None
    write_whole(home() / _LAST, os.fsencode(person.resolve()), private=True)


def remembered() -> Path | None:
    """The person file that `magwise day` saw last."""
    try:
        raw = (home() / _LAST).read_bytes()
    except OSError:
        return None
    return Path(os.fsdecode(raw)) if raw and b"\0" not in raw and len(raw) < 5000 else None


def forget() -> None:
    with contextlib.suppress(FileNotFoundError):
        (home() / _LAST).unlink()


def _lines(content: bytes) -> tuple[list[str], bool]:
    """The whole lines, and whether the last one is torn."""
    *whole, rest = content.split(b"\n")
    return [line.decode("utf-8", errors="replace") for line in whole], bool(rest)


def _folded(lines: list[str], cut: bool) -> Kept:
    """The records in their order: a later start counts, an undo takes the last report of its day back."""
    start: date | None = None
    logs: dict[date, DayLog] = {}
    damaged = []
    for number, text in enumerate(lines, 1):
        record = _record(text)
        try:
            if record is None:
                damaged.append(number)
            elif record["kind"] == "start":
                start = date.fromisoformat(record["start"])
            elif record["kind"] == "report":
                day = date.fromisoformat(record["day"])
                logs[day] = logs.get(day, DayLog(day)).saying(_report(record))
            elif record["kind"] == "undo":
                day = date.fromisoformat(record["day"])
                log = logs.get(day, DayLog(day))
                logs[day] = replace(log, reports=log.reports[:-1])
        except (KeyError, TypeError, ValueError):
            damaged.append(number)
    return Kept(start, logs, tuple(damaged), cut)


def _record(text: str) -> dict[str, Any] | None:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    known = {"file", "start", "report", "undo"}
    return record if isinstance(record, dict) and record.get("kind") in known else None


def _report(record: dict[str, Any]) -> Report:
    """Raises KeyError, TypeError or ValueError for what is none."""
    report = Report(
        said=Said(record["said"]),
        now=_minute(record["now"]),
        what=_name(record["what"]),
        at=_minute(record["at"]),
        elemental_mg=float(record["elemental_mg"]),
        dose=_name(record["dose"]),
        yesterday=record["yesterday"] is True,
        late_min=_minute(record["late_min"]),
    )
    if not (math.isfinite(report.elemental_mg) and report.elemental_mg >= 0):
        raise ValueError("no amount")
    return report


def _minute(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > FURTHEST:
        raise ValueError("no minute of a day")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise ValueError("no name")
    return value


def _private_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


@contextlib.contextmanager
def _open_to_append(path: Path) -> Iterator[int]:
    """The file, locked, and certainly the one that has this name (another command may have deleted it)."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with _locked(descriptor, shared=False):
                if _is_still(path, descriptor):
                    yield descriptor
                    return
        finally:
            os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _without_torn_line(descriptor: int) -> int:
    """The size of the file after its last whole line; what a crash left behind it is cut off."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    back = min(size, 1 << 16)
    os.lseek(descriptor, size - back, os.SEEK_SET)
    tail = os.read(descriptor, back)
    whole = size - back + tail.rfind(b"\n") + 1
    if whole != size:
        os.ftruncate(descriptor, whole)
    return whole


def _write(descriptor: int, line: bytes, size: int) -> None:
    """All of it to the disk, or nothing and the reason."""
    os.lseek(descriptor, size, os.SEEK_SET)
    try:
        left = memoryview(line)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


if sys.platform == "win32":
    import msvcrt

    @contextlib.contextmanager
    def _locked(descriptor: int, *, shared: bool) -> Iterator[None]:
        """Windows locks bytes: one far behind the end stands for the file, and nobody shares it."""
        os.lseek(descriptor, 1 << 40, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            yield
        finally:
            os.lseek(descriptor, 1 << 40, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    @contextlib.contextmanager
    def _locked(descriptor: int, *, shared: bool) -> Iterator[None]:
        """Waits until nobody else writes; readers share the file."""
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def _refused(path: Path, refused: OSError) -> MagwiseError:
    if isinstance(refused, FileNotFoundError):
        return NotFound("The folder for kept days is not there.", where=str(path))
    return MagwiseError(
        f"The kept days cannot be read or written: {refused.strerror}.",
        where=str(path),
        remedy="Set MAGWISE_HOME to a folder that you may write to.",
    )

"""What was read -> two files, and a note of how far they are right.

The note is replaced as a whole after each chunk, so whatever moment a run ends at, the files up to the note hold every
row once; a resumed run cuts them there and goes on with the next row. The target itself appears when all is done.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from magwise.adapters.catalogue.chunks import Done
from magwise.errors import WrongUse

__all__ = ["Output", "Tally", "rejects_of"]


@dataclass(slots=True)
class Tally:
    """Rows so far; `resumed` of them by an earlier run, `guessed` of them in an encoding that was guessed."""

    read: int = 0
    rejected: int = 0
    guessed: int = 0
    resumed: int = 0
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        return self.read + self.rejected


def rejects_of(out: Path) -> Path:
    return out.with_name(out.name + ".rejects.jsonl")


class Output:
    """Open for one run; `job` says what run this is, since another one's rows must not be continued."""

    def __init__(self, out: Path, job: dict[str, Any], *, resume: bool) -> None:
        self.out, self.job, self.resume = out, job, resume
        self.lines = out.with_name(out.name + ".part")
        self.rejects = rejects_of(out)
        self.note = out.with_name(out.name + ".note")
        self.tally = Tally()
        self._files: tuple[IO[bytes], ...] = ()  # of the rows, and of the rejects
        self.complete = False  # an earlier run had read everything

    def __enter__(self) -> Output:
        self.out.parent.mkdir(parents=True, exist_ok=True)
        good, bad = self._noted() if self.resume else (0, 0)
        if not (self.complete and not self.lines.exists()):
            self._files = (_shortened(self.lines, good), _shortened(self.rejects, bad))
            self._write_note()
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()

    def take(self, done: Done) -> None:
        """These lines are on disk, and noted."""
        good_file, bad_file = self._files
        for read, line in done.lines:
            (good_file if read else bad_file).write(line.encode())
        good = sum(read for read, _ in done.lines)
        self.tally.read += good
        self.tally.rejected += len(done.lines) - good
        self.tally.guessed += done.guessed
        self._write_note()

    def finish(self) -> None:
        """The target holds everything, and nothing else is left but the rejects."""
        self.complete = True
        if self._files:
            self._write_note()
            os.fsync(self._files[0].fileno())
            self.__exit__()
            _put(self.lines, self.out)
        if not self.tally.rejected:
            self.rejects.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def _write_note(self) -> None:
        for file in self._files:
            file.flush()
        note = {
            "job": self.job,
            "tally": asdict(self.tally),
            "bytes": [file.tell() for file in self._files],
            "complete": self.complete,
        }
        fresh = self.note.with_name(self.note.name + ".new")
        fresh.write_text(json.dumps(note), encoding="utf-8")
        fresh.replace(self.note)

    def _noted(self) -> tuple[int, int]:
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
            good, bad = note["bytes"]
            tally = Tally(**note["tally"])
        except (OSError, ValueError, TypeError, KeyError):
            return 0, 0
        if note["job"] != self.job:
            differs = ", ".join(key for key in self.job if note["job"].get(key) != self.job[key])
            raise WrongUse(
                f"The run that was cut off was another one: {differs} differs.",
                where=str(self.note),
                remedy="Leave out --resume to begin anew.",
            )
        self.complete = bool(note["complete"])
        if not (self.complete and self.out.exists()) and _size(self.lines) < good:
            self.complete = False  # the computer itself went down before the rows reached the disk
            return 0, 0
        if _size(self.rejects) < bad:
            self.complete = False
            return 0, 0
        self.tally = tally
        self.tally.resumed = tally.rows
        return good, bad


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else -1


def _shortened(path: Path, size: int) -> IO[bytes]:
    file = path.open("r+b" if path.exists() else "w+b")
    file.truncate(size)
    file.seek(size)
    return file


def _put(lines: Path, out: Path) -> None:
    if out.suffix != ".parquet":
        lines.replace(out)
        return
    from magwise.adapters.catalogue.tables import as_parquet

    fresh = out.with_name(out.name + ".new")
    as_parquet(lines, fresh)
    fresh.replace(out)
    lines.unlink()

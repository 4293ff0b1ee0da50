"""What the documents show: their pages, links, fenced blocks, and sessions that can be run again."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
THE_DAY = "2026-11-22"  # plans in the documents are answered as on this day, so that they stay as shown


def documents() -> list[Path]:
    """Every page that people read, generated ones included."""
    tops = list(ROOT.glob("*.md"))
    return sorted([*tops, *(ROOT / "docs").rglob("*.md")])


def written_by_hand() -> list[Path]:
    return [path for path in documents() if ROOT / "docs" / "reference" not in path.parents]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of one language, dedented (a block may stand inside a list)."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


@dataclass(frozen=True)
class Turn:
    """One command of a session, and the lines that the page shows after it."""

    command: str
    shown: tuple[str, ...]


def turns(session: str) -> list[Turn]:
    found: list[Turn] = []
    for line in session.splitlines():
        if line.startswith("$ "):
            found.append(Turn(line[2:], ()))
        elif found:
            found[-1] = Turn(found[-1].command, (*found[-1].shown, line))
    return found


def sessions() -> Iterator[tuple[Path, list[Turn]]]:
    for path in written_by_hand():
        together = [turn for block in blocks(path, "console") for turn in turns(block)]
        if together:
            yield path, together


def run(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    """What this line prints, run in this process: `magwise ...`, with `echo|printf|sed ... |` and `> FILE`."""
    command, _, target = command.partition(" > ")
    before, _, after = command.rpartition(" | ")
    words = shlex.split(after)
    if words[0] == "magwise":
        given = _printed(before, folder) if before else ""
        printed, status = _magwise(words[1:], given, monkeypatch)
    else:
        printed, status = _printed(command, folder), 0
    if target:
        (folder / target).write_text(printed, encoding="utf-8")
        return "", status
    return printed, status


def _printed(command: str, folder: Path) -> str:
    """What the few shell commands in the documents print."""
    name, *words = shlex.split(command)
    if name == "echo":
        return " ".join(words) + "\n"
    if name == "printf":
        return words[0].replace("\\n", "\n").replace("%%", "%")
    assert name == "sed", f"the documents show a command that this test does not know: {command}"
    old, new = re.fullmatch(r"s/(.*)/(.*)/", words[0]).groups()
    return (folder / words[1]).read_text(encoding="utf-8").replace(old, new)


def _magwise(words: list[str], given: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    from magwise.adapters.cli import main

    if words[0] in {"plan", "check"} and "--today" not in words:
        words = [*words, "--today", THE_DAY]
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
    out = io.StringIO()
    status = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            main(words)
        except SystemExit as left:
            status = int(left.code or 0)
    return out.getvalue(), status


def agree(shown: tuple[str, ...], printed: str) -> str | None:
    """None when the page shows what was printed; else what differs. A line of three dots stands for any lines.

    Blank lines and spaces at the end do not count. A shown line that ends with three dots is its beginning.
    """
    wanted = [line.rstrip() for line in shown if line.strip()]
    real = [line.rstrip() for line in printed.splitlines() if line.strip()]
    at, free = 0, False
    for line in wanted:
        if line == "...":
            free = True
            continue
        ahead = range(at, len(real)) if free else range(at, min(at + 1, len(real)))
        where = next((index for index in ahead if _same(line, real[index])), None)
        if where is None:
            return f"{line!r} is not {'among' if free else 'the next of'} {real[at : at + 8]}"
        at, free = where + 1, False
    if not free and at < len(real):
        return f"more was printed: {real[at : at + 3]}"
    return None


def _same(line: str, printed: str) -> bool:
    return printed.startswith(line[:-3].rstrip()) if line.endswith("...") else line == printed

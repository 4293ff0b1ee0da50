"""The main job: `magwise plan` from a cold start, and `advise()` warm, beside what Python itself costs."""

from __future__ import annotations

import datetime
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

__all__ = ["main", "rows"]

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "thyroid-nurse.toml"
Row = tuple[str, float, str, float | None]


def main() -> None:
    print(f"{'job':<44}{'ours':>12}  {'peer':<18}{'peer takes':>12}{'ratio':>9}")
    for job, ours, peer, theirs in rows():
        beside = f"{theirs:>9.1f} ms{ours / theirs:>8.1f}x" if theirs is not None else ""
        print(f"{job:<44}{ours:>9.1f} ms  {peer:<18}{beside}")


def rows() -> Iterator[Row]:
    """(job, our median in ms, peer, the peer's median in ms)."""
    bare = _process("-c", "pass")
    parts = _process("-c", "import pydantic, typer, yaml")
    plan = _process("-m", "magwise", "plan", str(EXAMPLE), "--json")
    yield "magwise plan, cold start", plan, "python -c pass", bare
    yield "  of that, parts we build on", parts, "python -c pass", bare
    check = _process("-m", "magwise", "check", str(EXAMPLE), "--json")
    yield "magwise check, cold start", check, "python -c pass", bare
    yield "advise(), warm, worked example", _warm(EXAMPLE), "none", None
    busiest = max((ROOT / "examples").glob("*.toml"), key=lambda path: path.read_text().count("[["))
    yield f"advise(), warm, {busiest.stem}", _warm(busiest), "none", None


def _process(*arguments: str) -> float:
    def run() -> None:
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True, cwd=ROOT)

    return _median(run, times=7)


def _warm(person_file: Path) -> float:
    from magwise.advise import advise
    from magwise.person_file import read_person_file

    person, today = read_person_file(person_file), datetime.date(2026, 11, 22)
    advise(person, today=today)
    return _median(lambda: advise(person, today=today), times=100)


def _median(run: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        begin = perf_counter()
        run()
        spent.append((perf_counter() - begin) * 1000)
    return statistics.median(spent)


if __name__ == "__main__":
    main()

"""A whole catalogue: rows a second and cost per row as the catalogue grows, beside a bare regex pass.

The catalogue is written here: full labels in five kinds, no two the same. The peer opens the same file, decodes the
same JSON and runs one regular expression; it finds a figure, and knows nothing of salts, servings or languages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.labels import FORMS, PLAIN

__all__ = ["main", "rows"]

SIZES = (10_000, 100_000)
LINES = (
    "Magnesium (as Magnesium {form}) {mg} mg",
    "Zinc (as Zinc Picolinate) {mg} mg",
    "Vitamin B6 (as Pyridoxine Hydrochloride) {mg} mg",
    "Magnesium {form} {mg} mg",
)
PANEL = """Supplement Facts
Serving Size 2 Capsules
Servings Per Container {servings}
Amount Per Serving % Daily Value
Magnesium (as Magnesium {form}) {mg} mg {percent}%
Zinc (as Zinc Picolinate) 15 mg 136%
Other ingredients: hypromellose, rice flour, magnesium stearate. Lot {n}"""
Row = tuple[str, float, str, float | None]


def rows(sizes: tuple[int, ...] = SIZES) -> Iterator[Row]:
    """(job, ours, peer, the peer's): microseconds of wall clock for a row, then megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        for kind, write in (("ingredient lines", _line), ("full labels", _panel)):
            for size in sizes if kind == "ingredient lines" else sizes[:1]:
                source = _written(Path(folder, "in.jsonl"), size, write)
                peer = _bare(source)
                for out in ("out.parquet",):
                    seconds, memory = _screen(source, Path(folder, out))
                    what = f"{size:,} {kind}"
                    yield f"{what}, microseconds a row", 1e6 * seconds / size, "bare regex", 1e6 * peer / size
                    yield f"{what}, most memory of one process, MB", memory, "bare regex", None
        begin = perf_counter()
        _magwise("league", "out.parquet", "--json", cwd=Path(folder))
        yield f"league of {sizes[0]:,} rows, seconds, cold", perf_counter() - begin, "none", None


def _line(n: int) -> str:
    return LINES[n % 4].format(form=FORMS[n % 9], mg=20 + n % 700) + f" #{n}"


def _panel(n: int) -> str:
    mg = 20 + n % 480
    return PANEL.format(servings=30 + n % 91, form=FORMS[n % 9], mg=mg, percent=round(100 * mg / 420), n=n)


def _written(path: Path, size: int, text: object) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for n in range(size):
            file.write(json.dumps({"id": n, "raw_text": text(n)}) + "\n")  # type: ignore[operator]
    return path


def _bare(source: Path) -> float:
    """One core, the file read, every row decoded, searched and written."""
    begin = perf_counter()
    with source.open(encoding="utf-8") as lines, source.with_name("bare.jsonl").open("w") as out:
        for line in lines:
            record = json.loads(line)
            found = PLAIN.search(record["raw_text"])
            out.write(json.dumps({"id": record["id"], "mg": found and float(found[1])}) + "\n")
    return perf_counter() - begin


def _screen(source: Path, out: Path) -> tuple[float, float]:
    """The command as it is typed, its start included; and the most memory that its largest process held."""
    code = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(done.returncode)"
    )
    command = [sys.executable, "-m", "magwise", "screen", str(source), "--out", str(out)]
    begin = perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)
    kilobytes = int(done.stdout) / (1024 if sys.platform == "darwin" else 1)
    return perf_counter() - begin, kilobytes / 1024


def _magwise(*arguments: str, cwd: Path) -> None:
    subprocess.run([sys.executable, "-m", "magwise", *arguments], cwd=cwd, capture_output=True, check=True)


def main() -> None:
    print(f"{os.cpu_count()} cores; the command in all of them, the peer in one")
    for job, ours, peer, theirs in rows():
        beside = "" if theirs is None else f"   {peer}: {theirs:,.1f} (ours takes {ours / theirs:,.1f} times)"
        print(f"{job:<58} {ours:>9,.1f}{beside}", flush=True)


if __name__ == "__main__":
    main()

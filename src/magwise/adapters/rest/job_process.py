"""The process that reads one uploaded catalogue: told what to do on standard input, it tells progress as JSON lines.

It can be killed at any time. It bounds itself: memory, seconds of work, and bytes of any file it writes.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from magwise.errors import MagwiseError

__all__ = ["main"]

MEMORY = 3 * 1024**3
SECONDS = 600
LARGEST_FILE = 4 * 1024**3
EVERY_SHARE = 0.01


def main() -> None:
    given = json.loads(sys.stdin.read())
    _bounded()
    from magwise.adapters.catalogue import Job, Tally, screened

    last = -1.0

    def progress(tally: Tally, share: float) -> None:
        nonlocal last
        if share - last >= EVERY_SHARE or share >= 1:
            last = share
            _say({"rows": tally.rows, "rejected": tally.rejected, "share": share})

    source, out = Path(given.pop("source")), Path(given.pop("out"))
    try:
        tally = screened(Job(source, out, workers=1, **given), progress=progress)
    except MagwiseError as known:
        _say(
            {"error": {"title": known.title, "detail": _without(known.what, source), "remedy": known.remedy}}
        )
        return
    except (MemoryError, OSError, OverflowError) as full:
        what = f"It needs more room than there is ({type(full).__name__})."
        _say(
            {
                "error": {
                    "title": "The catalogue could not be read",
                    "detail": what,
                    "remedy": "Send a part of it.",
                }
            }
        )
        return
    _say({"rows": tally.rows, "rejected": tally.rejected, "share": 1.0, "done": True})


def _say(said: dict[str, object]) -> None:
    print(json.dumps(said), flush=True)


def _without(text: str, source: Path) -> str:
    """The words without the place on the server's disk."""
    return text.replace(str(source), source.name).replace(str(source.parent), "")


def _bounded() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the bound is an error, told of
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()

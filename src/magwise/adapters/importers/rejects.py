"""What an import could not take: each with its line and reason, a bounded number of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Rejects"]

_MOST = 10_000
_LONGEST = 500


@dataclass
class Rejects:
    """How many there were, and the first ten thousand of them."""

    count: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)

    def add(self, line: int, why: str, given: str) -> None:
        self.count += 1
        if len(self.kept) < _MOST:
            self.kept.append({"line": line, "why": why[:_LONGEST], "given": given[:_LONGEST]})

    def write(self, beside: Path) -> Path | None:
        """The file with all that is kept, beside the one that was read; None when there is nothing to keep."""
        from magwise.adapters.store import write_whole

        if not self.kept:
            return None
        place = beside.with_name(f"{beside.name}.rejects.jsonl")
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in self.kept)
        write_whole(place, lines.encode(), private=True)
        return place

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.kept)

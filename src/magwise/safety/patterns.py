"""Ways of saying a thing that no list of phrases can hold: "pulse 38", "BP 85/50"."""

from __future__ import annotations

__all__ = ["slugs_by_pattern"]


def slugs_by_pattern(text: str, room: str) -> tuple[str, ...]:
    """Slugs whose patterns stand in this text."""
    return ()

"""One module for each page; each has a `router`."""

from __future__ import annotations

import importlib

from fastapi import APIRouter

__all__ = ["routers"]

_PAGES = (
    "home",
    "label",
    "about",
    "plan",
    "today",
    "helped",
    "report",
    "compare",
    "evidence",
    "facts",
    "catalogue",
    "yours",
    "account",
)


def routers() -> tuple[APIRouter, ...]:
    """The routes of every page."""
    return tuple(importlib.import_module(f"{__name__}.{page}").router for page in _PAGES)

"""The addresses of the API, by what they are about. One module for each subject; each has a `router`."""

from __future__ import annotations

import importlib

from fastapi import APIRouter

__all__ = ["routers"]

_SUBJECTS = (
    "answers",
    "reading",
    "knowledge",
    "numbers",
    "people",
    "days",
    "diary",
    "trials",
    "catalogue",
    "session",
)


def routers() -> tuple[APIRouter, ...]:
    return tuple(importlib.import_module(f"{__name__}.{subject}").router for subject in _SUBJECTS)

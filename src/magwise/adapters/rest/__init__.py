"""The REST API under /api/v1: everything the product does, as JSON. It talks, and decides nothing.

`install(app)` mounts it into the server's app; the same functions answer here and on the command line, so that the two
cannot disagree. The address holds the version: under it fields and routes are only ever added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["PREFIX", "install"]

PREFIX = "/api/v1"


def install(app: FastAPI) -> None:
    """Everything under PREFIX is answered by the API, from here on."""
    from magwise.adapters.rest.app import api_of

    app.state.api = api_of(app)
    app.mount(PREFIX, app.state.api, name="api")

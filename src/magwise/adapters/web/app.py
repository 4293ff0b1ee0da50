"""`create_app(settings)` gives the whole server as one ASGI app: pages, and the REST API beside them."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

import magwise
from magwise.adapters.photo import Reader
from magwise.adapters.web import pages, problems
from magwise.adapters.web.desk import Lent, in_database
from magwise.adapters.web.guard import Guard
from magwise.adapters.web.sessions import Sessions
from magwise.adapters.web.settings import Settings
from magwise.errors import MagwiseError

__all__ = ["create_app"]

REST = "magwise.adapters.rest"


def create_app(settings: Settings | None = None) -> FastAPI:
    """A server that is ready to answer. It opens no network connection of its own."""
    settings = settings or Settings()
    app = FastAPI(
        title="Magwise",
        version=magwise.__version__,
        summary="From a magnesium label to a decision you can check.",
        docs_url=None,  # the ready-made pages load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        exception_handlers={
            HTTPException: problems.on_http,
            RequestValidationError: problems.on_unreadable,
            MagwiseError: problems.on_ours,
        },
    )
    app.state.settings = settings
    app.state.desk = in_database(settings.database) if settings.database else None
    app.state.lent = Lent()
    app.state.eye = Reader()
    for router in pages.routers():
        app.include_router(router, include_in_schema=False)
    if importlib.util.find_spec(REST) is not None:
        importlib.import_module(REST).install(app)
    app.add_api_route("/health", _health, include_in_schema=False)
    app.mount("/static", _Static(directory=Path(__file__).parent / "static"), name="static")
    app.add_middleware(Sessions, secure=settings.secure)
    app.add_middleware(
        Guard, settings=settings, refused=problems.refused
    )  # added last, so it stands outermost
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Parts that must be closed hang themselves into `app.state.closing`."""
    async with contextlib.AsyncExitStack() as closing:
        app.state.closing = closing
        for part in (app.state.eye, app.state.lent, app.state.desk):
            if part is not None:
                closing.callback(part.close)
        yield


def _health() -> Response:
    return JSONResponse({"status": "ok", "version": magwise.__version__})


class _Static(StaticFiles):
    """Our own files: their address changes with their content, so browsers may keep them."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response

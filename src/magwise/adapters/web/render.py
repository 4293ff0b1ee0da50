"""Templates -> pages. Every value is escaped; what a template misses is an error, not an empty space."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

import magwise
from magwise import wording
from magwise.adapters.web.manner import Manner, manner_of
from magwise.adapters.web.sessions import COOKIE, csrf_of

__all__ = ["page", "static_version"]

HERE = Path(__file__).parent
THEME = "magwise_theme"


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """This template with these values and with what every page needs."""
    manner = values.pop("manner", None) or manner_of(request.headers.get("accept-language", ""))
    theme = request.cookies.get(THEME, "")
    text = _environment().get_template(template).render(
        csrf=csrf_of(request) if hasattr(request.state, "session") else "",
        here=request.url.path,
        theme=theme if theme in ("light", "dark") else "",
        version=magwise.__version__,
        wording=wording,
        **_spoken(manner),
        **values,
    )  # fmt: skip
    return HTMLResponse(text, status_code=status)


def _spoken(manner: Manner) -> dict[str, Any]:
    return {"manner": manner, "num": manner.number, "fixed": manner.fixed, "clock": manner.clock}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["static"] = lambda name: f"/static/{name}?v={static_version()}"
    environment.filters["capital"] = lambda text: text[:1].upper() + text[1:]
    return environment


@cache
def static_version() -> str:
    """Changes when any file under static does, so that browsers may keep them."""
    content = b"".join(path.read_bytes() for path in sorted((HERE / "static").iterdir()) if path.is_file())
    return hashlib.sha256(content).hexdigest()[:12]


COOKIES = (COOKIE, THEME)

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
from magwise.adapters.web.sessions import csrf_of

__all__ = ["THEME", "Told", "page", "static_version"]

NAV = {
    "main": (
        ("/label", "Label"),
        ("/about", "You"),
        ("/plan", "Plan"),
        ("/today", "Today"),
        ("/helped", "Did it help"),
    ),
    "more": (
        ("/compare", "Compare"),
        ("/report", "Report"),
        ("/evidence", "Evidence"),
        ("/facts", "Facts"),
        ("/catalogue", "Catalogue"),
        ("/yours", "Your data"),
    ),
}
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
        nav=NAV,
        accounts=request.app.state.settings.accounts,
        signed_in=bool(getattr(request.state, "owner", None)),
        demo=values.pop("demo", False),
        **_spoken(manner),
        **values,
    )  # fmt: skip
    return HTMLResponse(text, status_code=status)


def _for_pages(remedy: str) -> str:
    """A remedy that speaks of the person file, for somebody who has none: where to answer instead."""
    return "Answer it under “You”." if any(sign in remedy for sign in ("[", " = ", "person file")) else remedy


class Told(dict[str, Any]):
    """Answers for a template: what was not told is None, and not an error."""

    def __missing__(self, key: str) -> None:
        return None


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
    environment.filters["for_pages"] = _for_pages
    return environment


@cache
def static_version() -> str:
    """Changes when any file under static does, so that browsers may keep them."""
    content = b"".join(path.read_bytes() for path in sorted((HERE / "static").iterdir()) if path.is_file())
    return hashlib.sha256(content).hexdigest()[:12]

"""Every address of the REST API, from its own description."""

from __future__ import annotations

from typing import Any

from magwise.adapters.report.markdown import code, page, table

__all__ = ["pages"]

_METHODS = ("get", "post", "put", "delete")


def pages() -> dict[str, str]:
    """Path under docs/reference -> the page."""
    return {"api.md": _api()}


def _api() -> str:
    from magwise.adapters.rest import problems
    from magwise.adapters.web.app import create_app
    from magwise.adapters.web.settings import Settings

    described = create_app(Settings(quiet=True)).state.api.openapi()
    return page(
        "The REST API",
        "Everything the product does, as JSON under `/api/v1`: the same engine as the command line. "
        "[How to use it](../how-to/use-the-api.md). A running server shows the same with every field at "
        "`/api/v1/docs`, and as OpenAPI at `/api/v1/openapi.json`.",
        *(
            part
            for tag, rows in _by_tag(described).items()
            for part in (f"## {tag.capitalize()}", table(["address", "does", "takes", "gives"], rows))
        ),
        "## Refusals",
        "Problem details (RFC 9457, `application/problem+json`) with `type`, `title`, `status`, `detail`, `where` and "
        "`remedy`. Errors of the product keep their name from [the page of errors](errors.md), like "
        "`urn:magwise:error:NotAPerson`. Those of the server itself:",
        table(
            ["status", "name", "means"],
            [(one.status, code(one.name), one.title) for one in _kinds(problems)],
        ),
    )


def _by_tag(described: dict[str, Any]) -> dict[str, list[tuple[str, str, str, str]]]:
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for path, methods in described["paths"].items():
        for method in _METHODS:
            if method in methods:
                told = methods[method]
                row = (code(f"{method.upper()} {path}"), _first(told), _taken(told), _given(told))
                found.setdefault(told["tags"][0], []).append(row)
    return found


def _first(told: dict[str, Any]) -> str:
    return str(told.get("description", "")).split("\n\n")[0].replace("\n", " ")


def _taken(told: dict[str, Any]) -> str:
    bodies = [_name(one["schema"]) for one in told.get("requestBody", {}).get("content", {}).values()]
    asked = [code(one["name"]) for one in told.get("parameters", ()) if one["in"] == "query"]
    return ", ".join([*bodies, *asked])


def _given(told: dict[str, Any]) -> str:
    for status, one in sorted(told["responses"].items()):
        if status.startswith("2"):
            kinds = [
                _name(content.get("schema", {})) or kind for kind, content in one.get("content", {}).items()
            ]
            return f"{status} {kinds[0]}" if kinds else status
    return ""


def _name(schema: dict[str, Any]) -> str:
    name = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
    return "a form" if name.startswith("Body_") else code(name) if name else ""


def _kinds(problems: Any) -> list[Any]:
    named = [getattr(problems, name) for name in problems.__all__]
    kinds = [one for one in named if isinstance(one, problems.Kind)]
    return sorted(kinds, key=lambda one: (one.status, one.name))

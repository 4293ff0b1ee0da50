"""The description of the API: as OpenAPI, and as one page for people, without script and without any other server."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request, Response

from magwise.adapters.rest.etags import etag_of, is_known

__all__ = ["add_docs"]

Schema = dict[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")
_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
code, pre { font: .875em/1.45 ui-monospace, monospace; background: var(--soft); border-radius: .2rem; }
code { padding: .1em .3em; overflow-wrap: anywhere; } pre { padding: .75rem; overflow-x: auto; }
summary { cursor: pointer; padding: .6rem .25rem; border-bottom: 1px solid var(--line); }
summary b { display: inline-block; min-width: 4.5rem; } details > :not(summary) { margin-left: 1rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .3rem .6rem;
  border-bottom: 1px solid var(--line); }
.wide { overflow-x: auto; }
"""


def add_docs(api: FastAPI) -> None:
    """/openapi.json, /docs and its stylesheet."""

    @api.get("/openapi.json", include_in_schema=False)
    def openapi(request: Request) -> Response:
        return _kept(request, json.dumps(api.openapi(), ensure_ascii=False), "application/json")

    @api.get("/docs", include_in_schema=False)
    def docs(request: Request) -> Response:
        return _kept(request, "\n".join(_page(api.openapi())), "text/html; charset=utf-8")

    @api.get("/docs.css", include_in_schema=False)
    def style(request: Request) -> Response:
        return _kept(request, _STYLE, "text/css; charset=utf-8")

    @api.get("/", include_in_schema=False)
    def index() -> Response:
        links = {"about": "/api/v1/about", "docs": "/api/v1/docs", "openapi": "/api/v1/openapi.json"}
        return Response(json.dumps({"name": "Magwise", "version": api.version, "links": links}),
                        media_type="application/json")  # fmt: skip


def _kept(request: Request, text: str, kind: str) -> Response:
    headers = {"ETag": etag_of(text), "Cache-Control": "private, no-cache"}
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=kind, headers=headers)


def _page(described: Schema) -> Iterator[str]:
    info = described["info"]
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<title>The API of Magwise</title><link rel="stylesheet" href="/api/v1/docs.css"></head><body><main>'
    yield f"<h1>The API of Magwise</h1><p>{_e(info['summary'])} Version {_e(info['version'])}. "
    yield '<a href="/api/v1/openapi.json">As OpenAPI</a>. <a href="/">To the pages for people</a>.</p>'
    yield "".join(f"<p>{_words(part)}</p>" for part in info["description"].split("\n\n"))
    for tag, routes in _by_tag(described).items():
        yield f'<h2 id="{_e(tag)}">{_e(tag.capitalize())}</h2>'
        for path, method, route in routes:
            yield from _route(described, path, method, route)
    yield '<h2 id="shapes">Shapes</h2>'
    for name, shape in sorted(described["components"]["schemas"].items()):
        yield f'<details id="shape-{_e(name)}"><summary><code>{_e(name)}</code> {_words(_first(shape))}</summary>'
        yield from _fields(shape)
        yield "</details>"
    yield "</main></body></html>"


def _by_tag(described: Schema) -> dict[str, list[tuple[str, str, Schema]]]:
    found: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, methods in described["paths"].items():
        for method in _METHODS:
            if method in methods:
                route = methods[method]
                found.setdefault(route["tags"][0], []).append((path, method, route))
    return found


def _route(described: Schema, path: str, method: str, route: Schema) -> Iterator[str]:
    first, _, rest = route.get("description", "").partition("\n\n")
    yield f"<details><summary><b>{method.upper()}</b> <code>/api/v1{_e(path)}</code> {_words(first)}</summary>"
    yield "".join(f"<p>{_words(part)}</p>" for part in rest.split("\n\n") if part)
    if route.get("parameters"):
        yield '<div class="wide"><table><tr><th>Parameter</th><th>In</th><th>Means</th></tr>'
        for one in route["parameters"]:
            yield f"<tr><td><code>{_e(one['name'])}</code></td><td>{_e(one['in'])}</td>"
            yield f"<td>{_words(one.get('description', ''))}</td></tr>"
        yield "</table></div>"
    for kind, body in route.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Takes <code>{_e(kind)}</code>: {_kind(body['schema'])}</p>"
    yield "<p>Answers "
    yield ", ".join(_answer(status, one) for status, one in sorted(route["responses"].items()))
    yield "</p></details>"


def _answer(status: str, one: Schema) -> str:
    kinds = [_kind(content.get("schema", {})) for content in one.get("content", {}).values()]
    shape = f" ({kinds[0]})" if kinds and status.startswith("2") else ""
    return f"<code>{_e(status)}</code> {_e(one.get('description', ''))}{shape}"


def _fields(shape: Schema) -> Iterator[str]:
    if "properties" not in shape:
        yield f"<pre>{_e(json.dumps(shape, indent=1, ensure_ascii=False))}</pre>"
        return
    needed = shape.get("required", ())
    yield '<div class="wide"><table><tr><th>Field</th><th>Holds</th><th>Means</th></tr>'
    for name, field in shape["properties"].items():
        must = "" if name in needed else " (may be left out)"
        yield f"<tr><td><code>{_e(name)}</code></td><td>{_kind(field)}{must}</td>"
        yield f"<td>{_words(field.get('description', ''))}</td></tr>"
    yield "</table></div>"


def _kind(field: Schema) -> str:
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        return f'<a href="#shape-{_e(name)}">{_e(name)}</a>'
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_kind(one) for one in field["anyOf"]))
    if "enum" in field:
        return ", ".join(f"<code>{_e(str(one))}</code>" for one in field["enum"])
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    return _e(str(field.get("format") or field.get("type", "anything")))


def _first(shape: Schema) -> str:
    return str(shape.get("description", "")).split("\n", 1)[0]


def _words(text: str) -> str:
    """Escaped, with `code` marked."""
    parts = _e(text.strip()).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def _e(text: str) -> str:
    return html.escape(text)

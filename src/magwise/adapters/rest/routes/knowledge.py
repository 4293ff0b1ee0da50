"""What is known, who says so, and why a rule decides as it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

from magwise import knowledge, wording
from magwise.adapters.cli.about import about_json
from magwise.adapters.cli.knowledge import behind, fact_json
from magwise.adapters.contract import CheckAnswer, PlanAnswer
from magwise.adapters.day_answer import DayAnswer
from magwise.adapters.rest.etags import etag_of, is_known
from magwise.adapters.rest.paging import Cursor, Limit, linked, page_of
from magwise.adapters.rest.problems import Problem
from magwise.adapters.rest.routing import plain_json, refusals, router_of
from magwise.adapters.rest.shapes import (
    FactOut,
    Facts,
    Limits,
    LimitsWish,
    PersonFile,
    Reading,
    Schemas,
    SearchWish,
    Why,
    WhyWish,
)
from magwise.errors import NotFound
from magwise.facts import Fact
from magwise.intake import reference_intake, supplement_limit

__all__ = ["SCHEMAS", "holding", "router"]

router = router_of("knowledge")

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "check": CheckAnswer,
    "day": DayAnswer,
    "person": PersonFile,
    "plan": PlanAnswer,
    "problem": Problem,
    "read": Reading,
}


class About(BaseModel):
    version: str
    knowledge: str
    text: str


@router.get("/about", response_model=About, responses=refusals())
def about(request: Request) -> Response:
    """What Magwise is for, what it does not do, and which versions answer."""
    return _public(request, about_json())


@router.get("/facts", response_model=Facts, responses=refusals())
def facts(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Every fact with its source and standing, page by page."""
    return _facts_page(request, knowledge.all_facts(), limit, cursor)


@router.post("/facts/search", response_model=Facts, responses=refusals())
def search(request: Request, wish: SearchWish, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Facts that hold all of these words. A body, since words looked for say something about who looks."""
    return _facts_page(request, tuple(holding(wish.words)), limit, cursor)


@router.get("/facts/{id}", response_model=FactOut, responses=refusals(404))
def fact(request: Request, id: str) -> Response:
    """One fact with its source and standing."""
    return _public(request, fact_json(knowledge.find(id[:200])))


@router.post("/why", response_model=Why, responses=refusals(404))
def why(wish: WhyWish) -> Response:
    """Why a rule decides as it does, its sources and its cases: by a finding's rule, a fact, or a rule of the spec."""
    found = list(behind(wish.rule))
    if not found:
        raise NotFound(
            "Nothing has this name.",
            where="rule",
            remedy="Give a finding's rule (keep-apart-levothyroxine), a fact (IX019) or a spec id (B070.1).",
        )
    return plain_json({"rule": wish.rule, "behind": found})


@router.post("/limits", response_model=Limits, responses=refusals())
def limits(wish: LimitsWish) -> Response:
    """The most from supplements and what to get in all, by country, age and sex; every authority is shown."""
    limit = supplement_limit(wish.country, wish.age, wish.weight_kg)
    reference = reference_intake(wish.country, wish.age, wish.sex, wish.pregnant, wish.breastfeeding)
    said = {"limit": asdict(limit), "reference": asdict(reference), "note": wording.FOOD_IS_NOT_COUNTED}
    return plain_json(said)


@router.get("/schema", response_model=Schemas, responses=refusals())
def schemas(request: Request) -> Response:
    """The names of the published shapes."""
    return _public(request, {"schemas": list(SCHEMAS)})


@router.get("/schema/{name}", response_model=dict[str, Any], responses=refusals(404))
def schema(request: Request, name: str) -> Response:
    """One published shape, as JSON Schema."""
    if name not in SCHEMAS:
        raise NotFound("There is no such schema.", remedy=f"There are: {', '.join(SCHEMAS)}.")
    return _public(request, _schema(name))


@cache
def _schema(name: str) -> dict[str, Any]:
    mode = "validation" if name == "person" else "serialization"
    published = SCHEMAS[name].model_json_schema(by_alias=True, mode=mode)  # type: ignore[arg-type]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **published}


def _facts_page(request: Request, every: tuple[Fact, ...], limit: int, cursor: str | None) -> Response:
    page = page_of(every, lambda one: one.id, limit, cursor)
    response = _public(request, {"facts": [fact_json(one) for one in page.items], "next": page.next})
    linked(request, response, page.next, limit)
    return response


def holding(words: str) -> Iterator[Fact]:
    """Facts in which all of these words stand, in what they say, their values or their sources."""
    wanted = words.casefold().split()
    for one, text in _searchable():
        if all(word in text for word in wanted):
            yield one


@cache
def _searchable() -> tuple[tuple[Fact, str], ...]:
    def text(one: Fact) -> str:
        cited = " ".join(map(str, one.citations))
        values = " ".join(str(value) for key, value in one.values.items() if key not in {"cases", "when"})
        return f"{one.id} {one.says} {values} {cited}".casefold()

    return tuple((one, text(one)) for one in knowledge.all_facts())


def _public(request: Request, said: Mapping[str, Any]) -> Response:
    """Nothing of a person: a client may keep it, and asks whether it is still right."""
    response = plain_json(said)
    tag = etag_of(bytes(response.body))
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.method == "GET" and is_known(request, tag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response

"""Kept people: person files under names of one's own, with a version against lost changes.

Addresses hold an id that tells nothing; the name stands in bodies only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tomllib
from typing import Annotated, Any

import tomlkit
from fastapi import Path, Request, Response
from pydantic import BaseModel, Field

from magwise.adapters.cli.change import what_would_change_for
from magwise.adapters.contract import CheckAnswer, CourseOut, PlanAnswer, answer_of, bytes_of, check_of
from magwise.adapters.rest.etags import etag_of, is_known, must_match
from magwise.adapters.rest.keeping import Key, Owner, StoreHere, keeping_router_of
from magwise.adapters.rest.paging import Cursor, Limit, linked, page_of
from magwise.adapters.rest.problems import CHANGED, CONFLICT, NOT_FOUND, Refused
from magwise.adapters.rest.routing import Today, given_json, plain_json, refusals
from magwise.adapters.rest.shapes import Changes, Given, Listed, PersonFile
from magwise.adapters.simulated import forecast_of
from magwise.adapters.store.people import KeptPerson, StalePerson
from magwise.adapters.store.store import Store
from magwise.advise import advise
from magwise.errors import OutsideTheModel
from magwise.person import Person
from magwise.person_file import from_inputs, from_json

__all__ = ["Id", "kept_person", "person_of", "router"]

router = keeping_router_of("people")

Id = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{22}$", description="from the list of people")]
MOST_PEOPLE = 500


class NewPerson(Given):
    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\u0000-\u001f\u007f]+$")
    person: PersonFile


class PersonWish(Given):
    person: PersonFile


class ChangeOnly(Given):
    change: str = Field(max_length=2_000, examples=["kidney=normal"])


class PersonShort(BaseModel):
    id: str
    name: str
    version: int
    updated: str


class PersonOut(PersonShort):
    person: PersonFile


class People(Listed):
    people: list[PersonShort]


@router.get("/people", response_model=People, responses=refusals())
def people(
    request: Request, owner: Owner, store: StoreHere, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Everybody who is kept, by name."""
    page = page_of(store.people(owner).all(), lambda one: id_of(owner, one.name), limit, cursor)
    response = plain_json({"people": [_short(owner, one) for one in page.items], "next": page.next})
    linked(request, response, page.next, limit)
    return response


@router.post(
    "/people", status_code=201, response_model=PersonOut, responses=refusals(409), dependencies=[Key]
)
def keep_a_person(wish: NewPerson, owner: Owner, store: StoreHere) -> Response:
    """Keep a person under a new name. The person is read first: what cannot be read is not kept."""
    from_json(wish.person.root, place="person")
    if len(store.people(owner).all()) >= MOST_PEOPLE:
        raise Refused(CONFLICT, f"{MOST_PEOPLE} people are kept already.", remedy="Delete some first.")
    try:
        kept = store.people(owner).save(wish.name, _as_toml(wish.person.root), version=0)
    except StalePerson:
        raise Refused(
            CONFLICT,
            "Somebody is kept under this name already.",
            where="body, name",
            remedy="Choose another name, or PUT the one that is there.",
        ) from None
    response = _answer(owner, kept)
    response.status_code = 201
    response.headers["Location"] = f"/api/v1/people/{id_of(owner, kept.name)}"
    return response


@router.get("/people/{id}", response_model=PersonOut, responses=refusals(404))
def one_person(request: Request, id: Id, owner: Owner, store: StoreHere) -> Response:
    """One person, with the version as ETag."""
    kept = kept_person(store, owner, id)
    if is_known(request, tag := _tag(owner, kept)):
        return Response(status_code=304, headers={"ETag": tag})
    return _answer(owner, kept)


@router.put("/people/{id}", response_model=PersonOut, responses=refusals(404, 412, 428), dependencies=[Key])
def change_a_person(request: Request, id: Id, wish: PersonWish, owner: Owner, store: StoreHere) -> Response:
    """The whole person anew. Needs `If-Match` with the ETag that was read, so that no change is lost."""
    kept = kept_person(store, owner, id)
    must_match(request, _tag(owner, kept), needed=True)
    from_json(wish.person.root, place="person")
    try:
        return _answer(
            owner, store.people(owner).save(kept.name, _as_toml(wish.person.root), version=kept.version)
        )
    except StalePerson:
        raise Refused(CHANGED, "Somebody changed it at this moment.", remedy="Read it again.") from None


@router.delete("/people/{id}", status_code=204, responses=refusals(404, 412), dependencies=[Key])
def delete_a_person(request: Request, id: Id, owner: Owner, store: StoreHere) -> Response:
    """The person, and what was reported about their days, are gone."""
    kept = kept_person(store, owner, id)
    must_match(request, _tag(owner, kept), needed=False)
    store.days(owner, kept.name).delete()
    store.people(owner).delete(kept.name)
    return Response(status_code=204)


@router.get("/people/{id}/plan", response_model=PlanAnswer, responses=refusals(404))
def plan(id: Id, owner: Owner, store: StoreHere, today: Today) -> Response:
    """The plan of a kept person."""
    return given_json(bytes_of(answer_of(advise(person_of(store, owner, id), today=today))))


@router.get("/people/{id}/check", response_model=CheckAnswer, responses=refusals(404))
def check(id: Id, owner: Owner, store: StoreHere, today: Today) -> Response:
    """Safety only, for a kept person."""
    return given_json(bytes_of(check_of(advise(person_of(store, owner, id), today=today))))


@router.get("/people/{id}/course", response_model=CourseOut, responses=refusals(404, 503))
def course(request: Request, id: Id, owner: Owner, store: StoreHere, today: Today) -> Response:
    """The simulated course of a kept person's plan."""
    advice = advise(person_of(store, owner, id), today=today)
    with request.app.state.parts.heavy.passed():
        found = forecast_of(advice)
    if found is None:
        raise OutsideTheModel(
            "This plan holds no dose to simulate.", remedy="The plan says why there is none."
        )
    return plain_json(found)


@router.post("/people/{id}/changes", response_model=Changes, responses=refusals(404))
def changes(id: Id, wish: ChangeOnly, owner: Owner, store: StoreHere, today: Today) -> Response:
    """What another answer to one question would change for a kept person. Nothing is kept of it."""
    found = what_would_change_for(person_of(store, owner, id), wish.change, today)
    return plain_json({"change": wish.change, "changes": found})


def id_of(owner: str, name: str) -> str:
    """What names a person in addresses: the same for ever, and silent about the name."""
    digest = hashlib.sha256(f"person\0{owner}\0{name}".encode("utf-8", errors="surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def kept_person(store: Store, owner: str, id: str) -> KeptPerson:
    """The person with this id among the owner's. Raises Refused."""
    for one in store.people(owner).all():
        if id_of(owner, one.name) == id:
            return one
    raise Refused(NOT_FOUND, "Nobody is kept under this id.", remedy="GET /api/v1/people lists who is.")


def person_of(store: Store, owner: str, id: str) -> Person:
    kept = kept_person(store, owner, id)
    return from_inputs(_tables(kept), place="person")


def _answer(owner: str, kept: KeptPerson) -> Response:
    return plain_json({**_short(owner, kept), "person": _tables(kept)}, {"ETag": _tag(owner, kept)})


def _short(owner: str, kept: KeptPerson) -> dict[str, Any]:
    return {
        "id": id_of(owner, kept.name),
        "name": kept.name,
        "version": kept.version,
        "updated": kept.updated.isoformat(),
    }


def _tag(owner: str, kept: KeptPerson) -> str:
    return etag_of(owner, kept.name, str(kept.version), kept.content)


def _tables(kept: KeptPerson) -> dict[str, Any]:
    """The tables of a person file; of a draft, what was told so far."""
    if kept.format == "draft":
        from magwise.adapters.web.draft import Draft

        return Draft.from_json(kept.content).tables
    plain: dict[str, Any] = json.loads(json.dumps(tomllib.loads(kept.content), default=str))
    return plain


def _as_toml(tables: dict[str, Any]) -> str:
    """A person file as `magwise plan` reads it. What is null is not told, so it is left out."""
    return str(tomlkit.dumps(_without_null(tables)))


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_null(one) for one in value if one is not None]
    return value

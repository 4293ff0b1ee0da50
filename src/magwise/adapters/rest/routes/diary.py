"""The diary: what somebody noted about their days, and everything that is kept of them, to take along or to remove."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from magwise.adapters.diary_answer import SafetyOut, safety_out
from magwise.adapters.rest.keeping import Key, Owner, StoreHere, keeping_router_of
from magwise.adapters.rest.paging import Cursor, Limit, linked, page_of
from magwise.adapters.rest.problems import UNFIT, Refused
from magwise.adapters.rest.routing import plain_json, refusals
from magwise.adapters.rest.shapes import Given, Listed
from magwise.adapters.store.entry_rows import json_of, of_json
from magwise.diary import Entry, Kind, OutcomeEntry
from magwise.diary.flags import red_flags
from magwise.diary.reading import value_of
from magwise.diary.vocabulary import outcome
from magwise.errors import NotAnEntry, NotFound

__all__ = ["router"]

router = keeping_router_of("diary")

EntryId = Annotated[int, Path(ge=1, le=2**31 - 1)]
DayAsked = Annotated[str | None, Query(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
KindWord = Literal["dose", "outcome", "confounder", "lab", "side_effect"]
Words = Annotated[str, Field(max_length=200, pattern=r"^[^\u0000]*$")]
Text = Annotated[str, Field(max_length=2_000, pattern=r"^[^\u0000]*$")]
Amount = Annotated[float, Field(ge=-1e12, le=1e12)]


class EntryWish(Given):
    """One thing of one day. Which fields belong to which kind is said in the reference of the diary."""

    kind: KindWord
    day: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2026-11-22"])
    at: str | None = Field(default=None, max_length=40, description="ISO 8601 with its offset from UTC")
    zone: Words = ""
    note: Text = ""
    origin: Words = Field(default="", description="the same origin is kept once")
    group: Words = ""
    taking: Literal["taken", "late", "skipped", "other"] | None = None
    elemental_mg: Amount | None = None
    elemental_low_mg: Amount | None = None
    elemental_high_mg: Amount | None = None
    units: Amount | None = None
    product: Words | None = None
    form: Words | None = None
    label: str | None = Field(default=None, max_length=20_000, pattern=r"^[^\u0000]*$")
    meal: Words | None = None
    outcome: Words | None = None
    value: Amount | None = None
    unit: Words | None = None
    what: Text | None = None
    amount: Amount | None = None
    words: Text | None = None
    loinc: str | None = Field(default=None, max_length=20, pattern=r"^[0-9-]*$")
    severity: int | None = Field(default=None, ge=1, le=3)


class EntriesWish(Given):
    """All of them are kept, or none."""

    entries: list[EntryWish] = Field(min_length=1, max_length=500)


class EntryOut(BaseModel):
    """An entry as it is kept, with the fields of its kind beside these."""

    model_config = ConfigDict(extra="allow")

    id: int
    kind: KindWord
    day: str
    source: str
    noted: str


class EntriesKept(BaseModel):
    """What was noted, and whether any of it is a sign to get help: show `safety` first."""

    safety: SafetyOut
    entries: list[EntryOut]


class Entries(Listed):
    entries: list[EntryOut]


class Removed(BaseModel):
    removed: int


class Restored(BaseModel):
    entries: int


class Backup(BaseModel):
    """Everything of one owner, with a sum over it; another Magwise can read it back."""

    model_config = ConfigDict(extra="allow")

    magwise_diary: int
    saved: str
    sha256: str


@router.get("/diary/entries", response_model=Entries, responses=refusals())
def entries(
    request: Request,
    owner: Owner,
    store: StoreHere,
    first: DayAsked = None,
    last: DayAsked = None,
    kind: Annotated[KindWord | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What was noted of these days, oldest first."""
    kinds = Kind if kind is None else [Kind(kind)]
    found = store.diary(owner).entries(_day(first, "first"), _day(last, "last"), kinds)
    page = page_of(found, lambda one: str(one.id), limit, cursor)
    response = plain_json({"entries": [json_of(one) for one in page.items], "next": page.next})
    linked(request, response, page.next, limit)
    return response


@router.post(
    "/diary/entries", status_code=201, response_model=EntriesKept, responses=refusals(), dependencies=[Key]
)
def note(wish: EntriesWish, owner: Owner, store: StoreHere) -> Response:
    """Note entries. They are on the disk when this answers."""
    kept = store.diary(owner).add_all([_entry(one) for one in wish.entries])
    # all that stands, not these alone: tiredness is a sign only beside the magnesium of earlier days
    safety = safety_out(red_flags(store.diary(owner).entries())).model_dump(mode="json", by_alias=True)
    response = plain_json({"safety": safety, "entries": [json_of(one) for one in kept]})
    response.status_code = 201
    return response


@router.get("/diary/entries/{id}", response_model=EntryOut, responses=refusals(404))
def one_entry(id: EntryId, owner: Owner, store: StoreHere) -> Response:
    """One entry, also one that was taken back."""
    return plain_json(json_of(store.diary(owner).entry(id)))


@router.put("/diary/entries/{id}", response_model=EntryOut, responses=refusals(404), dependencies=[Key])
def correct(id: EntryId, wish: EntryWish, owner: Owner, store: StoreHere) -> Response:
    """The right entry in place of this one, under a new id: the old one is taken back, and nothing is overwritten."""
    return plain_json(json_of(store.diary(owner).correct(id, _entry(wish))))


@router.delete("/diary/entries/{id}", status_code=204, responses=refusals(404), dependencies=[Key])
def take_back(id: EntryId, owner: Owner, store: StoreHere) -> Response:
    """This entry does not count any more."""
    store.diary(owner).withdraw([id])
    return Response(status_code=204)


@router.get("/everything", response_model=Backup, responses=refusals())
def export(owner: Owner, store: StoreHere) -> Response:
    """Everything that is kept of you: diary, people, days, trials. Keep it where only you can read it."""
    headers = {"Content-Disposition": 'attachment; filename="magwise.json"'}
    return plain_json(store.diary(owner).export(), headers)


@router.put("/everything", response_model=Restored, responses=refusals(), dependencies=[Key])
def restore(saved: dict[str, Any], owner: Owner, store: StoreHere) -> Response:
    """What was exported stands in place of everything there is. A damaged or edited one changes nothing."""
    return plain_json({"entries": store.diary(owner).restore(saved)})


@router.delete("/everything", response_model=Removed, responses=refusals())
def delete_everything(request: Request, owner: Owner, store: StoreHere) -> Response:
    """Nothing of you is left, neither in the tables nor in the free pages of the file. An account itself stays."""
    request.app.state.parts.catalogues.delete_all(owner)
    return plain_json({"removed": store.diary(owner).delete_everything()})


def _entry(wish: EntryWish) -> Entry:
    given = {name: value for name, value in wish.model_dump().items() if value not in (None, "")}
    given["source"] = "api"
    entry = of_json(given)
    if not _FIRST <= entry.day <= _LAST:
        raise NotAnEntry(
            "This day is not one that can be noted.", where="day", remedy="Write it like 2026-11-22."
        )
    return _of_its_outcome(entry) if isinstance(entry, OutcomeEntry) else entry


def _of_its_outcome(entry: OutcomeEntry) -> Entry:
    """The entry under the outcome's own id and in its own unit, as `magwise log` keeps it. Raises NotAnEntry."""
    try:
        one = outcome(entry.outcome)
    except NotFound as unknown:
        raise NotAnEntry(unknown.what, where="outcome", remedy=unknown.remedy) from None
    value = value_of(one, f"{entry.value} {entry.unit}".strip())
    return replace(entry, outcome=one.id, value=value, unit=one.unit)


_FIRST, _LAST = datetime.date(1900, 1, 1), datetime.date(2200, 1, 1)


def _day(text: str | None, where: str) -> datetime.date | None:
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise Refused(
            UNFIT, "This is no day.", where=f"query, {where}", remedy="Write it like 2026-11-22."
        ) from None

"""A whole catalogue of labels: upload, progress while it is read, league tables, contradictions, download."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, StreamingResponse
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from magwise.adapters.catalogue import rejects_of
from magwise.adapters.rest.jobs import ENDINGS, Catalogues, Job
from magwise.adapters.rest.problems import Refused
from magwise.adapters.web.sessions import Form, Visit, VisitHere

__all__ = ["router"]

router = APIRouter()
SEE_OTHER = 303
EVERY_S = 0.4
A_BLOCK = 1 << 20
COLUMNS = (
    ("id", "id", "Column with the id", "id"),
    ("text", "text", "Column with the label's text", "raw_text"),
    ("price", "price", "Column with the price, if there is one", ""),
    ("pieces", "pieces", "Column with the pieces, if there is one", ""),
)


@router.get("/catalogue")
def catalogue(visit: VisitHere) -> Response:
    return _start(visit, None)


@router.post("/catalogue/upload")
async def upload(visit: VisitHere, form: Form) -> Response:
    """The file is taken in, and a process of its own begins to read it."""
    given = form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        return await run_in_threadpool(_start, visit, "Choose a file first.", 422)
    ending = max((one for one in ENDINGS if given.filename.lower().endswith(one)), key=len, default="")
    if not ending:
        return await run_in_threadpool(_start, visit, f"Give a file that ends in {', '.join(ENDINGS)}.", 422)
    try:
        job = await run_in_threadpool(_begun, visit, given, ending, _options(form))
    except Refused as refused:
        return await run_in_threadpool(_start, visit, str(refused), 503)
    return RedirectResponse(f"/catalogue/{job.id}", SEE_OTHER)


@router.get("/catalogue/{job}")
def one(visit: VisitHere, job: str) -> Response:
    """How far it is; once it is read, what it holds."""
    found = _job(visit, job)
    league = _league(visit, found) if found.state == "done" else None
    rejects = found.state == "done" and rejects_of(found.out).is_file()
    return visit.page("catalogue_job.html", job=found.told(), league=league, rejects=rejects)


@router.get("/catalogue/{job}/events")
async def events(visit: VisitHere, job: str) -> Response:
    found = await run_in_threadpool(_job, visit, job)
    return StreamingResponse(
        _told(found), media_type="text/event-stream", headers={"cache-control": "no-store"}
    )


@router.get("/catalogue/{job}/{what}.jsonl")
def download(visit: VisitHere, job: str, what: str) -> Response:
    found = _job(visit, job)
    path = {"read": found.out, "rejects": rejects_of(found.out)}.get(what)
    if path is None or found.state != "done" or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type="application/x-ndjson", filename=f"{what}.jsonl")


@router.post("/catalogue/{job}/delete")
def delete(visit: VisitHere, form: Form, job: str) -> Response:
    """Stopped, if it runs, and removed."""
    _catalogues(visit.request).delete(_job(visit, job))
    return RedirectResponse("/catalogue", SEE_OTHER)


async def _told(job: Job) -> AsyncIterator[str]:
    """The state whenever it has changed, until the job is over."""
    before: dict[str, Any] | None = None
    while True:
        over, told = job.is_over, job.told()
        if told != before:
            before = told
            yield f"event: {'end' if over else 'progress'}\ndata: {json.dumps(told)}\n\n"
        if over:
            return
        await asyncio.sleep(EVERY_S)


def _start(visit: Visit, wrong: str | None, status: int = 200) -> Response:
    jobs = [one.told() for one in _catalogues(visit.request).all(visit.owner)]
    return visit.page(
        "catalogue.html", status=status, wrong=wrong, jobs=jobs, columns=COLUMNS, endings=", ".join(ENDINGS)
    )


def _begun(visit: Visit, given: UploadFile, ending: str, options: dict[str, str]) -> Job:
    jobs = _catalogues(visit.request)
    folder = jobs.folder()
    source = folder / f"catalogue{ending}"  # nothing else of the given name is used
    with source.open("wb") as file:
        while block := given.file.read(A_BLOCK):
            file.write(block)
    return jobs.begin(visit.owner, folder, source, options)


def _options(form: Any) -> dict[str, str]:
    told = {name: str(form.get(name) or "").strip()[:100] for name, *_ in COLUMNS}
    defaults = {name: usual for name, _, _, usual in COLUMNS}
    return {f"{name}_column": text or defaults[name] for name, text in told.items() if text or defaults[name]}


def _league(visit: Visit, job: Job) -> Any:
    from magwise.adapters.catalogue.tables import league_of_file

    with visit.request.app.state.parts.heavy.passed():
        return league_of_file(job.out)


def _job(visit: Visit, id: str) -> Job:
    try:
        return _catalogues(visit.request).of(visit.owner, id)
    except Refused:
        raise HTTPException(404) from None


def _catalogues(request: Request) -> Catalogues:
    found: Catalogues = request.app.state.parts.catalogues
    return found

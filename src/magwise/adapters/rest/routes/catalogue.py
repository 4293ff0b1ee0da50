"""A whole catalogue of labels: upload, progress, league tables, what was read, what was rejected."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import File, Form, Request, Response, UploadFile
from fastapi import Path as InPath
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel

from magwise.adapters.catalogue import rejects_of
from magwise.adapters.rest.jobs import ENDINGS, Catalogues, Job
from magwise.adapters.rest.keeping import Owner
from magwise.adapters.rest.problems import CONFLICT, NOT_FOUND, TOO_LARGE, WRONG_TYPE, Refused
from magwise.adapters.rest.routing import plain_json, refusals, router_of

__all__ = ["router"]

router = router_of("catalogue")

JobId = Annotated[str, InPath(pattern="^[A-Za-z0-9_-]{22}$", alias="job")]
Column = Annotated[str, Form(min_length=1, max_length=100)]
MaybeColumn = Annotated[str | None, Form(max_length=100)]
EVERY_S = 0.3
A_BLOCK = 1 << 20


class JobOut(BaseModel):
    id: str
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    rows: int
    rejected: int
    share: float
    error: dict[str, Any] | None


class JobsOut(BaseModel):
    jobs: list[JobOut]


class LeagueOut(BaseModel):
    """Forms, contradictions, hidden oxide and prices of the catalogue."""

    rows: int
    with_magnesium: int
    with_number: int
    blends: int
    forms: list[dict[str, Any]]
    contradictions: dict[str, Any]
    hidden_oxide: list[Any]
    cheapest: list[dict[str, Any]]


@router.post("/catalogue", status_code=202, response_model=JobOut, responses=refusals(415, 503))
async def begin(
    request: Request,
    owner: Owner,
    catalogue: Annotated[UploadFile, File(description=f"one of {', '.join(ENDINGS)}")],
    id: Column = "id",
    text: Column = "raw_text",
    price: MaybeColumn = None,
    pieces: MaybeColumn = None,
) -> Response:
    """Read a whole catalogue: an upload gives a job, whose progress can be followed."""
    ending = _ending(catalogue.filename or "")
    jobs: Catalogues = request.app.state.parts.catalogues
    folder = jobs.folder()
    source = folder / f"catalogue{ending}"
    most = request.app.state.settings.largest_upload
    await run_in_threadpool(_saved, catalogue, source, most)
    options = {"id_column": id, "text_column": text}
    options |= {f"{name}_column": told for name, told in (("price", price), ("pieces", pieces)) if told}
    job = jobs.begin(owner, folder, source, options)
    response = plain_json(job.told(), {"Location": f"/api/v1/catalogue/{job.id}"})
    response.status_code = 202
    return response


@router.get("/catalogue", response_model=JobsOut, responses=refusals())
def jobs(request: Request, owner: Owner) -> Response:
    """Your jobs, oldest first."""
    return plain_json({"jobs": [one.told() for one in request.app.state.parts.catalogues.all(owner)]})


@router.get("/catalogue/{job}", response_model=JobOut, responses=refusals(404))
def one_job(request: Request, job: JobId, owner: Owner) -> Response:
    """How far it is."""
    return plain_json(_job(request, owner, job).told())


@router.get(
    "/catalogue/{job}/events",
    response_class=Response,
    responses={**refusals(404), 200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def events(request: Request, job: JobId, owner: Owner) -> Response:
    """Progress as server-sent events (`progress`, at last `end`), until the job is over."""
    found = _job(request, owner, job)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(found), media_type="text/event-stream", headers=headers)


async def _events(job: Job) -> AsyncIterator[str]:
    before = None
    while True:
        told, over = job.told(), job.is_over
        if told != before:
            before = told
            yield f"event: {'end' if over else 'progress'}\ndata: {json.dumps(told)}\n\n"
        if over:
            return
        await asyncio.sleep(EVERY_S)


@router.get("/catalogue/{job}/league", response_model=LeagueOut, responses=refusals(404, 409, 503))
def league(request: Request, job: JobId, owner: Owner) -> Response:
    """Forms, contradictions, hidden oxide and prices: what `magwise league --json` prints."""
    from magwise.adapters.catalogue.tables import league_of_file

    found = _done(_job(request, owner, job))
    with request.app.state.parts.heavy.passed():
        return plain_json(asdict(league_of_file(found.out)))


@router.get(
    "/catalogue/{job}/rows",
    response_class=Response,
    responses={
        **refusals(404, 409),
        200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}},
    },
)
def rows(request: Request, job: JobId, owner: Owner) -> Response:
    """Every row that was read, one JSON object a line: what `magwise screen` writes."""
    return _download(_done(_job(request, owner, job)).out, "read.jsonl")


@router.get(
    "/catalogue/{job}/rejects",
    response_class=Response,
    responses={
        **refusals(404, 409),
        200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}},
    },
)
def rejects(request: Request, job: JobId, owner: Owner) -> Response:
    """Every row that could not be read, with the reason."""
    return _download(rejects_of(_done(_job(request, owner, job)).out), "rejects.jsonl")


@router.delete("/catalogue/{job}", status_code=204, responses=refusals(404))
def delete(request: Request, job: JobId, owner: Owner) -> Response:
    """Stop it, if it runs, and remove everything of it."""
    request.app.state.parts.catalogues.delete(_job(request, owner, job))
    return Response(status_code=204)


def _job(request: Request, owner: str, id: str) -> Job:
    job: Job = request.app.state.parts.catalogues.of(owner, id)
    return job


def _done(job: Job) -> Job:
    if job.state != "done":
        raise Refused(
            CONFLICT,
            "The catalogue is not read, or could not be."
            if job.is_over
            else "The catalogue is still being read.",
            remedy="GET the job says how far it is, or why it failed.",
        )
    return job


def _ending(name: str) -> str:
    """The ending decides how the file is read; nothing else of its name is used."""
    low = name.lower()
    found = [one for one in ENDINGS if low.endswith(one)]
    if not found:
        raise Refused(
            WRONG_TYPE,
            "Catalogues of this kind are not read.",
            where="catalogue",
            remedy=f"Send one of {', '.join(ENDINGS)}.",
        )
    return max(found, key=len)


def _saved(upload: UploadFile, path: Path, most: int) -> None:
    taken = 0
    with path.open("wb") as file:
        while block := upload.file.read(A_BLOCK):
            taken += len(block)
            if taken > most:
                raise Refused(TOO_LARGE, "The catalogue is too large.", remedy="`magwise screen` reads it.")
            file.write(block)
    upload.file.close()


def _download(path: Path, name: str) -> Response:
    if not path.is_file():
        raise Refused(NOT_FOUND, "There is nothing of this kind.", remedy="No row was rejected.")
    return FileResponse(path, media_type="application/x-ndjson", filename=name)

"""Labels, photos, medicine lines, statements and products side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool

from magwise.adapters.cli.claims import claim_json
from magwise.adapters.cli.compare import compared, empty_table, lay_out, of_text
from magwise.adapters.photo import LARGEST_PICTURE, read_photo
from magwise.adapters.photo.json import photo_json
from magwise.adapters.quality import quality_of
from magwise.adapters.rest.problems import WRONG_TYPE, Refused
from magwise.adapters.rest.routing import Today, plain_json, refusals, router_of
from magwise.adapters.rest.shapes import (
    Claims,
    ClaimsWish,
    CompareWish,
    Comparison,
    Medicines,
    MedicinesWish,
    PhotoReading,
    Reading,
    ReadWish,
)
from magwise.advise import advise
from magwise.label import read_label
from magwise.label.claims import judge_claim
from magwise.label.json import to_json as label_json
from magwise.medicine import read_medicine
from magwise.medicine import to_json as medicine_json
from magwise.person_file import from_json

__all__ = ["router"]

router = router_of("reading")


@router.post("/read", response_model=Reading, responses=refusals())
def read(wish: ReadWish) -> Response:
    """What a label really holds, and where it says so."""
    label = read_label(wish.text, country=wish.country)
    return plain_json(label_json(label, spans=True) | {"quality": quality_of(label, wish.text)})


@router.post("/read/photo", response_model=PhotoReading, responses=refusals(415, 501, 503))
async def read_a_photo(
    request: Request,
    photo: Annotated[UploadFile, File(description="JPEG or PNG, at most 25 MB")],
    country: Annotated[str | None, Form(pattern="^[A-Za-z]{2}$")] = None,
) -> Response:
    """What a photo of a pack says. `confirmed` is false: whoever holds the pack has to compare the line."""
    content = await photo.read(LARGEST_PICTURE + 1)
    await photo.close()
    from magwise.adapters.photo import is_picture

    if not is_picture(content):
        raise Refused(
            WRONG_TYPE,
            "The part `photo` is no JPEG or PNG.",
            where="photo",
            remedy="Send the photo as it came.",
        )
    parts = request.app.state.parts

    def look() -> Response:
        with parts.photos.passed():
            return plain_json(photo_json(read_photo(content, country=country, reader=parts.reader)))

    return await run_in_threadpool(look)


@router.post("/medicines", response_model=Medicines, responses=refusals())
def medicines(wish: MedicinesWish) -> Response:
    """What medicine lines mean, and whether they matter to somebody who takes magnesium. Decides nothing."""
    return plain_json({"medicines": [medicine_json(read_medicine(line)) for line in wish.lines]})


@router.post("/claims", response_model=Claims, responses=refusals())
def claims(wish: ClaimsWish) -> Response:
    """Judge marketing statements: about an illness, exaggerated, unsafe, or allowed."""
    judged = [
        judge_claim(one.strip(), jurisdiction=wish.country, mg_per_day=wish.mg_per_day) for one in wish.claims
    ]
    return plain_json({"claims": [claim_json(one) for one in judged]})


@router.post("/compare", response_model=Comparison, responses=refusals())
def compare(wish: CompareWish, today: Today) -> Response:
    """Products side by side: magnesium per dose, uptake, comfort, quality and price."""
    table = empty_table(wish.country)
    if wish.person is not None:
        lay_out(advise(from_json(wish.person.root, place="person"), today=today), table)
    for number, one in enumerate(wish.labels, 1):
        name = one.name or f"label {number}"
        table.shelf.append(of_text(one.label, name, one.price, one.pieces, wish.currency, wish.country))
    return plain_json(compared(table, wish.mg_per_day))

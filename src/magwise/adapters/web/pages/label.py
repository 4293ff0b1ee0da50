"""The label: paste, type or photograph it; see what was read, and confirm one number."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from magwise.adapters.web.draft import Draft
from magwise.adapters.web.drawing.weights import weights
from magwise.adapters.web.numbers import Unreadable, amount
from magwise.adapters.web.printed import MARKS, pieces
from magwise.adapters.web.render import Told
from magwise.adapters.web.sessions import Form, Visit, VisitHere
from magwise.errors import MagwiseError, NotALabel
from magwise.label import read_label
from magwise.product import product_of

__all__ = ["router"]

router = APIRouter()
SEE_OTHER = 303
MOST_PRODUCTS = 40
LONGEST_LABEL = 200_000


@router.get("/label")
def label(visit: VisitHere) -> Response:
    return _form_page(visit, {})


@router.post("/label")
def read(visit: VisitHere, form: Form) -> Response:
    """Reads what was pasted, typed or photographed; it counts only once it was compared with the pack."""
    typed = {key: str(form.get(key, "")).strip() for key in ("label", "name", "price", "pieces", "currency")}
    photo = form.get("photo")
    try:
        pending = _details(typed)
        if isinstance(photo, UploadFile) and photo.size:
            pending |= _read_photo(visit.request, photo)
        elif typed["label"]:
            pending["label"] = typed["label"][:LONGEST_LABEL]
            read_label(pending["label"], country=visit.draft.country)
        else:
            return _form_page(visit, typed, wrong="Type or paste the label, or choose a photo.")
    except Unreadable as wrong:
        return _form_page(visit, typed, wrong=str(wrong), field=wrong.field)
    except MagwiseError as error:
        return _form_page(visit, typed, wrong=error.what, remedy=error.remedy)
    visit.keep(replace(visit.draft, pending=Told(pending)))
    return RedirectResponse("/label/check", SEE_OTHER)


@router.get("/label/check")
def check(visit: VisitHere) -> Response:
    pending = visit.draft.pending
    if pending is None:
        return RedirectResponse("/label", SEE_OTHER)
    return visit.page("label_check.html", **_shown(visit.draft, pending), pending=Told(pending))


@router.get("/label/crop.png")
def crop(visit: VisitHere) -> Response:
    """The line about magnesium, as the camera saw it."""
    kept = (visit.draft.pending or {}).get("crop")
    if not kept:
        return Response(status_code=404)
    return Response(base64.b64decode(kept), media_type="image/png")


@router.post("/label/confirm")
def confirm(visit: VisitHere, form: Form) -> Response:
    """The person compared the number with the pack: the product counts from now on."""
    draft, pending = visit.draft, visit.draft.pending
    if pending is None:
        return RedirectResponse("/label", SEE_OTHER)
    shown = _shown(draft, pending)
    held = shown["product"].per_unit
    row = {key: value for key, value in pending.items() if key not in ("crop", "photo", "line")}
    kept = draft.with_list("label", "products", [*draft.products, row][-MOST_PRODUCTS:])
    best = None if held is None else held.middle.mg
    confirmed = (*draft.confirmed, best)[-MOST_PRODUCTS:]
    visit.keep(replace(kept, confirmed=confirmed, pending=None))
    return RedirectResponse("/label#yours" if form.get("another") else "/about", SEE_OTHER)


@router.post("/label/again")
def again(visit: VisitHere, form: Form) -> Response:
    """It is not what the pack says: the text goes back into the form, to be mended."""
    pending = dict(visit.draft.pending or {})
    visit.keep(replace(visit.draft, pending=None))
    return _form_page(visit, {key: str(value) for key, value in pending.items() if key != "crop"})


@router.post("/label/remove")
def remove(visit: VisitHere, form: Form) -> Response:
    draft = visit.draft
    with contextlib.suppress(ValueError, IndexError):
        index = int(str(form.get("product", "")))
        products = draft.products
        del products[index]
        kept = draft.with_list("label", "products", products)
        confirmed = tuple(one for at, one in enumerate(draft.confirmed) if at != index)
        visit.keep(replace(kept, confirmed=confirmed))
    return RedirectResponse("/label", SEE_OTHER)


def _form_page(visit: Visit, typed: dict[str, str], **said: Any) -> Response:
    draft = visit.draft
    said = {"wrong": None, "remedy": None, "field": None} | said
    status = 422 if said["wrong"] else 200
    return visit.page("label.html", status=status, typed=Told(typed), yours=_yours(draft), **said)


def _yours(draft: Draft) -> list[dict[str, Any]]:
    """The products that count, each with what was read from it."""
    return [_shown(draft, row) | {"row": row} for row in draft.products]


def _shown(draft: Draft, row: Any) -> dict[str, Any]:
    read = read_label(row["label"], country=draft.country)
    product = product_of(
        read,
        name=row.get("name"),
        pieces=row.get("pieces"),
        price=row.get("price"),
        currency=row.get("currency"),
    )
    return {"read": read, "product": product, "pieces": pieces(read), "marks": MARKS, "weights": weights}


def _details(typed: dict[str, str]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if typed["name"]:
        details["name"] = " ".join(typed["name"].split())[:200]
    for field, called in (("price", "The price"), ("pieces", "The number of pieces")):
        if typed[field]:
            details[field] = amount(typed[field], field, called, least=0.01, most=1_000_000)
    if typed["currency"]:
        if len(typed["currency"]) != 3 or not typed["currency"].isalpha() or not typed["currency"].isascii():
            raise Unreadable("currency", "Write the currency as three letters, like USD or EUR.")
        details["currency"] = typed["currency"].upper()
    return details


def _read_photo(request: Request, photo: UploadFile) -> dict[str, Any]:
    """The text of the photo and the crop to compare. Raises NotALabel when no line about magnesium was seen."""
    from magwise.adapters.photo import LARGEST_PICTURE, read_photo

    content = photo.file.read(LARGEST_PICTURE + 1)
    read = read_photo(content, reader=request.app.state.eye)
    if not read.text.strip() or read.line is None:
        why = (*read.why, "No line about magnesium can be read in this photo.")[0]
        raise NotALabel(why, remedy="Come closer to the facts panel, or type its lines below.")
    found: dict[str, Any] = {"label": read.text, "photo": True, "line": read.line}
    if read.crop:
        found["crop"] = base64.b64encode(read.crop).decode()
    return found

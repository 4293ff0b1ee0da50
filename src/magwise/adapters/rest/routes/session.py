"""Signing in and out, for programs; people have pages for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Response
from pydantic import BaseModel, Field

from magwise.adapters.accounts import passwords
from magwise.adapters.accounts.door import token_of
from magwise.adapters.accounts.signing_in import TooMany
from magwise.adapters.rest.keeping import Owner, StoreHere
from magwise.adapters.rest.problems import NOT_SIGNED_IN, TOO_MANY, Refused
from magwise.adapters.rest.routing import plain_json, refusals, router_of
from magwise.adapters.rest.shapes import Given
from magwise.adapters.store import LOCAL
from magwise.errors import WrongUse

__all__ = ["router"]

router = router_of("session")

Password = Annotated[str, Field(max_length=2_000)]


class SignIn(Given):
    name: str = Field(max_length=200)
    password: Password


class NewPassword(Given):
    old: Password
    new: Password


class Session(BaseModel):
    """Who is signed in. `accounts` is false on a server that belongs to this computer's user."""

    accounts: bool
    name: str


class Signed(BaseModel):
    """Send the token as `Authorization: Bearer`. It ends by itself after three days without a request."""

    token: str
    name: str
    ends: str


@router.get("/session", response_model=Session, responses=refusals())
def who(request: Request, owner: Owner, store: StoreHere) -> Response:
    """Who is signed in."""
    accounts = request.app.state.settings.accounts
    if accounts and not hasattr(request.state, "owner"):
        raise Refused(
            NOT_SIGNED_IN,
            "Nobody is signed in.",
            remedy="POST /api/v1/session with name and password.",
            headers={"WWW-Authenticate": 'Bearer realm="Magwise"'},
        )
    name = store.accounts().get(owner).name if accounts else LOCAL
    return plain_json({"accounts": accounts, "name": name})


@router.post("/session", status_code=201, response_model=Signed, responses=refusals())
def sign_in(request: Request, wish: SignIn) -> Response:
    """A token for this name and password."""
    _check_accounts(request)
    place = request.client.host if request.client else "?"
    try:
        signed = request.app.state.parts.signing_in.try_it(wish.name, wish.password, place)
    except TooMany as many:
        raise Refused(
            TOO_MANY,
            "Too many tries.",
            remedy="Wait for the seconds in the header Retry-After.",
            headers={"Retry-After": str(many.wait_s)},
        ) from None
    if signed is None:
        raise Refused(
            NOT_SIGNED_IN,
            "Name or password is wrong.",
            remedy="Try again; `magwise account password NAME` on the server sets a new one.",
            headers={"WWW-Authenticate": 'Bearer realm="Magwise"'},
        )
    said = {"token": signed.token, "name": signed.name, "ends": signed.ends.isoformat()}
    response = plain_json(said, {"Cache-Control": "no-store"})
    response.status_code = 201
    return response


@router.delete("/session", status_code=204, responses=refusals())
def sign_out(request: Request) -> Response:
    """The token speaks for nobody from now on."""
    _check_accounts(request)
    token = token_of(request.scope)
    if token:
        request.app.state.parts.signing_in.end(token)
    return Response(status_code=204)


@router.put("/session/password", status_code=204, responses=refusals())
def change_password(request: Request, wish: NewPassword, owner: Owner, store: StoreHere) -> Response:
    """A new password; every login of this account is over, this one too."""
    _check_accounts(request)
    account = store.accounts().get(owner)
    wait = request.app.state.parts.signing_in.wait_s(account.name)
    if wait:
        raise Refused(TOO_MANY, "Too many tries.", headers={"Retry-After": str(wait)})
    if not passwords.is_right(wish.old, account.password_hash):
        raise Refused(NOT_SIGNED_IN, "The old password is wrong.", where="body, old")
    store.accounts().set_password(owner, passwords.hashed(passwords.checked_password(wish.new, account.name)))
    store.logins().end_all(owner)
    return Response(status_code=204)


def _check_accounts(request: Request) -> None:
    if not request.app.state.settings.accounts:
        raise WrongUse(
            "This server asks nobody to sign in: it answers this computer only.",
            remedy="`magwise serve --accounts` asks.",
        )

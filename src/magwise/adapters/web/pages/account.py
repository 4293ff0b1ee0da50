"""Signing in and out, on a server with accounts."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from magwise.adapters.accounts.door import LOGIN_COOKIE, token_of
from magwise.adapters.accounts.signing_in import LASTS, TooMany
from magwise.adapters.web.render import page
from magwise.adapters.web.sessions import COOKIE, Form

__all__ = ["router"]

router = APIRouter()


@router.get("/login")
def login(request: Request) -> Response:
    if not request.app.state.settings.accounts or getattr(request.state, "owner", None):
        return RedirectResponse("/", 303)
    return page(request, "account_login.html", said=None)


@router.post("/login")
async def sign_in(request: Request, form: Form) -> Response:
    """Signed in under a new token and a new session: what an attacker may have planted before is worth nothing."""
    if not request.app.state.settings.accounts:
        return RedirectResponse("/", 303)
    signing_in = request.app.state.parts.signing_in
    place = request.client.host if request.client else "?"
    name, password = str(form.get("name", "")), str(form.get("password", ""))
    try:
        signed = await run_in_threadpool(signing_in.try_it, name, password, place)
    except TooMany as many:
        said = f"Too many tries. Wait {many.wait_s} seconds, then try again."
        answer: Response = page(request, "account_login.html", status=429, said=said)
        answer.headers["Retry-After"] = str(many.wait_s)
        return answer
    if signed is None:
        return page(request, "account_login.html", status=401, said="Name or password is wrong.")
    before = token_of(request.scope)
    if before:
        await run_in_threadpool(signing_in.end, before)
    answer = RedirectResponse("/", 303)
    secure = request.app.state.settings.secure
    answer.set_cookie(
        LOGIN_COOKIE,
        signed.token,
        max_age=int(LASTS.total_seconds()),
        secure=secure,
        httponly=True,
        samesite="strict",
    )
    answer.delete_cookie(COOKIE, secure=secure, httponly=True, samesite="strict")
    return answer


@router.post("/logout")
async def sign_out(request: Request, form: Form) -> Response:
    """The token speaks for nobody any more, also where it was copied to."""
    token = token_of(request.scope)
    if token:
        await run_in_threadpool(request.app.state.parts.signing_in.end, token)
    answer = RedirectResponse("/login", 303)
    secure = request.app.state.settings.secure
    for cookie in (LOGIN_COOKIE, COOKIE):
        answer.delete_cookie(cookie, secure=secure, httponly=True, samesite="strict")
    return answer

"""Did it help: one trial, decided before its first day, counted while it runs, judged when its plan says so."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from magwise.adapters.store.trials import KeptTrial
from magwise.adapters.trials import allowed, check_climb, judged_now, looked_of, order_of, plan_of
from magwise.adapters.web.answers import answered
from magwise.adapters.web.day import warnings_of
from magwise.adapters.web.draft import Draft
from magwise.adapters.web.numbers import Unreadable, amount
from magwise.adapters.web.sessions import Form, Visit, VisitHere
from magwise.diary import outcomes
from magwise.errors import MagwiseError, NotATrial, NotFound
from magwise.verdict.design import Allocation
from magwise.verdict.plots import drawing
from magwise.verdict.trial import Judged, TrialPlan, log_of, noise_before, plan_trial, standing, text_of

__all__ = ["router"]

router = APIRouter()
SEE_OTHER = 303
MOST_LOOKS = 3
USUAL = ("sleep", "muscle", "stress", "bristol", "cramps", "energy", "mood")  # easily written down each day


@router.get("/helped")
def helped(visit: VisitHere) -> Response:
    """Where the trial stands; of the effect nothing before the plan allows it."""
    draft = visit.draft
    if draft.is_empty:
        return visit.page("today_empty.html", wrong=None)
    kept = visit.place.trials.newest()
    if kept is None or kept.state == "stopped":
        return _asked(visit, draft, stopped=kept is not None)
    if kept.state == "ended":
        return _answer(visit, draft, kept)
    return _running(visit, draft, kept)


@router.post("/helped/design")
def design(visit: VisitHere, form: Form) -> Response:
    """The design as it would be, with nothing begun; or begun, when that was asked for."""
    draft = visit.draft
    if draft.is_empty:
        return RedirectResponse("/helped", SEE_OTHER)
    try:
        plan, order = _planned(visit, draft, form)
    except (MagwiseError, Unreadable) as wrong:
        return _asked(visit, draft, wrong=_plain(wrong), typed=dict(form.items()))
    if not form.get("begin"):
        return visit.page(
            "helped_design.html", plan=plan, outcome=outcomes()[plan.outcome], typed=dict(form.items())
        )
    visit.place.trials.add(
        outcome=plan.outcome, seal=plan.seal, allocation=text_of(order), plan=plan.as_json()
    )
    return RedirectResponse("/helped", SEE_OTHER)


@router.post("/helped/look")
def look(visit: VisitHere, form: Form) -> Response:
    """A planned look: it counts, whatever it shows."""
    kept = visit.place.trials.running()
    if kept is None:
        return RedirectResponse("/helped", SEE_OTHER)
    draft, plan = visit.draft, plan_of(kept)
    order = order_of(kept, plan)
    try:
        if order is None:
            raise NotATrial("The helper has the order of this trial.")
        judged = judged_now(visit.place.trials, kept, order, visit.place.diary.entries(), visit.today)
    except NotATrial as early:
        return _running(visit, draft, kept, wrong=_plain(early))
    if judged.goes_on:
        return _running(visit, draft, visit.place.trials.get(kept.id), goes_on=judged)
    return RedirectResponse("/helped", SEE_OTHER)


@router.post("/helped/stop")
def stop(visit: VisitHere, form: Form) -> Response:
    """Ended early, without an answer: a trial that ends when it looks good always looks good."""
    kept = visit.place.trials.running()
    if kept is not None and form.get("sure"):
        visit.place.trials.change(kept.id, state="stopped")
    return RedirectResponse("/helped", SEE_OTHER)


@router.post("/helped/another")
def another(visit: VisitHere, form: Form) -> Response:
    """The form for another trial, once one has ended."""
    if visit.draft.is_empty or visit.place.trials.running() is not None:
        return RedirectResponse("/helped", SEE_OTHER)
    return _asked(visit, visit.draft)


def _planned(visit: Visit, draft: Draft, form: FormData) -> tuple[TrialPlan, Allocation]:
    """The plan and its sealed order. Raises NotATrial for whoever may not begin one."""
    entries = visit.place.diary.entries()
    person = answered(draft, visit.today).advice.person
    seen, _ = warnings_of(visit, draft)
    advice = allowed(person, entries, visit.today, where="your answers", seen=seen)
    chosen = outcomes().get(str(form.get("outcome")))
    if chosen is None:
        raise Unreadable("outcome", "Choose what to judge by.")
    typed = str(form.get("smallest") or "").strip()
    smallest = amount(typed, "smallest", "The smallest change", least=0.01, most=10_000) if typed else None
    looks = int(amount(str(form.get("looks") or "1"), "looks", "The looks", least=1, most=MOST_LOOKS))
    begins = visit.today + datetime.timedelta(days=1)
    plan, order = plan_trial(
        chosen, start=begins, seed=secrets.randbits(128), question=str(form.get("question") or "")[:300],
        smallest=smallest, noise=noise_before(chosen, entries, begins), looks=looks,
    )  # fmt: skip
    check_climb(plan, advice, visit.place.start, begins)
    return plan, order


def _asked(
    visit: Visit, draft: Draft, *, wrong: str | None = None, stopped: bool = False, **more: Any
) -> Response:
    known = [outcomes()[id] for id in USUAL if id in outcomes()]
    _, flags = warnings_of(visit, draft)
    return visit.page(
        "helped.html", status=422 if wrong else 200, wrong=wrong, stopped=stopped, known=known, flags=flags,
        typed={"outcome": "sleep", "smallest": "", "looks": "1", "question": ""} | more.get("typed", {}),
    )  # fmt: skip


def _running(
    visit: Visit, draft: Draft, kept: KeptTrial, *, wrong: str | None = None, goes_on: Judged | None = None
) -> Response:
    plan = plan_of(kept)
    stands = standing(
        plan, order_of(kept, plan), visit.place.diary.entries(), visit.today, looked=looked_of(kept)
    )
    seen, flags = warnings_of(visit, draft)
    ahead = plan.start + datetime.timedelta(days=stands.next_look - 1) if stands.next_look else None
    return visit.page(
        "helped_running.html", status=422 if wrong else 200, plan=plan, stands=stands, outcome=outcomes()[plan.outcome],
        flags=flags, urgent=seen.is_urgent, next_look=ahead, goes_on=goes_on, wrong=wrong,
    )  # fmt: skip


def _answer(visit: Visit, draft: Draft, kept: KeptTrial) -> Response:
    plan, order, judged = _judged(visit, kept)
    _, flags = warnings_of(visit, draft)
    return visit.page(
        "helped_answer.html", plan=plan, judged=judged, outcomes=outcomes(), flags=flags,
        plot=_plot(visit, plan, order, judged),
    )  # fmt: skip


def _plot(visit: Visit, plan: TrialPlan, order: Allocation, judged: Judged) -> Markup:
    """Every day and the estimate."""
    outcome, days = outcomes()[plan.outcome], plan.look_days[judged.look - 1]
    log = log_of(plan, order, outcome, visit.place.diary.entries(), days)
    drawn = drawing(log, judged.first, outcome.name.capitalize()).inline("trial")
    return Markup(drawn)  # noqa: S704 - whoever draws it escapes what was told


def _judged(visit: Visit, kept: KeptTrial) -> tuple[TrialPlan, Allocation, Judged]:
    plan = plan_of(kept)
    order = order_of(kept, plan)
    if order is None:
        raise NotFound("The helper has the order of this trial.")
    return plan, order, judged_now(visit.place.trials, kept, order, visit.place.diary.entries(), visit.today)


def _plain(wrong: MagwiseError | Unreadable) -> str:
    if isinstance(wrong, Unreadable):
        return str(wrong)
    remedy = (
        wrong.remedy if wrong.remedy and "magwise" not in wrong.remedy and "--" not in wrong.remedy else ""
    )
    return f"{wrong.what} {remedy}".strip()

"""Steps through the pages without a browser: forms are filled in by name, tokens are taken from the page."""

from __future__ import annotations

import html
import re

from starlette.testclient import TestClient

PANEL = """HARBOR MAGNESIUM ASPARTATE 615 mg
Supplement Facts
Serving Size 1 Capsule
Servings Per Container 90
Magnesium (as Magnesium Aspartate Hydrochloride) 61 mg 15%
"""


def token(page: str) -> str:
    """The form token of this page."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, "no form on this page carries a token"
    return found.group(1)


def send(server: TestClient, path: str, *, at: str = "/label", **fields):
    """What a browser would send from the page `at`."""
    return server.post(path, data={"csrf": token(server.get(at).text), **fields})


def take_label(server: TestClient, panel: str = PANEL, **details: str):
    checked = send(server, "/label", label=panel, **details)
    assert checked.status_code == 200, checked.status_code
    return send(server, "/label/confirm", at="/label/check")


ANSWERS = {
    "age": {"age": "46"},
    "sex": {"sex": "female"},
    "pregnancy": {"pregnant": "no", "breastfeeding": "no"},
    "country": {"country": "US"},
    "kidney": {"kidney": "normal"},
    "conditions": {},
    "medicines": {"medicine": ["Synthroid 75 mcg"], "medicine_times": ["06:30"]},
    "supplements": {
        "supplement": ["Calcium carbonate 600 mg"],
        "supplement_times": ["19:00"],
        "movable": "1",
    },
    "symptoms": {},
    "goals": {"goal": ["sleep", "regularity"]},
    "stomach": {"usual_stool": "normal"},
    "habits": {"alcohol": "none"},
    "diet": {"mg_per_day": "210"},
    "avoid": {},
    "routine": {"wake": "06:30", "breakfast": "07:30", "lunch": "12:30", "dinner": "19:00", "bed": "22:45"},
}


def answer_all(server: TestClient, **other: dict) -> None:
    """Every question in order, with these answers in place of the usual ones."""
    for id, fields in (ANSWERS | other).items():
        if fields is not None:
            answered = send(server, f"/about/{id}", at=f"/about/{id}", **fields)
            assert answered.status_code == 200, (id, words(answered.text)[:600])


def words(page: str) -> str:
    """What a reader reads: no tags, single spaces."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main.group() if main else page)).split())

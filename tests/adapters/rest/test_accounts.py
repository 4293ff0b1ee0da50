"""A server with accounts: who is let in, what a login is worth, and that nobody sees another's rows."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from adapters.rest.server import THE_DAY, example, http, serving
from adapters.session import magwise
from magwise.adapters.accounts import passwords
from magwise.adapters.accounts.door import LOGIN_COOKIE
from magwise.adapters.accounts.throttle import Throttle
from magwise.adapters.rest.routes import routers as api_routers
from magwise.adapters.store import open_store
from magwise.adapters.store.places import sqlite_url
from magwise.adapters.web import pages
from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings

SECRET = "correct horse battery staple"  # noqa: S105
MARK = "only-ada-may-see-this"
SLEPT = {"kind": "outcome", "day": "2026-11-20", "outcome": "sleep", "value": 7, "note": MARK}


@pytest.fixture
def shared_app(database: str, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """A server with two accounts, once with each kind of database; hashing is made cheap."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(1, 8, 1))
    with open_store(database) as store:
        for name in ("Ada", "Bob"):
            store.accounts().add(name, passwords.hashed(SECRET + name))
    settings = Settings(
        today=lambda: THE_DAY, quiet=True, database=database, accounts=True, requests_per_second=1e6
    )
    return create_app(settings)


@pytest.fixture
def at(shared_app: FastAPI) -> Iterator[str]:
    with serving(shared_app) as address:
        yield address


def signed_in(at: str, name: str) -> httpx.Client:
    answer = http("POST", f"{at}/api/v1/session", json={"name": name, "password": SECRET + name})
    assert answer.status_code == 201, answer.text
    return httpx.Client(
        base_url=f"{at}/api/v1", headers={"Authorization": f"Bearer {answer.json()['token']}"}, timeout=60
    )


def form_at(browser: httpx.Client, path: str) -> dict[str, str]:
    """The hidden token of the page's form."""
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get(path).text)
    assert found, path
    return {"csrf": found.group(1)}


def at_the_page(at: str, name: str) -> httpx.Client:
    """A browser that has signed in by the page."""
    browser = httpx.Client(base_url=at, headers={"Origin": at}, timeout=60)
    form = form_at(browser, "/login") | {"name": name, "password": SECRET + name}
    answer = browser.post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text
    return browser


# -- who is let in


def _addresses() -> list[tuple[str, str]]:
    """Every method of every address: of the API, and of the pages."""
    found = [
        (method, f"/api/v1{route.path}")
        for router in api_routers()
        for route in router.routes
        for method in sorted(route.methods)
    ]
    found += [
        (method, route.path)
        for router in pages.routers()
        for route in router.routes
        for method in sorted(route.methods)
    ]
    return [(method, re.sub(r"\{[^}]+\}", "AAAAAAAAAAAAAAAAAAAAAA", path)) for method, path in found]


OPEN = {("GET", "/login"), ("POST", "/login"), ("POST", "/api/v1/session"), ("GET", "/api/v1/session")}
OPEN |= {("DELETE", "/api/v1/session")}


def test_without_signing_in_no_address_answers(at: str) -> None:
    assert len(_addresses()) > 50
    with httpx.Client(base_url=at) as nobody:
        for method, path in _addresses():
            answer = nobody.request(method, path)
            if (method, path) in OPEN:
                continue
            if path.startswith("/api/"):
                assert answer.status_code == 401, (method, path)
                assert answer.headers["www-authenticate"].startswith("Bearer")
                assert answer.headers["content-type"] == "application/problem+json"
            elif method == "GET":
                assert (answer.status_code, answer.headers["location"]) == (303, "/login"), (method, path)
            else:
                assert answer.status_code == 401, (method, path)
        for path in ("/api/v1/docs", "/api/v1/openapi.json", "/api/v1/", "/nowhere", "/api/v1/nowhere"):
            assert nobody.get(path).status_code in {303, 401}, path
        assert nobody.get("/api/v1/session").status_code == 401
        assert nobody.get("/health/ready").status_code == 200


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 10_000, "é", "' OR 1=1 --"])
def test_what_is_no_token_lets_nobody_in(at: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode()}
    assert http("GET", f"{at}/api/v1/people", headers=headers).status_code == 401
    assert (
        http("GET", f"{at}/api/v1/people", headers={"Cookie": f"{LOGIN_COOKIE}={token}".encode()}).status_code
        == 401
    )


def test_wrong_name_and_wrong_password_cannot_be_told_apart(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    hasher = passwords._hasher()

    class Counting:
        def hash(self, password: str) -> str:
            return str(hasher.hash(password))

        def verify(self, kept: str, password: str) -> bool:
            looked.append(kept)
            return bool(hasher.verify(kept, password))

    monkeypatch.setattr(passwords, "_hasher", Counting)
    wrong = http("POST", f"{at}/api/v1/session", json={"name": "Ada", "password": "wrong password"})
    nobody = http("POST", f"{at}/api/v1/session", json={"name": "Eve", "password": "wrong password"})

    assert wrong.status_code == nobody.status_code == 401
    assert wrong.content == nobody.content
    assert len(looked) == 2  # a name that does not exist costs a hash as well


def test_guessing_is_slowed_down_for_a_name_and_no_list_of_names_fills_the_memory(at: str) -> None:
    statuses = [
        http(
            "POST", f"{at}/api/v1/session", json={"name": "Ada", "password": f"guess number {n}"}
        ).status_code
        for n in range(10)
    ]
    late = http("POST", f"{at}/api/v1/session", json={"name": "Ada", "password": SECRET + "Ada"})

    assert statuses.count(401) == 8 and statuses[-1] == 429
    assert late.status_code == 429 and int(late.headers["retry-after"]) >= 1
    throttle = Throttle(per_second=1, burst=2, remembered=100)
    for n in range(1_000):
        throttle.wait_s(f"name {n}")
    assert len(throttle) == 100


def test_a_throttle_fills_again_with_time() -> None:
    now = [0.0]
    throttle = Throttle(per_second=0.5, burst=2, clock=lambda: now[0])

    assert [throttle.wait_s("a") for _ in range(3)] == [0, 0, 2]
    assert throttle.wait_s("b") == 0
    now[0] = 2.0
    assert [throttle.wait_s("a") for _ in range(2)] == [0, 2]


def test_too_many_requests_are_told_to_wait(tmp_path: Path) -> None:
    app = create_app(Settings(quiet=True, requests_per_second=0.5))
    with serving(app) as at:
        answers = [http("GET", f"{at}/api/v1/about") for _ in range(6)]
        page = http("GET", f"{at}/")
        health = http("GET", f"{at}/health/live")

    late = answers[-1]
    assert [one.status_code for one in answers].count(429) >= 2
    assert (late.status_code, late.json()["type"]) == (429, "urn:magwise:error:TooMany")
    assert int(late.headers["retry-after"]) >= 1
    assert page.status_code == 429 and "text/html" in page.headers["content-type"]
    assert health.status_code == 200


# -- what a login is worth


def test_the_cookie_of_a_login_is_for_this_server_only(at: str) -> None:
    browser = at_the_page(at, "Ada")
    with httpx.Client(base_url=at, headers={"Origin": at}) as fresh:
        form = form_at(fresh, "/login") | {"name": "Ada", "password": SECRET + "Ada"}
        cookies = fresh.post("/login", data=form).headers.get_list("set-cookie")

    [login] = [one for one in cookies if one.startswith(f"{LOGIN_COOKIE}=")]
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in login.split(";")}
    assert browser.get("/").status_code == 200
    assert "Sign out" in browser.get("/").text


def test_over_https_the_cookie_is_secure(database: str) -> None:
    app = create_app(Settings(quiet=True, database=database, accounts=True, secure=True))
    with open_store(database) as store:
        store.accounts().add("Ada", passwords.hashed(SECRET + "Ada"))
    with serving(app) as at, httpx.Client(base_url=at, headers={"Origin": at}) as browser:
        page = browser.get("/login")
        session = re.search(r"magwise_session=([^;]+)", page.headers["set-cookie"])
        assert session and "Secure" in page.headers["set-cookie"]
        form = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert form
        answer = browser.post(
            "/login",
            data={"csrf": form.group(1), "name": "Ada", "password": SECRET + "Ada"},
            headers={"Cookie": f"magwise_session={session.group(1)}"},
        )

    assert answer.status_code == 303
    assert all("Secure" in one and "HttpOnly" in one for one in answer.headers.get_list("set-cookie"))


def test_a_session_planted_before_signing_in_is_worth_nothing_after(at: str) -> None:
    planted = "B" * 43
    with httpx.Client(base_url=at, headers={"Origin": at}) as victim:
        victim.cookies.set("magwise_session", planted)
        victim.cookies.set(LOGIN_COOKIE, planted)
        form = form_at(victim, "/login") | {"name": "Ada", "password": SECRET + "Ada"}
        answer = victim.post("/login", data=form)

    cookies = "\n".join(answer.headers.get_list("set-cookie"))
    assert planted not in cookies
    assert 'magwise_session=""' in cookies or "magwise_session=;" in cookies
    attacker = http(
        "GET", f"{at}/", headers={"Cookie": f"{LOGIN_COOKIE}={planted}; magwise_session={planted}"}
    )
    assert attacker.headers.get("location") == "/login"


def test_signing_out_ends_the_login_on_the_server_too(at: str) -> None:
    browser = at_the_page(at, "Ada")
    stolen = browser.cookies[LOGIN_COOKIE]
    assert browser.post("/logout", data=form_at(browser, "/")).headers["location"] == "/login"

    assert (
        http("GET", f"{at}/", headers={"Cookie": f"{LOGIN_COOKIE}={stolen}"}).headers["location"] == "/login"
    )
    api = signed_in(at, "Ada")
    assert api.get("/session").json() == {"accounts": True, "name": "Ada"}
    assert api.delete("/session").status_code == 204
    assert api.get("/session").status_code == 401


def test_a_new_password_ends_every_login(at: str) -> None:
    one, other = signed_in(at, "Ada"), signed_in(at, "Ada")
    wish = {"old": SECRET + "Ada", "new": "quite another set of words"}

    assert one.put("/session/password", json={**wish, "old": "wrong"}).status_code == 401
    assert one.put("/session/password", json={**wish, "new": "short"}).status_code == 422
    assert one.put("/session/password", json=wish).status_code == 204
    assert one.get("/people").status_code == other.get("/people").status_code == 401
    again = {"name": "Ada", "password": "quite another set of words"}
    assert http("POST", f"{at}/api/v1/session", json=again).status_code == 201


def test_a_login_ends_by_time_and_by_idleness(database: str) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    day = timedelta(days=1)
    with open_store(database) as store:
        ada = store.accounts().add("Ada").id
        logins = store.logins()
        logins.begin("t1", ada, lasts=14 * day, now=now)
        assert logins.of("t1", idle=3 * day, now=now + 2 * day) is not None
        assert logins.of("t1", idle=3 * day, now=now + 4 * day) is not None  # it was seen two days before
        assert logins.of("t1", idle=3 * day, now=now + 8 * day) is None
        logins.begin("t2", ada, lasts=day, now=now)
        assert logins.of("t2", idle=3 * day, now=now + day) is None
        logins.begin("t3", ada, lasts=day)
        store.accounts().delete(ada)
        assert logins.of("t3", idle=day) is None


def test_a_copy_of_the_database_opens_no_login(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "kept.sqlite3")
    with open_store(url) as store:
        ada = store.accounts().add("Ada", passwords.hashed(SECRET)).id
        store.logins().begin("the token itself", ada, lasts=timedelta(days=1))

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"the token itself" not in kept and SECRET.encode() not in kept
    assert b"$argon2id$" in kept


# -- forms, cookies and other pages


def test_a_write_with_a_cookie_says_which_page_it_comes_from(at: str) -> None:
    browser = at_the_page(at, "Ada")
    wish = {"name": "x", "person": example("toddler")}

    assert browser.post("/api/v1/people", json=wish).status_code == 201
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        browser.headers = httpx.Headers(headers)
        answer = browser.post("/api/v1/people", json={**wish, "name": "y"})
        assert answer.status_code == 403, headers
    browser.headers = httpx.Headers()
    assert (
        browser.post("/api/v1/people", json={**wish, "name": "y"}).status_code == 403
    )  # no word of its origin
    browser.headers = httpx.Headers({"Origin": at})
    assert [one["name"] for one in browser.get("/api/v1/people").json()["people"]] == ["x"]


def test_no_form_is_taken_without_its_token(at: str) -> None:
    browser = at_the_page(at, "Ada")
    writes = [path for method, path in _addresses() if method == "POST" and not path.startswith("/api/")]

    assert {"/login", "/logout", "/yours/delete"} <= set(writes)
    for path in writes:
        for form in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
            answer = browser.post(path, data={**form, "sure": "yes"})
            assert answer.status_code in {403, 404}, (path, form, answer.status_code)


# -- nobody sees another's rows


def _filled(api: httpx.Client) -> dict[str, str]:
    """Something of Ada's in every table that the API can fill; the ids by which it can be asked for."""
    person = example("thyroid-nurse")
    person["products"][0]["name"] = MARK
    made = api.post("/people", json={"name": MARK, "person": person}, headers={"Idempotency-Key": MARK})
    entry = api.post("/diary/entries", json={"entries": [SLEPT]}).json()["entries"][0]
    api.post(f"/people/{made.json()['id']}/day/took", json={"what": "levothyroxine", "at": "06:30"})
    table = f'id,raw_text\n{MARK},"Magnesium citrate 100 mg"\n'.encode()
    job = api.post("/catalogue", files={"catalogue": ("labels.csv", table)}).json()["id"]
    while api.get(f"/catalogue/{job}").json()["state"] in {"waiting", "running"}:
        time.sleep(0.1)
    assert MARK in api.get(f"/catalogue/{job}/rows").text
    return {"person": made.json()["id"], "entry": str(entry["id"]), "job": job}


def _at_ids(path: str, ids: dict[str, str]) -> str:
    path = path.replace("/people/{id}", f"/people/{ids['person']}")
    path = path.replace("/diary/entries/{id}", f"/diary/entries/{ids['entry']}")
    path = path.replace("{job}", ids["job"]).replace("/evidence/{outcome}", "/evidence/sleep")
    return path.replace("/facts/{id}", "/facts/IX019").replace("{name}", "plan").replace("{trial}", "1")


BODIES: dict[str, Any] = {
    "/people/{id}": {"person": example("toddler")},
    "/people/{id}/changes": {"change": "kidney=normal"},
    "/diary/entries/{id}": SLEPT | {"note": "by Bob"},
    "/people/{id}/day/took": {"what": "magnesium"},
    "/people/{id}/day/missed": {"what": "magnesium"},
    "/people/{id}/day/late": {"minutes": 30},
    "/people/{id}/trials": {"outcome": "sleep"},
}
ALONE = {"DELETE /session", "PUT /session/password", "DELETE /everything", "PUT /everything"}


def test_one_account_neither_reads_writes_lists_exports_nor_deletes_anothers(at: str) -> None:
    ada, bob = signed_in(at, "Ada"), signed_in(at, "Bob")
    ids = _filled(ada)
    before = _without_time(ada.get("/everything").json())

    tried = 0
    for router in api_routers():
        for route in router.routes:
            for method in sorted(route.methods):
                if f"{method} {route.path}" in ALONE:
                    continue
                body = {"json": BODIES[route.path]} if route.path in BODIES and method != "GET" else {}
                headers = {"If-Match": "*", "Idempotency-Key": MARK} if method != "GET" else {}
                answer = bob.request(method, _at_ids(route.path, ids), headers=headers, **body)
                tried += 1
                assert MARK not in answer.text, (method, route.path)
                if any(
                    owned in route.path
                    for owned in ("/people/{id}", "/diary/entries/{id}", "/catalogue/{job}")
                ):
                    assert answer.status_code == 404, (method, route.path, answer.status_code)

    assert tried > 50
    assert MARK not in bob.get("/everything").text
    bob.put("/everything", json=bob.get("/everything").json())
    assert bob.delete("/everything").status_code == 200
    assert _without_time(ada.get("/everything").json()) == before
    assert MARK in ada.get("/people").text


def test_pages_show_each_account_its_own(at: str) -> None:
    ada, bob = at_the_page(at, "Ada"), at_the_page(at, "Bob")
    label = {"label": f"Supplement Facts\n{MARK}\nMagnesium (as citrate) 100 mg", "name": MARK}
    said = ada.post("/label", data=form_at(ada, "/label") | label, follow_redirects=True)

    assert said.status_code == 200, said.text[:300]
    gets = [path for method, path in _addresses() if method == "GET" and not path.startswith("/api/")]
    assert any(MARK in ada.get(path, follow_redirects=True).text for path in gets)
    for path in gets:
        assert MARK not in bob.get(path, follow_redirects=True).text, path


def _without_time(saved: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in saved.items() if key not in {"saved", "sha256"}}


# -- the commands


def _account(url: str, *words: str, typed: str = "") -> Any:
    return magwise("account", *words, "--database", url, typed=typed)


def test_accounts_are_made_listed_given_a_password_and_removed(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "kept.sqlite3")

    assert "no account" in _account(url, "list").stdout
    assert "can sign in" in _account(url, "add", "Ada", typed=f"{SECRET}\n").stdout
    assert _account(url, "add", "Ada", typed=f"{SECRET}\n").returncode == 2
    assert _account(url, "list").stdout.startswith("Ada  since")
    with open_store(url) as store:
        ada = store.accounts().named("Ada")
        assert ada and ada.password_hash and ada.password_hash.startswith("$argon2id$")
        assert passwords.is_right(SECRET, ada.password_hash)
        store.people(ada.id).save("me", "", "toml")
        store.logins().begin("t", ada.id, lasts=timedelta(days=1))
    assert "1 login ended" in _account(url, "password", "Ada", typed="another good password\n").stdout
    assert _account(url, "remove", "Ada").returncode == 2  # nobody to ask
    assert "are gone" in _account(url, "remove", "Ada", "--yes").stdout
    assert _account(url, "remove", "Ada", "--yes").returncode == 11
    assert _account(url, "remove", "local", "--yes").returncode == 11
    with open_store(url) as store:
        assert [one.name for one in store.accounts().all()] == ["local"]


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaa", "Ada Lovelace", ""])
def test_a_password_that_is_guessed_first_is_refused(tmp_path: Path, password: str) -> None:
    url = sqlite_url(tmp_path / "kept.sqlite3")
    said = _account(url, "add", "Ada Lovelace", typed=f"{password}\n")

    assert said.returncode == 2 and "Four or five words" in said.stderr
    assert password in {"", "Ada Lovelace"} or password not in said.stderr + said.stdout


def test_a_server_for_others_does_not_start_without_an_account(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "kept.sqlite3")
    for words in (("--host", "0.0.0.0"), ("--accounts",), ("--host", "192.0.2.1")):  # noqa: S104
        said = magwise("serve", "--no-browser", "--port", "0", "--database", url, *words)
        assert said.returncode == 2
        assert "magwise account add" in said.stderr


def test_hashing_many_passwords_at_once_takes_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = 0, 0
    lock = threading.Lock()

    class Slow:
        def hash(self, _: str) -> str:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with lock:
                inside -= 1
            return "x"

    monkeypatch.setattr(passwords, "_hasher", Slow)
    threads = [threading.Thread(target=passwords.hashed, args=("p",)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert most == 2  # each takes 64 MiB: a crowd of guesses must not take the machine

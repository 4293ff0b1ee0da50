"""Every page, checked by axe-core for WCAG 2.2 AA, at 320 pixels, on paper, in the dark, and for what it may not do."""

from __future__ import annotations

import pytest

from browser.conftest import DESK, PHONE

PAGES = (
    "/", "/label", "/label/check", "/about", "/about/age", "/about/kidney", "/about/conditions", "/about/medicines",
    "/about/symptoms", "/about/labs", "/about/clearance", "/about/routine", "/plan", "/plan/course", "/plan/changes", "/compare", "/report", "/yours", "/nowhere",
    "/today", "/helped", "/evidence", "/evidence/cramps", "/facts", "/facts/IX019", "/catalogue",
)  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def _prepared(visit, **how):
    """The demo person with a label waiting to be confirmed, so that every page has something to show."""
    page = visit(demo=True, **how)
    page.goto("/label")
    page.get_by_label("Type or paste the panel").fill(
        "Magnesium (as magnesium citrate) 100 mg\nServing Size 2 tablets"
    )
    page.get_by_role("button", name="Read the label").click()
    return page


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone-light", "desk-dark"]
)
def test_axe_finds_nothing_on_any_page(visit, axe_source, size, scheme):
    page = _prepared(visit, size=size, scheme=scheme)
    found = []
    for path in PAGES:
        page.goto(path)
        page.locator("[aria-busy]").first.wait_for(state="detached", timeout=150_000)
        for fold in page.locator("details.fold, details.finding").all():
            fold.evaluate("it => { it.open = true }")
        page.evaluate(axe_source)
        result = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
        found += [f"{path}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"]]
    visit.wrong[:] = [one for one in visit.wrong if "404" not in one]
    assert not found, "\n".join(found)


def test_nothing_is_wider_than_320_pixels(visit):
    page = _prepared(visit, size=(320, 640))
    wide = []
    for path in PAGES:
        page.goto(path)
        if page.evaluate("document.scrollingElement.scrollWidth") > 320:
            wide.append(path)
    assert not wide
    visit.wrong[:] = [one for one in visit.wrong if "404" not in one]


def test_targets_are_large_enough_for_a_thumb(visit):
    """24 CSS pixels at least, as WCAG 2.2 asks; links inside sentences are excepted there."""
    page = _prepared(visit, size=PHONE)
    small = []
    for path in ("/label", "/about/medicines", "/about/routine", "/plan"):
        page.goto(path)
        for one in page.locator(
            "button:visible, input:visible, select:visible, textarea:visible, summary:visible"
        ).all():
            box = one.bounding_box()
            if box and min(box["width"], box["height"]) < 20:
                small.append((path, one.evaluate("it => it.outerHTML.slice(0, 80)")))
    assert not small


def test_paper_shows_the_page_and_no_controls(visit):
    page = visit(DESK, demo=True)
    page.goto("/report")
    page.emulate_media(media="print")
    assert page.get_by_role("heading", level=1).is_visible()
    assert not page.get_by_role("link", name="Open as PDF").is_visible()
    assert not page.locator("header.bar").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_the_choice_of_dark_stands_above_the_system(visit):
    page = visit(DESK, scheme="light")
    page.goto("/yours")
    page.get_by_label("Dark", exact=True).check()
    page.get_by_role("button", name="Use this").click()
    page.locator('html[data-theme="dark"]').wait_for()
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 21)"


def test_a_stranger_script_is_refused_by_the_policy(visit):
    """The policy is at work: what the tests above rely on would be noticed."""
    page = visit(DESK)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"https://example.org/x.png\">')")
    page.evaluate(
        """() => { const it = document.createElement('script'); it.textContent = 'window.ran = 1'; document.body.append(it) }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in one for one in visit.wrong)
    visit.wrong.clear()

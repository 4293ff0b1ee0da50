"""From a label to a plan in a real browser: phone and desk, with and without scripts, and with the keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from browser.conftest import DESK, PHONE
from browser.steps import PANEL, onward, take_label, tell

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_label_and_a_few_answers_give_a_plan(visit, size, js):
    page = visit(size, js=js)
    take_label(page)
    tell(page)
    page.get_by_role("link", name="See the plan").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You may try magnesium as planned below."
    assert "183 mg of magnesium a day" in " ".join(page.locator(".decision .dose").inner_text().split())
    assert page.locator("tr.ours").inner_text().split("\t")[0] == "7:00\u00a0pm"
    if js:
        page.locator("svg .band").first.wait_for(timeout=150_000)
    else:
        page.get_by_role("link", name="Show it", exact=True).click()
        assert page.locator("svg .band").count() == 2


def test_the_whole_way_with_the_keyboard_alone(visit):
    page = visit(DESK)
    page.goto("/label")
    _tab_to(page, "label")
    page.keyboard.insert_text(PANEL)
    _tab_to_button(page, "Read the label")
    page.keyboard.press("Enter")
    page.wait_for_url("**/label/check")
    _tab_to_button(page, "Yes, that is right")
    page.keyboard.press("Enter")
    page.wait_for_url("**/about/age")
    _tab_to(page, "age")
    page.keyboard.type("46")
    page.keyboard.press("Enter")
    page.wait_for_url("**/about/sex")
    _tab_to(page, None, name="sex")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/about/country")
    assert page.url.endswith("/about/country")  # a man is not asked about pregnancy


def _tab_to(page, id: str | None, *, name: str | None = None) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        found = page.evaluate("[document.activeElement.id, document.activeElement.name]")
        if (id and found[0] == id) or (name and found[1] == name):
            return
    raise AssertionError(f"the keyboard does not reach {id or name}")


def _tab_to_button(page, text: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            return
    raise AssertionError(f"the keyboard does not reach {text}")


def test_the_day_can_be_set_with_arrow_keys(visit):
    page = visit(PHONE)
    page.goto("/about/routine")
    handle = page.get_by_role("slider", name="Dinner")
    handle.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert page.locator("#dinner").input_value() == "19:30"
    assert handle.get_attribute("aria-valuetext") == "19:30"
    page.keyboard.press("PageDown")
    assert page.locator("#dinner").input_value() == "18:30"


def test_the_day_can_be_dragged(visit):
    page = visit(DESK)
    page.goto("/about/routine")
    box = page.get_by_role("slider", name="Lunch").bounding_box()
    line = page.locator(".dayline").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(line["x"] + line["width"] * 14 / 24, box["y"] + 5, steps=4)
    page.mouse.up()
    assert page.locator("#lunch").input_value() == "14:00"


def test_a_medicine_is_recognised_while_it_is_typed(visit):
    page = visit(PHONE)
    page.goto("/about/medicines")
    page.get_by_label("Medicine 1", exact=True).press_sequentially("Synthroid 75 mcg")
    page.get_by_text("Levothyroxine: magnesium keeps up to 4 h away").wait_for()
    page.get_by_label("Medicine 2", exact=True).press_sequentially("foobarol")
    page.get_by_text("Not recognised").wait_for()
    page.get_by_role("button", name="More lines").click()
    assert page.locator("[data-line]").count() == 4


def test_what_cannot_be_read_is_said_beside_the_field(visit):
    page = visit(PHONE)
    page.goto("/about/age")
    page.get_by_label("Age in years").fill("forty")
    onward(page)
    assert "must be a number" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Age in years").get_attribute("aria-invalid") == "true"
    visit.wrong[:] = [
        one for one in visit.wrong if "422" not in one
    ]  # the browser notes the status of the refusal


@pytest.mark.parametrize(
    ("answers", "headline"),
    [
        ({"kidney": "Yes"}, "Do not start magnesium."),
        ({"kidney": "I don’t know"}, "Do not start magnesium."),
        ({"medicine": "foobarol 5 mg"}, "Ask first."),
    ],
    ids=["kidney disease", "kidneys not known", "medicine not known"],
)
def test_refusals_come_first_and_without_a_dose(visit, answers, headline):
    page = visit(PHONE)
    take_label(page)
    tell(page, **answers)
    page.goto("/plan")
    assert page.get_by_role("heading", level=1).inner_text().startswith(headline)
    if headline.startswith("Do not"):
        assert page.locator("tr.ours").count() == 0
        assert page.locator(".decision .dose").count() == 0


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "no-scripts"])
def test_a_photo_is_read_here_and_asked_about(visit, js):
    page = visit(PHONE, js=js)
    page.goto("/label")
    page.get_by_label("Or take a photo").set_input_files(EXAMPLES / "bottle.jpg")
    page.get_by_role("button", name="Read the label").click(timeout=120_000)
    page.wait_for_url("**/label/check", timeout=120_000)
    assert (
        page.get_by_role("img", name="The line about magnesium in your photo").evaluate(
            "it => it.naturalWidth"
        )
        > 50
    )
    assert "mg of magnesium in one" in page.locator(".big").inner_text()
    page.get_by_role("button", name="No, let me mend the text").click()
    assert "agnesium" in page.get_by_label("Type or paste the panel").input_value()


def test_a_picture_of_something_else_is_refused_in_words(visit, tmp_path):
    from PIL import Image

    Image.new("RGB", (400, 300), "#88aa99").save(tmp_path / "wall.png")
    page = visit(PHONE)
    page.goto("/label")
    page.get_by_label("Or take a photo").set_input_files(tmp_path / "wall.png")
    page.get_by_role("button", name="Read the label").click(timeout=120_000)
    page.get_by_role("alert").wait_for(timeout=120_000)
    assert "type its lines" in page.get_by_role("alert").inner_text()
    visit.wrong[:] = [one for one in visit.wrong if "422" not in one]


def test_the_pdf_and_the_reminders_can_be_saved(visit):
    page = visit(DESK, demo=True)
    page.goto("/report")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Reminders for your calendar").click()
    assert Path(saved.value.path()).read_text().startswith("BEGIN:VCALENDAR")
    assert page.request.get("/report.pdf").body().startswith(b"%PDF-")


def test_the_demo_is_marked_on_every_page(visit):
    page = visit(PHONE, demo=True)
    for path in ("/", "/label", "/about", "/plan", "/compare", "/report"):
        page.goto(path)
        assert page.get_by_text("This is a made-up person.").is_visible(), path


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "no-scripts"])
def test_a_day_that_goes_otherwise_is_planned_anew(visit, js):
    page = visit(PHONE, js=js, demo=True)
    page.goto("/today")
    page.get_by_text("I took something else").click()
    page.get_by_label("Magnesium, in mg").fill("400")
    page.get_by_role("group").filter(has_text="I took something else").get_by_role(
        "button", name="Note it"
    ).click()
    page.get_by_text("in 24 hours, and the limit leaves").wait_for()
    page.get_by_role("button", name="Take the last report back").click()
    assert page.get_by_text("in 24 hours, and the limit leaves").count() == 0


def test_four_figures_take_four_taps(visit):
    page = visit(PHONE, demo=True)
    page.goto("/today")
    for question, value in (("sleep through", "7"), ("muscles", "6"), ("stress", "3"), ("Bristol", "4")):
        page.get_by_role("group", name=re.compile(question)).get_by_label(value, exact=True).check()
    page.get_by_label("Anything else you felt").fill("fainting")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("alert").get_by_text("Get help").wait_for()
    assert page.get_by_role("group", name=re.compile("stress")).get_by_label("3", exact=True).is_checked()


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "no-scripts"])
def test_the_answer_of_a_trial_stays_closed_until_it_is_opened(visit, js):
    page = visit(DESK, js=js, demo=True)
    page.goto("/helped")
    assert page.get_by_role("heading", level=1).inner_text() == "All 56 days are over."
    assert page.locator("svg.chart").count() == 0
    page.get_by_role("button", name="Open the answer").click()
    assert page.get_by_role("heading", level=1).inner_text() == "It helped."
    assert page.locator("svg.chart").is_visible()

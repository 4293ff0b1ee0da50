"""The main job through the pages, without a browser: label, about you, plan."""

from __future__ import annotations

import json
import re

import pytest
from starlette.testclient import TestClient

from adapters.web.walk import ANSWERS, PANEL, answer_all, send, take_label, token, words
from magwise.adapters.contract import bytes_of
from magwise.adapters.web.draft import EMPTY, Draft


def test_a_form_without_its_token_changes_nothing(server: TestClient):
    assert server.post("/label", data={"label": PANEL}).status_code == 403
    assert server.post("/label", data={"label": PANEL, "csrf": "0" * 64}).status_code == 403
    assert "None yet" in server.get("/label").text


def test_a_token_of_another_session_opens_nothing(server: TestClient):
    mine = token(server.get("/label").text)
    server.cookies.clear()
    assert server.post("/label", data={"label": PANEL, "csrf": mine}).status_code == 403


def test_two_browsers_never_see_each_other(server: TestClient):
    take_label(server)
    answer_all(server)
    assert "Synthroid" in server.get("/about").text
    server.cookies.clear()
    assert "Synthroid" not in server.get("/about").text
    assert "Harbor" not in server.get("/label").text


def test_the_panel_is_shown_with_what_was_read_and_one_number_is_asked_about(server: TestClient):
    checked = send(server, "/label", label=PANEL)
    assert '<mark class="elemental"' in checked.text
    assert ">61 mg</mark>" in checked.text
    assert '<mark class="compound" title="weight of the salt">615 mg</mark>' in checked.text
    assert "61 mg of magnesium in one capsule" in words(checked.text)
    assert "The whole salt: 615 mg" in checked.text
    assert "None yet" in server.get("/label").text  # not confirmed, so it does not count
    send(server, "/label/confirm", at="/label/check")
    assert "61 mg of magnesium in one capsule" in words(server.get("/label").text)


def test_a_label_that_can_be_read_two_ways_gives_no_single_number(server: TestClient):
    said = words(send(server, "/label", label="Magnesium Aspartate 615 mg per capsule").text)
    assert re.search(r"(more than one way|cannot tell|\d+(\.\d+)?–\d+)", said)


def test_a_label_is_shown_as_text_and_never_as_markup(server: TestClient):
    hostile = 'Magnesium (as citrate) 100 mg <script>alert(1)</script> <img src=x onerror="x">'
    checked = send(server, "/label", label=hostile, name='"><script>x</script>')
    assert "<script>alert" not in checked.text
    assert "<script>x" not in checked.text
    assert "&lt;script&gt;alert" in checked.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"label": ""}, "Type or paste the label"),
        ({"label": PANEL, "price": "cheap"}, "The price must be a number"),
        ({"label": PANEL, "price": "nan"}, "The price must lie between"),
        ({"label": PANEL, "currency": "dollars"}, "three letters"),
        ({"label": PANEL, "pieces": "-3"}, "must lie between"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_stays(server: TestClient, fields, said):
    answer = send(server, "/label", **fields)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert fields["label"][:30] in answer.text


def test_the_main_job_ends_in_a_plan_with_its_day(server: TestClient):
    take_label(server)
    answer_all(server)
    said = words(server.get("/plan").text)
    assert "You may try magnesium as planned below. 183 mg of magnesium a day" in said
    assert "at least 4 h away from levothyroxine" in said
    assert "3 capsules, with dinner" in said
    assert said.index("When to get help") < said.index("What to mind")


def test_the_page_and_the_command_give_the_same_answer(server: TestClient):
    from magwise.adapters.contract import answer_of
    from magwise.advise import advise
    from magwise.person_file import from_inputs

    take_label(server)
    answer_all(server)
    saved = server.get("/plan.json").text
    kept = json.loads(saved)["receipt"]
    again = answer_of(
        advise(from_inputs(kept["person"]), today=__import__("datetime").date.fromisoformat(kept["today"]))
    )
    assert saved == bytes_of(again) + "\n"


@pytest.mark.parametrize(
    ("other", "headline"),
    [
        ({"kidney": {"kidney": "disease"}}, "Do not start magnesium."),
        ({"kidney": {"kidney": "unknown"}}, "Do not start magnesium."),
        ({"kidney": {}}, "Do not start magnesium."),
        ({"age": {}}, "Do not start magnesium."),
        ({"age": {"age": "3"}}, "Do not start magnesium."),
        ({"conditions": {"condition": ["heart block"]}}, "Do not start magnesium."),
        ({"conditions": {"others": "myasthenia gravis"}}, "Do not start magnesium."),
        ({"medicines": {"medicine": ["foobarol 5 mg"], "medicine_times": [""]}}, "Ask first."),
        ({"pregnancy": {"pregnant": "unknown"}}, "Ask first."),
        ({"symptoms": {"symptoms": "fainting", "taking_since": "2026-11-01"}}, "Get help now."),
    ],
)
def test_refusals_give_no_dose(server: TestClient, other, headline):
    take_label(server)
    answer_all(server, **other)
    page = server.get("/plan").text
    assert headline in words(page)
    if not headline.startswith("Ask"):
        assert "capsules, with" not in page
        assert "mg of magnesium a day</span>" not in page


def test_a_medicine_that_nobody_knows_is_never_called_fine(server: TestClient):
    said = send(server, "/about/medicines/look", at="/about/medicines", line="foobarol 5 mg").text
    assert "Not recognised" in said
    known = send(server, "/about/medicines/look", at="/about/medicines", line="Synthroid 75 mcg").text
    assert "Levothyroxine: magnesium keeps up to 4 h away" in known
    near = send(server, "/about/medicines/look", at="/about/medicines", line="lisnopril 10").text
    assert "lisinopril" in near and "Not recognised" in near


def test_only_what_the_answer_depends_on_is_asked(server: TestClient):
    send(server, "/about/sex", at="/about/sex", sex="male")
    assert "pregnant" not in words(server.get("/about").text)
    send(server, "/about/sex", at="/about/sex", sex="female")
    assert "pregnant" in words(server.get("/about").text)


def test_a_passed_question_stays_not_asked_and_can_be_answered_later(server: TestClient):
    send(server, "/about/age", at="/about/age", age="46")
    send(server, "/about/kidney", at="/about/kidney")
    assert "No dose can be given without it" in words(server.get("/about").text)
    send(server, "/about/kidney", at="/about/kidney", kidney="normal")
    assert "Change : Has anyone ever told you" in words(server.get("/about").text)


@pytest.mark.parametrize(
    ("id", "fields"),
    [
        ("age", {"age": "forty"}),
        ("age", {"age": "-1"}),
        ("age", {"age": "1e9"}),
        ("kidney", {"kidney": "normal", "egfr": "high"}),
        ("kidney", {"kidney": "normal", "egfr": "88", "egfr_date": "yesterday"}),
        ("diet", {"mg_per_day": "inf"}),
        ("routine", {"wake": "06:30"}),
        ("medicines", {"medicine": ["Synthroid"], "medicine_times": ["half past six"]}),
        ("medicines", {"medicine": ["Synth\x1b[31mroid"], "medicine_times": [""]}),
    ],
)
def test_an_answer_that_cannot_be_is_asked_again(server: TestClient, id, fields):
    answer = send(server, f"/about/{id}", at=f"/about/{id}", **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_words_of_a_choice_that_is_none_are_no_answer(server: TestClient):
    send(server, "/about/kidney", at="/about/kidney", kidney="splendid")
    assert "No dose can be given" in words(server.get("/about").text)


def test_every_question_has_its_page(server: TestClient):
    for id in ANSWERS:
        assert server.get(f"/about/{id}").status_code == 200, id
    assert server.get("/about/shoe-size").status_code == 404


def test_the_demo_is_marked_and_leaves_no_trace(server: TestClient):
    shown = send(server, "/demo", at="/")
    assert "This is a made-up person" in shown.text
    left = send(server, "/demo/leave", at="/")
    assert "made-up" not in left.text
    assert "There is no plan yet" in server.get("/plan").text


def test_the_demo_never_replaces_answers_of_ones_own(server: TestClient):
    send(server, "/about/age", at="/about/age", age="71")
    send(server, "/demo", at="/about/age")
    assert "71" in words(server.get("/about").text)


def test_numbers_and_times_follow_the_country(server: TestClient):
    take_label(server)
    answer_all(server, country={"country": "DE"})
    assert "19:00" in words(server.get("/plan").text)
    send(server, "/about/country", at="/about/country", country="US")
    assert "7:00\u00a0pm" in server.get("/plan").text


def test_no_address_of_the_pages_holds_what_was_told(server: TestClient):
    take_label(server)
    answer_all(server)
    for path in ("/about", "/plan", "/label", "/about/medicines"):
        addresses = re.findall(r'(?:href|action|src|data-later)="([^"]*)"', server.get(path).text)
        assert not [
            one for one in addresses if re.search("synthroid|levothyroxine|calcium|46|normal", one, re.I)
        ]


def test_pages_carry_no_style_or_script_of_their_own(server: TestClient):
    send(server, "/demo", at="/")
    for path in (
        "/",
        "/label",
        "/about",
        "/about/routine",
        "/plan",
        "/plan/course",
        "/plan/changes",
        "/nowhere",
    ):
        page = server.get(path).text
        assert not re.search(r"<style|\sstyle=|<script(?![^>]+src=)|\son\w+=", page), path
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page), path


def test_a_draft_comes_back_from_the_disk_as_it_was():
    draft = Draft({"person": {"age": 46}}, ("age",), (61.0, None), {"label": "x"}, True)
    assert Draft.from_json(draft.to_json()) == draft
    assert Draft.from_json(EMPTY.to_json()) == EMPTY


def test_the_second_requests_stand_alone_without_scripts(server: TestClient):
    send(server, "/demo", at="/")
    changed = server.get("/plan/changes").text
    assert "If your kidneys were not working well" in changed
    assert "<html" in changed
    assert "<html" not in server.get("/plan/changes", headers={"x-fragment": "1"}).text


def test_the_course_is_drawn_with_and_without_the_doses(server: TestClient):
    send(server, "/demo", at="/")
    drawn = server.get("/plan/course").text
    assert drawn.count('class="band"') == 2
    assert drawn.count('class="without"') == 2
    assert "without the doses it ends at" in drawn


def test_where_there_is_no_dose_there_is_no_course(server: TestClient):
    take_label(server)
    answer_all(server, kidney={"kidney": "disease"})
    assert "This plan holds no dose to simulate" in words(server.get("/plan/course").text)


def test_the_evidence_is_shown_with_its_certainty_and_its_trials(server: TestClient):
    said = words(server.get("/evidence").text)
    assert "certainty" in said and "what people notice" in said
    page = server.get("/evidence/cramps").text
    assert 'class="chart"' in page
    assert "Roguin Maor 2017" in page
    assert server.get("/evidence/hair").status_code == 404


def test_after_a_stop_the_evidence_is_not_meant_for_this_person(server: TestClient):
    take_label(server)
    answer_all(server, kidney={"kidney": "disease"})
    assert "none of it is meant for you now" in words(server.get("/evidence").text)
    assert "For you" not in words(server.get("/evidence/sleep").text)


def test_a_fact_is_found_by_words_that_no_address_holds(server: TestClient):
    found = send(server, "/facts", at="/facts", words="levothyroxine")
    assert "IX019" in found.text
    assert str(found.url).endswith("/facts")
    card = words(server.get("/facts/IX019").text)
    assert "Who says so" in card and "Stockley" in card and "Rules that rest on it" in card
    assert "No fact holds all of these words" in words(
        send(server, "/facts", at="/facts", words="unobtainium").text
    )
    assert server.get("/facts/NOPE").status_code == 404


def test_every_fact_has_a_card(server: TestClient):
    """Whatever shape its values have."""
    from magwise import knowledge

    shown = {}
    for one in knowledge.all_facts():
        shown.setdefault((one.file, tuple(sorted(one.values))), one.id)
    answers = {id: server.get(f"/facts/{id}") for id in shown.values()}
    assert {id: one.status_code for id, one in answers.items() if one.status_code != 200} == {}


CATALOGUE = (
    "id,raw_text,price,pieces\n"
    'A1,"Magnesium (as magnesium citrate) 100 mg",10,60\n'
    'A2,"Magnesium (as magnesium oxide) 250 mg",5,100\n'
    'A3,"Zinc 10 mg",4,50\n'
)


def test_a_catalogue_is_read_and_its_tables_shown(server: TestClient):
    form = {"csrf": token(server.get("/catalogue").text), "price": "price", "pieces": "pieces"}
    files = {"file": ("labels.csv", CATALOGUE, "text/csv")}
    page = server.post("/catalogue/upload", data=form, files=files)
    job = str(page.url)
    with server.stream("GET", f"{job}/events") as told:
        said = "".join(told.iter_text())
    assert "event: end" in said
    said = words(server.get(job).text)
    assert "3 labels" in said and "2 name magnesium" in said
    assert "Citrate" in said and "Cheapest 100 mg" in said
    assert '"id"' in server.get(f"{job}/read.jsonl").text
    address = job.removeprefix(str(server.base_url))
    server.cookies.clear()
    assert server.get(address).status_code == 404  # it belongs to whoever started it


def test_what_is_no_catalogue_is_refused_in_words(server: TestClient):
    form = {"csrf": token(server.get("/catalogue").text)}
    files = {"file": ("labels.exe", b"MZ", "application/octet-stream")}
    refused = server.post("/catalogue/upload", data=form, files=files)
    assert refused.status_code == 422
    assert "Give a file that ends in" in words(refused.text)
    assert "Choose a file first" in words(server.post("/catalogue/upload", data=form).text)


def test_a_medicine_that_raises_a_question_asks_it_and_no_is_an_answer(server: TestClient):
    take_label(server)
    assert "raises a question" not in words(server.get("/about/medicines").text)
    answer_all(server, medicines={"medicine": ["digoxin 125 mcg"], "medicine_times": ["08:00"]})
    assert "Do not start magnesium." in words(server.get("/plan").text)  # open counts as yes
    assert "Do you live with heart disease?" in words(server.get("/about/markers").text)
    send(server, "/about/markers", at="/about/markers", **{"heart disease": "no"})
    assert "Do not start magnesium." not in words(server.get("/plan").text)
    send(server, "/about/markers", at="/about/markers", **{"heart disease": "yes"})
    assert "heart disease" in words(server.get("/about").text)


def test_a_dated_word_of_a_clinician_lifts_only_what_it_names(server: TestClient):
    take_label(server)
    answer_all(server, kidney={"kidney": "disease"})
    assert "Do not start magnesium." in words(server.get("/plan").text)
    cleared = {
        "what": "kidney disease", "who": "nephrologist", "date": "2026-10-20", "limit_mg": "150",
        "monitoring": "serum magnesium every 3 months",
    }  # fmt: skip
    assert (
        send(server, "/about/clearance", at="/about/clearance", **(cleared | {"date": ""})).status_code == 422
    )
    send(server, "/about/clearance", at="/about/clearance", **cleared)
    assert words(server.get("/plan").text).count("Ask first.") == 1


def test_a_result_without_its_unit_is_asked_again(server: TestClient):
    wrong = {"lab_what": ["serum magnesium"], "lab_value": ["0.78"], "lab_unit": [""], "lab_date": [""]}
    assert send(server, "/about/labs", at="/about/labs", **wrong).status_code == 422
    send(server, "/about/labs", at="/about/labs", **(wrong | {"lab_unit": ["mmol/L"]}))
    assert "serum magnesium 0.78 mmol/L" in words(server.get("/about").text)

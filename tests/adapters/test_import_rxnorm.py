"""`magwise import rxnorm`: a release of our own making in RxNorm's real columns, from file to line to receipt."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.session import ROOT
from magwise import knowledge
from magwise.adapters.cli import app
from magwise.adapters.cli.receipts import replay
from magwise.adapters.imported_names import _home, in_use, place_of, rejects_of, save
from magwise.adapters.importers import rxnorm
from magwise.adapters.importers.rxnorm import CONSO_COLUMNS, REL_COLUMNS, Reject, read_release
from magwise.adapters.store.places import home
from magwise.errors import MagwiseError, NotFound
from magwise.knowledge.imported import use_imported
from magwise.medicine import Kind, read_medicine, to_json


def conso(
    cui: str, kind: str, name: str, language: str = "ENG", source: str = "RXNORM", suppress: str = "N"
) -> str:
    columns = [
        cui,
        language,
        "",
        "",
        "",
        "",
        "",
        f"{cui}1",
        "",
        cui,
        "",
        source,
        kind,
        cui,
        name,
        "",
        suppress,
        "",
    ]
    assert len(columns) == CONSO_COLUMNS
    return "|".join(columns) + "|\n"


def rel(one: str, kind: str, other: str) -> str:
    columns = [one, "", "CUI", "RN", other, "", "CUI", kind, "1", "", "RXNORM", "RXNORM", "", "", "N", ""]
    assert len(columns) == REL_COLUMNS
    return "|".join(columns) + "|\n"


CONCEPTS = [
    conso("10582", "IN", "levothyroxine"),
    conso("40144", "PIN", "levothyroxine sodium"),
    conso("2551", "IN", "ciprofloxacin"),
    conso("900001", "IN", "zorbaflexin"),
    conso("900002", "PIN", "zorbaflexin mesylate"),
    conso("900003", "MIN", "ciprofloxacin / zorbaflexin"),
    conso("900010", "BN", "Zorbalex"),
    conso("900011", "BN", "Thyrolux Once Weekly"),
    conso("900012", "BN", "Ciprozorb"),
    conso("900013", "BN", "Duothyro"),
    conso("900014", "BN", "Nothingtold"),
    conso("900015", "BN", "Synthroid"),  # ours
    conso("900016", "BN", "Today"),  # an ordinary word
    conso("900017", "BN", "Zap"),  # too short
    conso("900018", "BN", "Twofold"),
    conso("900019", "BN", "Twofold"),
    conso("900020", "IN", "lévozorbine", language="FRE"),
    conso("900021", "BN", "Withdrawnol", suppress="O"),
    conso("900022", "BN", "Foreignol", source="MMSL"),
    conso("900030", "SBD", "zorbaflexin mesylate 10 MG Oral Tablet [Zorbalex]"),
    conso("900031", "SBDC", "levothyroxine sodium 0.05 MG [Thyrolux Once Weekly]"),
    conso("900032", "SBD", "levothyroxine sodium 0.05 MG / zorbaflexin 5 MG Oral Tablet [Duothyro]"),
    conso("900033", "SBD", "ciprofloxacin 250 MG / zorbaflexin 5 MG Oral Tablet [Ciprozorb]"),
    conso("900034", "SBD", "zorbaflexin 5 MG Oral Tablet [Today]"),
    conso("900035", "SBD", "zorbaflexin 5 MG Oral Tablet [Zap]"),
    conso("900036", "SCD", "zorbaflexin 5 MG Oral Tablet"),
]
DAMAGED = ["only|three|columns|\n", conso("", "IN", "numberless")]
RELATIONS = [
    rel("900001", "tradename_of", "900010"),  # either way round
    rel("900011", "has_tradename", "40144"),
    rel("40144", "form_of", "10582"),
    rel("900003", "tradename_of", "900012"),
    rel("10582", "tradename_of", "900013"),
    rel("900001", "tradename_of", "900013"),
    rel("10582", "tradename_of", "900018"),
    rel("2551", "tradename_of", "900019"),
    rel("900001", "has_dose_form", "900010"),
    "half|tradename_of|row\n",
]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path / "home"))
    use_imported(None)
    yield
    use_imported(None)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "rrf"
    folder.mkdir()
    (folder / "RXNCONSO.RRF").write_text("".join([*CONCEPTS, *DAMAGED]), encoding="utf-8")
    (folder / "RXNREL.RRF").write_text("".join(RELATIONS), encoding="utf-8")
    return folder


def run(*arguments: str) -> dict:
    said = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    return json.loads(said.stdout)


def names_of(line: str) -> list[str]:
    return [name for one in read_medicine(line) for name in one.ingredients]


def test_a_brand_takes_the_rules_of_its_ingredient_and_an_unknown_ingredient_is_recognised(release: Path):
    assert read_medicine("Thyrolux Once Weekly 75 am")[0].kind is Kind.UNKNOWN

    told = run("import", "rxnorm", str(release))
    in_use()

    thyroid = to_json(read_medicine("Thyrolux Once Weekly 75 am"))
    assert (thyroid["ingredients"], thyroid["mg_before_h"], thyroid["action"]) == (
        ["levothyroxine"],
        4,
        "apart",
    )
    both = to_json(read_medicine("Ciprozorb 250/5 bid"))
    assert (sorted(both["ingredients"]), both["mg_before_h"]) == (["ciprofloxacin", "zorbaflexin"], 6)
    [bare] = read_medicine("Zorbalex 10 mg bid")
    assert (bare.kind, bare.ingredients, bare.time_words) == (Kind.RECOGNISED, ("zorbaflexin",), ("bid",))
    assert names_of("zorbaflexin mesylate 5") == ["zorbaflexin"]
    assert (told["rows"], told["with_relations"]) == (len(CONCEPTS) + len(DAMAGED) + len(RELATIONS), True)
    assert told["names"] == len(
        ["zorbaflexin", "its mesylate", "MIN", "Zorbalex", "Thyrolux", "Ciprozorb", "Duothyro"]
    )


def test_what_cannot_be_used_is_counted_and_kept_with_its_reason(release: Path):
    told = run("import", "rxnorm", str(release))

    kept = [json.loads(line) for line in Path(told["rejects_file"]).read_text(encoding="utf-8").splitlines()]
    assert len(kept) == told["rejects"]
    assert {(one["given"].split("|")[0], one["why"]) for one in kept} == {
        ("only", "not 18 columns that each end with |"),
        ("", "no number of a concept, or no name"),
        ("half", "not 16 columns that each end with |"),
        ("Nothingtold", "nothing tells which ingredients it holds"),
        ("Synthroid", "nothing tells which ingredients it holds"),
        ("Twofold", "the same name means different ingredients"),
    }
    assert told["left_out"]["other languages"] == 1
    assert told["left_out"]["suppressed or obsolete"] == 1
    assert told["left_out"]["other sources than RxNorm"] == 1
    assert told["left_out"]["names that are ordinary words"] == 1
    assert told["left_out"]["names too short to be told from other words"] == 1
    in_use()
    for line in ("Twofold 5", "Nothingtold 5", "Withdrawnol", "Foreignol"):
        assert read_medicine(line)[0].kind is Kind.UNKNOWN, line
    assert names_of("aspirin 81 today") == ["acetylsalicylic acid"]


def test_our_own_names_are_never_taken_over_and_near_names_still_ask(release: Path):
    save({"synthroid": ("zorbaflexin",), "levothyroxne": ("zorbaflexin",)}, {})
    run("import", "rxnorm", str(release))
    before = to_json(read_medicine("Synthroid 75")), to_json(read_medicine("Zorbalix 10"))
    in_use()

    assert to_json(read_medicine("Synthroid 75")) == before[0]
    assert (
        to_json(read_medicine("Zorbalix 10")) == before[1]
    )  # near to Zorbalex: asked about, never taken for it
    assert before[1]["known"] is False


@pytest.mark.parametrize("shape", ["folder", "file alone", "zip"])
def test_a_folder_a_file_and_a_zip_are_read(release: Path, tmp_path: Path, shape: str):
    source = release
    if shape == "file alone":
        (release / "RXNREL.RRF").unlink()
        source = release / "RXNCONSO.RRF"
    if shape == "zip":
        source = tmp_path / "RxNorm_full.zip"
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("RXNCONSO.RRF", "RXNREL.RRF"):
                archive.write(release / name, f"rrf/{name}")

    told = run("import", "rxnorm", str(source))
    in_use()

    assert told["with_relations"] == (shape != "file alone")
    assert names_of("Duothyro 1 am") == [
        "levothyroxine",
        "zorbaflexin",
    ]  # also from the names of its products
    assert names_of("Thyrolux Once Weekly") == ["levothyroxine"]


def test_the_receipt_says_so_and_replay_too(release: Path, tmp_path: Path):
    own = knowledge.version()
    person = tmp_path / "me.toml"
    person.write_text(
        (ROOT / "examples" / "thyroid-nurse.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    plain = run("plan", str(person), "--today", "2026-11-22")
    told = run("import", "rxnorm", str(release))

    said = CliRunner().invoke(app, ["plan", str(person), "--today", "2026-11-22", "--json"])
    saved = tmp_path / "plan.json"
    saved.write_text(said.stdout, encoding="utf-8")
    assert json.loads(said.stdout)["receipt"]["knowledge"] == f"{own}+rxnorm.{told['digest']}"
    assert plain["receipt"]["knowledge"] == own
    replay(saved)  # the same bytes: no error

    use_imported(None)
    with pytest.raises(MagwiseError, match="other medicine names are imported here"):
        replay(saved)


def test_the_same_release_has_the_same_digest_and_another_another(release: Path):
    first = run("import", "rxnorm", str(release))["digest"]
    (release / "RXNCONSO.RRF").write_text("".join(reversed(CONCEPTS)), encoding="utf-8")
    again = run("import", "rxnorm", str(release))["digest"]
    with (release / "RXNCONSO.RRF").open("a", encoding="utf-8") as file:
        file.write(conso("900099", "IN", "quuxamide"))

    assert again == first
    assert run("import", "rxnorm", str(release))["digest"] != first


def test_an_import_that_is_cut_off_changes_nothing(release: Path, monkeypatch: pytest.MonkeyPatch):
    run("import", "rxnorm", str(release))
    before, rejects = place_of().read_bytes(), rejects_of().read_bytes()

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rxnorm._Reading, "relations", cut_off)
    said = CliRunner().invoke(app, ["import", "rxnorm", str(release)])

    assert said.exit_code != 0
    assert (place_of().read_bytes(), rejects_of().read_bytes()) == (before, rejects)
    assert sorted(path.name for path in place_of().parent.iterdir()) == [
        "rxnorm.rejects.jsonl",
        "rxnorm.sqlite",
    ]


def test_the_names_can_be_looked_at_and_forgotten(release: Path):
    digest = run("import", "rxnorm", str(release))["digest"]
    assert run("import", "rxnorm")["kept"]["digest"] == digest

    assert run("import", "rxnorm", "--forget") == {"forgotten": True}
    assert list(place_of().parent.iterdir()) == []
    assert run("import", "rxnorm", "--forget") == {"forgotten": False}
    with pytest.raises(NotFound, match=r"No names of RxNorm are imported"):
        CliRunner().invoke(app, ["import", "rxnorm"], catch_exceptions=False)


def test_a_damaged_file_is_said_and_left_aside(capsys: pytest.CaptureFixture[str]):
    place_of().parent.mkdir(parents=True)
    place_of().write_bytes(b"no database")

    in_use()

    assert "The imported medicine names cannot be used" in capsys.readouterr().err
    assert "+" not in knowledge.version()


def test_what_is_no_release_is_refused(tmp_path: Path):
    (tmp_path / "notes.zip").write_bytes(b"PK\x03\x04 broken")
    for source in (tmp_path, tmp_path / "absent.RRF"):
        with pytest.raises(NotFound):
            read_release(source, lambda _: None, lambda *_: None)
    with pytest.raises(MagwiseError, match="cannot be imported"):
        CliRunner().invoke(app, ["import", "snomed", "x"], catch_exceptions=False)


def test_a_hostile_row_takes_no_memory_and_hides_no_other(release: Path):
    rejects: list[Reject] = []
    with (release / "RXNCONSO.RRF").open("ab") as file:
        file.write(b"x" * 3_000_000 + b"\n" + b"\xff\xfe|\n" + conso("900099", "IN", "quuxamide").encode())

    found = read_release(release, rejects.append, lambda *_: None)

    assert "quuxamide" in found.names
    assert {"the row is longer than any of RxNorm", "not UTF-8"} <= {one.why for one in rejects}
    assert max(len(one.given) for one in rejects) <= 300


def test_a_start_without_imported_names_loads_no_database():
    code = "import sys; from magwise.adapters.imported_names import in_use; in_use(); print('sqlite3' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"


def test_the_names_lie_where_everything_of_this_user_lies(monkeypatch: pytest.MonkeyPatch):
    assert _home() == home()
    monkeypatch.delenv("MAGWISE_HOME")
    assert _home() == home()

"""What is kept: the same tests over SQLite and over a real PostgreSQL server."""

from __future__ import annotations

import json
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from magwise.adapters.store import LOCAL, database_url, migrate, migrations, open_store, tables
from magwise.adapters.store.people import StalePerson
from magwise.adapters.store.store import Store
from magwise.diary import Confounder, DoseRecord, Entry, Kind, LabResult, OutcomeEntry, SideEffect, Taking
from magwise.errors import DiaryTrouble, MissingExtra, NotABackup, NotFound, WrongUse
from magwise.schedule.log import Report, Said

MONDAY = date(2026, 11, 23)
NEWFOUNDLAND = timezone(timedelta(hours=-3, minutes=-30))
ONE_OF_EACH: tuple[Entry, ...] = (
    DoseRecord(
        day=MONDAY, at=datetime(2026, 11, 23, 19, 5, tzinfo=NEWFOUNDLAND), zone="America/St_Johns",
        taking=Taking.LATE, elemental_mg=122.0, elemental_low_mg=120.0, elemental_high_mg=124.0, units=2,
        product="Citrate", form="citrate", label="Magnesium (as citrate) 61 mg ✓", meal="dinner",
    ),
    DoseRecord(day=MONDAY, taking=Taking.SKIPPED, elemental_mg=0),
    OutcomeEntry(day=MONDAY, outcome="sleep", value=3.5, unit="points", note="woke twice"),
    Confounder(day=MONDAY, what="caffeine", amount=3, unit="cups"),
    Confounder(day=MONDAY, what="new medicine", words="amlodipine 5 mg"),
    LabResult(day=MONDAY, what="serum magnesium", value=0.78, unit="mmol/L", loinc="2601-3"),
    SideEffect(day=MONDAY, what="loose stools", severity=2),
)  # fmt: skip


@pytest.fixture
def store(database: str):
    with open_store(database) as opened:
        yield opened


def plain(entry: Entry) -> Entry:
    return replace(entry, id=None, noted=None)


def test_what_goes_in_comes_out_as_it_was(store: Store):
    kept = store.diary().add_all(ONE_OF_EACH)

    assert [one.id for one in kept] == sorted(one.id for one in kept)
    found = store.diary().entries()
    assert set(map(plain, found)) == set(ONE_OF_EACH)
    dose = next(one for one in found if isinstance(one, DoseRecord) and one.at)
    assert dose.at is not None and dose.at.utcoffset() == timedelta(hours=-3, minutes=-30)
    assert len(dose.label_sha256) == 64


def test_entries_come_by_day_and_kind(store: Store):
    diary = store.diary()
    for away in (3, 0, 1, 2):
        diary.add(OutcomeEntry(day=MONDAY + timedelta(days=away), outcome="sleep", value=away))
    diary.add(SideEffect(day=MONDAY, what="nausea"))

    days = [one.day for one in diary.entries(kinds=[Kind.OUTCOME])]
    assert days == sorted(days) and len(days) == 4
    assert [one.day for one in diary.entries(first=MONDAY + timedelta(days=2))] == days[2:]
    assert len(diary.entries(last=MONDAY)) == 2


def test_an_entry_is_corrected_or_taken_back_and_never_overwritten(store: Store):
    diary = store.diary()
    slip = diary.add(OutcomeEntry(day=MONDAY, outcome="sleep", value=33))

    mended = diary.correct(slip.id, replace(slip, value=3))
    assert [one.value for one in diary.entries()] == [3]
    assert mended.replaces == slip.id
    assert {one.value: bool(one.withdrawn) for one in diary.entries(withdrawn=True)} == {33: True, 3: False}

    diary.withdraw([mended.id])
    assert diary.entries() == [] and diary.last() == []
    with pytest.raises(NotFound):
        diary.withdraw([mended.id])
    with pytest.raises(NotFound):
        diary.correct(999_999, slip)


def test_what_was_said_in_one_breath_is_taken_back_together(store: Store):
    diary = store.diary()
    diary.add(OutcomeEntry(day=MONDAY, outcome="sleep", value=3))
    diary.add_all(
        [
            OutcomeEntry(day=MONDAY, outcome=name, value=x, group="one")
            for name, x in (("sys", 132), ("dia", 84))
        ]
    )

    assert [one.value for one in diary.last()] == [132, 84]
    diary.withdraw(one.id for one in diary.last())
    assert [one.value for one in diary.last()] == [3]


def test_the_same_thing_imported_twice_is_there_once(store: Store):
    entries = [
        OutcomeEntry(day=MONDAY, outcome="sleep", value=n, origin=f"csv:{n % 600}") for n in range(1200)
    ]

    assert store.diary().add_new(entries) == 600
    assert store.diary().add_new(entries) == 0
    with pytest.raises(WrongUse):
        store.diary().add(entries[0])
    assert store.diary().count() == 600


def test_owners_do_not_see_each_other(store: Store):
    ada = store.accounts().add("Ada", "hash")
    mine = store.diary(LOCAL).add(ONE_OF_EACH[2])
    store.diary(ada.id).add(ONE_OF_EACH[3])
    store.people(ada.id).save("me", "{}", "draft")
    store.days(ada.id, "me").note(MONDAY, Report(Said.TOOK, 600, "zinc", 590))

    assert [one.kind for one in store.diary(ada.id).entries()] == [Kind.CONFOUNDER]
    assert store.people(LOCAL).all() == [] and store.days(LOCAL, "me").read().logs == {}
    for steal in (store.diary(ada.id).entry, lambda id: store.diary(ada.id).withdraw([id])):
        with pytest.raises(NotFound):
            steal(mine.id)
    assert store.diary(ada.id).delete_everything() >= 3
    assert store.diary(LOCAL).count() == 1


def test_accounts(store: Store):
    ada = store.accounts().add("Ada", "hash")

    assert [one.name for one in store.accounts().all()] == ["local", "Ada"]
    assert store.accounts().named("Ada") == ada and store.accounts().named("Eve") is None
    store.accounts().set_password(ada.id, "other")
    assert store.accounts().get(ada.id).password_hash == "other"  # noqa: S105 - no secret
    for taken in ("Ada", "local"):
        with pytest.raises(WrongUse):
            store.accounts().add(taken)
    store.diary(ada.id).add(ONE_OF_EACH[2])
    assert store.accounts().delete(ada.id) and not store.accounts().delete(ada.id)
    with store.engine.connect() as connection:
        for table in (tables.entries, tables.outcome_entries):  # keys are checked: nothing is orphaned
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0
    with pytest.raises(WrongUse):
        store.accounts().delete(LOCAL)


def test_a_person_saved_in_two_tabs_is_not_overwritten(store: Store):
    people = store.people()
    first = people.save("me", '{"age": 46}', "draft", version=0)
    assert people.save("me", '{"age": 47}', "draft", version=first.version).version == 2

    with pytest.raises(StalePerson):
        people.save("me", '{"age": 48}', "draft", version=first.version)
    assert people.get("me").content == '{"age": 47}'
    people.save("me", "[person]\nage = 47", "toml")
    assert [(one.name, one.format, one.version) for one in people.all()] == [("me", "toml", 3)]
    assert people.delete("me") and not people.delete("me")
    with pytest.raises(NotFound):
        people.get("me")


def test_a_report_of_the_day_and_its_dose_are_taken_back_together(store: Store):
    days = store.days(LOCAL, "/home/ada/me.toml")
    dose = DoseRecord(day=MONDAY, taking=Taking.TAKEN, elemental_mg=61)
    days.note(MONDAY, Report(Said.TOOK, 600, "magnesium", 590, 61.0, "lunch"), [dose])
    days.note(MONDAY, Report(Said.LATE, 700, late_min=45))

    assert [one.said for one in days.read().log(MONDAY).reports] == ["took", "late"]
    assert [one.source for one in store.diary().entries()] == ["day"]
    days.take_back(MONDAY)
    assert store.diary().count() == 1
    days.take_back(MONDAY)
    assert store.diary().count() == 0 and days.read().log(MONDAY).reports == ()


def test_one_trial_at_a_time(store: Store):
    trials = store.trials()
    first = trials.add(outcome="sleep", seal="ab12", allocation="AABB", plan={"days": 56})

    with pytest.raises(WrongUse):
        trials.add(outcome="bristol", seal="cd", allocation=None, plan={})
    assert trials.running() == first
    assert trials.change(first.id, state="ended", plan={"days": 57}).plan == {"days": 57}
    assert trials.running() is None and trials.newest() is not None
    assert trials.add(outcome="bristol", seal="cd", allocation=None, plan={}).allocation is None
    assert len(trials.all()) == 2


def fill(store: Store) -> None:
    diary = store.diary()
    diary.add_all(ONE_OF_EACH)
    slip = diary.add(OutcomeEntry(day=MONDAY, outcome="sleep", value=33))
    diary.correct(slip.id, replace(slip, value=3))
    store.people().save("me", "[person]\nage = 46")
    store.days(LOCAL, "me").note_start(MONDAY)
    store.days(LOCAL, "me").note(MONDAY, Report(Said.TOOK, 600, "zinc", 590))
    store.trials().add(outcome="sleep", seal="ab12", allocation="AABB", plan={"days": 56, "name": "Schläft"})


def without_sum(saved: dict) -> str:
    text = {key: value for key, value in saved.items() if key not in {"sha256", "saved"}}
    for one in text["entries"]:
        one.pop("id"), one.pop("replaces", None)
    return json.dumps(text, sort_keys=True)


def test_everything_is_saved_and_read_back_into_any_database(store: Store, tmp_path: Path):
    fill(store)
    saved = json.loads(json.dumps(store.diary().export()))

    with open_store(f"sqlite:///{tmp_path}/other.sqlite3") as other:
        other.diary().add(ONE_OF_EACH[3])
        assert other.diary().restore(saved) == 9
        assert without_sum(other.diary().export()) == without_sum(store.diary().export())
        [mended] = [one for one in other.diary().entries() if one.replaces]
        assert other.diary().entry(mended.replaces).withdrawn
    store.diary().restore(saved)
    assert store.diary().count() == 8


@pytest.mark.parametrize("harm", ["{}", "[]", "3", '{"magwise_diary": 1}', '{"magwise_diary": 99}'])
def test_what_is_no_backup_changes_nothing(store: Store, harm: str):
    fill(store)
    with pytest.raises(NotABackup):
        store.diary().restore(json.loads(harm))
    assert store.diary().count() == 8


def test_a_changed_backup_is_refused_whatever_was_changed(store: Store):
    fill(store)
    saved = store.diary().export()
    saved["entries"][0]["elemental_mg"] = 9999
    with pytest.raises(NotABackup, match="sum does not fit"):
        store.diary().restore(saved)
    for name in ("entries", "people", "day_people", "day_reports", "trials"):
        with pytest.raises(NotABackup):
            store.diary().restore({**store.diary().export(), name: None})
    assert store.diary().count() == 8


def test_a_backup_with_the_right_sum_and_wrong_things_in_it_changes_nothing(store: Store):
    from magwise.adapters.store.archive import _sum

    fill(store)
    good = store.diary().export()
    for harm in (
        {"entries": [{"kind": "dose", "day": "2026-11-23"}]},
        {"entries": [{"kind": "outcome", "day": "2026-11-23", "outcome": "sleep", "value": "7"}]},
        {"entries": [{"kind": "outcome", "day": "soon", "outcome": "sleep", "value": 7}]},
        {"people": [{"name": 5}]},
        {"trials": [{"state": "running"}]},
    ):
        kept = {
            name: good[name] for name in ("entries", "people", "day_people", "day_reports", "trials")
        } | harm
        with pytest.raises(NotABackup):
            store.diary().restore({"magwise_diary": 1, "sha256": _sum(kept), **kept})
    assert store.diary().count() == 8


def test_to_delete_everything_leaves_nothing(store: Store):
    fill(store)

    assert store.diary().delete_everything() > 0
    empty = store.diary().export()
    assert not any(empty[name] for name in ("entries", "people", "day_people", "day_reports", "trials"))


# -- the tables ----------------------------------------------------------------------------------------------


def shape(engine: sa.Engine) -> dict[str, object]:
    seen = sa.inspect(engine)
    return {
        table: (
            {(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)},
            {key["constrained_columns"][0] for key in seen.get_foreign_keys(table)},
            {tuple(index["column_names"]) for index in seen.get_indexes(table) if not index["unique"]},
            {tuple(one["column_names"]) for one in seen.get_unique_constraints(table)},
        )
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def test_the_migrations_make_the_tables_that_the_code_uses(database: str, tmp_path: Path):
    with open_store(database) as store:
        made = shape(store.engine)
        with store.engine.begin() as connection:
            for table in reversed(sa.inspect(connection).get_table_names()):
                suffix = " CASCADE" if connection.dialect.name == "postgresql" else ""
                if not suffix:
                    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                connection.exec_driver_sql(f"DROP TABLE {table}{suffix}")
            tables.metadata.create_all(connection)
        assert shape(store.engine) == made


def steps() -> list[str]:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [migrations.HEAD]  # one line, and HEAD is its end
    return [script.revision for script in scripts.walk_revisions()]


def test_each_step_can_be_taken_back_and_done_again_with_data_in_it(database: str):
    with open_store(database) as store:
        fill(store)
        for before in [*steps()[1:], "base"]:
            migrate.take_back(store.engine, before)
            assert migrate.version_of(store.engine) == (None if before == "base" else before)
            migrate.bring_up_to_date(store.engine)
            if before != "base":
                assert store.diary().count() == 8
        assert migrate.version_of(store.engine) == migrations.HEAD
        assert set(shape(store.engine)) == set(tables.metadata.tables)


def test_a_step_that_fails_leaves_the_tables_as_they_were(database: str, monkeypatch: pytest.MonkeyPatch):
    with open_store(database) as store:
        fill(store)

        def stumble(*_: object, **__: object) -> None:
            raise RuntimeError("no power")

        from alembic.operations import Operations

        real = Operations.drop_table
        gone: list[str] = []

        def third_time(self: object, name: str, **more: object) -> None:
            gone.append(name)
            stumble() if len(gone) == 3 else real(self, name, **more)

        monkeypatch.setattr(Operations, "drop_table", third_time)
        with pytest.raises(Exception, match="no power"):
            migrate.take_back(store.engine, "base")
        assert gone
        assert store.diary().count() == 8


def test_a_diary_of_a_newer_magwise_is_left_alone(database: str):
    with open_store(database) as store, store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DiaryTrouble, match="newer"):
        open_store(database)


def test_many_open_a_new_diary_at_once(database: str):
    troubles: list[BaseException] = []

    def opens() -> None:
        try:
            with open_store(database) as store:
                store.diary().add(ONE_OF_EACH[2])
        except BaseException as bad:
            troubles.append(bad)

    threads = [threading.Thread(target=opens) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert troubles == []
    with open_store(database) as store:
        assert store.diary().count() == 6


# -- crashes and company -------------------------------------------------------------------------------------

WRITER = """
import sys
from datetime import date
from magwise.adapters.store import open_store
from magwise.diary import OutcomeEntry
diary = open_store(sys.argv[1]).diary()
for number in range(int(sys.argv[3])):
    diary.add(OutcomeEntry(day=date(2026, 11, 23), outcome=sys.argv[2], value=number))
    print(number, flush=True)
"""


def writer(database: str, name: str, many: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, database, name, str(many)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kept_by(database: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    with open_store(database) as store:
        for one in store.diary().entries():
            assert isinstance(one, OutcomeEntry)
            found.setdefault(one.outcome, []).append(one.value)
    return found


def test_killed_at_any_moment_every_entry_that_was_answered_is_there(database: str):
    """Twelve programs are killed while they write; of each, what it had said is kept, and at most one entry more."""
    chance = random.Random(20261122)
    answered: dict[str, int] = {}
    for run in range(12):
        process = writer(database, f"run {run}", 100_000)
        assert process.stdout
        said = os.read(process.stdout.fileno(), 1)  # past Python's own buffer, which would swallow lines
        time.sleep(chance.uniform(0, 0.25))
        process.send_signal(signal.SIGKILL)
        said += process.communicate()[0].encode()
        answered[f"run {run}"] = said.count(b"\n")

    kept = kept_by(database)
    assert sum(answered.values()) > 60
    for name, many in answered.items():
        assert kept[name] == list(range(len(kept[name])))
        assert many <= len(kept[name]) <= many + 1


def test_two_programs_at_once_wait_for_each_other(database: str):
    both = [writer(database, name, 120) for name in ("a", "b")]
    for process in both:
        assert process.communicate()[1] == ""

    assert kept_by(database) == {"a": list(range(120)), "b": list(range(120))}


def test_threads_share_one_store(store: Store):
    def adds(name: str) -> None:
        for number in range(20):
            store.diary().add(OutcomeEntry(day=MONDAY, outcome=name, value=number))

    threads = [threading.Thread(target=adds, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.diary().count() == 80


# -- the file ------------------------------------------------------------------------------------------------


def test_only_this_user_can_read_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path / "kept"))
    os.umask(0o022)
    with open_store() as store:
        store.diary().add(ONE_OF_EACH[2])
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "kept").iterdir()}
        with store.engine.connect() as connection:
            said = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in (
                "journal_mode", "synchronous", "foreign_keys", "secure_delete")]  # fmt: skip

    assert set(modes.values()) == {0o600} and "diary.sqlite3" in modes
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700
    assert said == ["wal", 2, 1, 1]


def test_what_was_deleted_is_not_in_the_file(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path}/d.sqlite3") as store:
        store.diary().add(SideEffect(day=MONDAY, what="a most private complaint"))
        store.diary().delete_everything()

    assert not any(b"private complaint" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_damaged_file_is_told_of(tmp_path: Path):
    (tmp_path / "d.sqlite3").write_bytes(b"no database at all" * 500)
    with pytest.raises(DiaryTrouble, match="damaged") as named:
        open_store(f"sqlite:///{tmp_path}/d.sqlite3")
    assert "restore" in (named.value.remedy or "")


def test_a_folder_that_cannot_be_made_is_told_of(tmp_path: Path):
    (tmp_path / "in-the-way").write_text("")
    with pytest.raises(DiaryTrouble, match="cannot be made"):
        open_store(f"sqlite:///{tmp_path}/in-the-way/d.sqlite3")


@pytest.mark.parametrize(
    "url", ["mysql://me:secret@x", "sqlite://", "sqlite:///", "secret.db", "postgresql:/secret"]
)
def test_another_kind_of_url_is_refused_without_its_password(url: str):
    with pytest.raises(WrongUse) as named:
        open_store(url)
    assert "secret" not in str(named.value)


def test_where_things_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path))
    assert database_url() == f"sqlite:///{tmp_path}/diary.sqlite3"
    monkeypatch.setenv("MAGWISE_DATABASE", "postgres://ada@host/diary")
    assert database_url() == "postgresql+psycopg://ada@host/diary"
    assert database_url("sqlite:////tmp/x") == "sqlite:////tmp/x"


def test_without_the_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra) as named:
        open_store("postgresql://nobody@localhost/none")
    assert "magwise[postgres]" in (named.value.remedy or "")


def test_a_server_that_is_not_there_is_told_of_without_the_password(tmp_path: Path):
    with pytest.raises(DiaryTrouble) as named:
        open_store(f"postgresql://ada:hunter2@/none?host={tmp_path}")
    assert "hunter2" not in str(named.value)


# -- what an earlier version kept ----------------------------------------------------------------------------

OLD = (
    '{"kind": "file", "format": 1, "person": "/home/ada/me.toml"}\n'
    '{"kind":"start","start":"2026-11-20"}\n'
    '{"kind":"report","day":"2026-11-23","said":"took","now":600,"what":"zinc","at":590,"elemental_mg":0.0,"dose":"","yesterday":false,"late_min":0}\n'
    '{"kind":"report","day":"2026-11-23","said":"late","now":700,"what":"","at":0,"elemental_mg":0.0,"dose":"","yesterday":false,"late_min":45}\n'
    '{"kind":"undo","day":"2026-11-23"}\n'
    "no json\n"
    '{"kind":"report","day":"2026-11-23"}\n'
)


def test_old_days_are_taken_over_once_and_what_cannot_be_read_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path))
    (tmp_path / "days").mkdir()
    (tmp_path / "days" / "abc.jsonl").write_text(OLD)
    (tmp_path / "days" / "last-person").write_text("/home/ada/me.toml")

    for _ in range(2):
        with open_store() as store:
            kept = store.days(LOCAL, "/home/ada/me.toml").read()
            assert kept.start == date(2026, 11, 20)
            assert [one.what for one in kept.log(MONDAY).reports] == ["zinc"]
    [left] = (tmp_path / "days").iterdir()
    assert [json.loads(line)["line"] for line in left.read_text().splitlines()] == ["6", "7"]

    from magwise.adapters.store import remembered

    assert remembered() == Path("/home/ada/me.toml")


def test_a_plan_does_not_open_the_store():
    code = "import sys, magwise.adapters.cli.plan, magwise.adapters.store; print([m for m in sys.modules if m.startswith(('sqlalchemy', 'alembic'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_moments_are_utc_inside_whatever_the_offset(store: Store):
    at = datetime(2026, 3, 29, 2, 30, tzinfo=UTC)
    for hours in (-11, 0, 14):
        store.diary().add(
            OutcomeEntry(
                day=MONDAY, outcome="sleep", value=1, at=at.astimezone(timezone(timedelta(hours=hours)))
            )
        )

    assert {one.at for one in store.diary().entries()} == {at}
    assert sorted(one.at.utcoffset() // timedelta(hours=1) for one in store.diary().entries()) == [-11, 0, 14]

"""Into the diary from a table of days and from Apple Health's export."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from adapters.day_sessions import Said, say
from magwise.adapters.store import LOCAL, open_store
from magwise.diary.views import said_of


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path / "kept"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept() -> list[str]:
    with open_store() as store:
        return [f"{one.day} {said_of(one)}" for one in store.diary(LOCAL).entries()]


def read(text: str, *more: str, name: str = "t.csv") -> Said:
    Path(name).write_text(text, encoding="utf-8")
    return say("diary", "import", name, *more)


def rejects(name: str = "t.csv") -> list[dict]:
    return [json.loads(line) for line in Path(f"{name}.rejects.jsonl").read_text().splitlines()]


# -- tables --------------------------------------------------------------------------------------------------


def test_a_table_with_known_columns_is_read_and_a_second_time_adds_nothing():
    table = "date,sleep,bp,coffee,cramps,steps\n2026-11-20,7,132/84,2,,9000\n2026-11-21,,,,3,100\n"
    said = read(table)

    assert said.code == 0, said.err
    assert "Added 5 entries" in said.out and "knows no such thing: steps" in said.out
    assert kept() == [
        "2026-11-20 sleep 7 points",
        "2026-11-20 upper pressure 132 mmHg",
        "2026-11-20 lower pressure 84 mmHg",
        "2026-11-20 caffeine 2 cups",
        "2026-11-21 cramps 3 a day",
    ]
    assert "Added 0 entries" in read(table).out
    assert "Added 1 entry" in read(table + "2026-11-22,5,,,,\n").out


def test_columns_are_mapped_and_days_have_a_form():
    said = read("Datum;Schlaf;Stuhl\n20.11.2026;7;4\n", "--map", "day=Datum", "--map", "sleep=Schlaf", "--map", "bristol=Stuhl",
                "--date-format", "%d.%m.%Y")  # fmt: skip

    assert said.code == 0, said.err
    assert kept() == ["2026-11-20 sleep 7 points", "2026-11-20 stool form 4 type"]


def test_what_cannot_be_read_is_kept_with_its_line_and_reason_and_the_rest_is_there():
    said = read(
        "day,sleep,sleep time\n"
        "2026-11-20,good,7 h\n"  # text in numbers
        "2026-11-21,11,430 min\n"  # out of range; another unit is converted
        "11/22/2026,7,\n"  # two ways to read a date
        ",7,\n"
        "2026-11-23,7,3 days\n"
        "2026-11-24,7,5,1\n"  # a decimal comma
    )

    assert said.code == 0
    assert kept() == [
        "2026-11-20 time asleep 420 min",
        "2026-11-21 time asleep 430 min",
        "2026-11-23 sleep 7 points",
    ]
    why = {one["line"]: one["why"] for one in rejects()}
    assert sorted(why) == [2, 3, 4, 5, 6, 7]
    for line, words in {
        2: "'good'",
        3: "between 0 and 10",
        4: "two ways",
        5: "missing",
        6: "'days' is no unit",
        7: "4 cells",
    }.items():
        assert words in why[line]
    assert "6 could not be read (line 2" in said.out


@pytest.mark.parametrize(
    ("table", "words", "told"),
    [
        ("sleep\n7\n", (), "no column of days"),
        ("day,steps\n2026-11-20,3\n", (), "No column holds anything"),
        ("day,x\n2026-11-20,3\n", ("--map", "sleep=y"), "no column 'y'"),
        ("day,x\n2026-11-20,3\n", ("--map", "sleap=x"), "nothing that the diary knows"),
        ("day,x\n2026-11-20,3\n", ("--map", "sleep"), "maps nothing"),
        ("day\0,x\n", (), "no text"),
    ],
)
def test_a_table_that_cannot_be_used_changes_nothing(table: str, words: tuple[str, ...], told: str):
    said = read(table, *words)

    assert said.code in {2, 31} and told in " ".join(said.err.split()), said.err
    assert kept() == []


def test_a_moment_with_its_zone_belongs_to_its_own_day():
    read("day,sleep\n2026-11-20T23:30:00-05:00,7\n2026-11-21T00:10:00+09:00,3\n")

    assert kept() == ["2026-11-20 sleep 7 points", "2026-11-21 sleep 3 points"]


def test_our_own_export_comes_back(home: Path):
    for line in (
        "sleep 7",
        "bp 132/84",
        "coffee 2",
        "caffeine 200 mg",
        "new medicine amlodipine",
        "severe headache",
        "dose skipped",
    ):
        assert say("log", *line.split()).code == 0
    say("log", "lab", "serum magnesium", "0.78", "mmol/L")
    say("log", "side effect", "@purple ears", "--note", "=1")
    before = kept()
    assert say("diary", "export", "d.csv").code == 0
    say("diary", "delete", "--yes")

    said = say("diary", "import", "d.csv")
    assert "Added 10 entries" in said.out, said.out
    assert sorted(kept()) == sorted(before)
    assert "Added 0 entries" in say("diary", "import", "d.csv").out


def test_a_red_flag_in_what_was_read_is_said_first():
    assert read("day,side effect\n2026-11-20,fainted\n").words.startswith("Get help now.")


# -- Apple Health --------------------------------------------------------------------------------------------

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
DOCTYPE = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ATTLIST HeartRateVariabilityMetadataList #IMPLIED EMPTY>
  <!ELEMENT device CDATA broken
]>
"""


def record(
    kind: str, value: str, at: str, until: str = "", unit: str = "", source: str = "Watch", inside: str = ""
) -> str:
    prefix = "HKCategoryTypeIdentifier" if value.startswith("HK") else "HKQuantityTypeIdentifier"
    units = f' unit="{unit}"' if unit else ""
    return f'<Record type="{prefix}{kind}" sourceName="{source}"{units} startDate="{at}" endDate="{until or at}" value="{value}">{inside}</Record>\n'


ASLEEP = "HKCategoryValueSleepAnalysisAsleepCore"
RECORDS = (
    record("BloodPressureSystolic", "132", "2026-11-20 07:02:11 +0100", unit="mmHg")
    + record("BloodPressureDiastolic", "84", "2026-11-20 07:02:11 +0100", unit="mmHg")
    + '<Correlation type="HKCorrelationTypeIdentifierBloodPressure">'
    + record("BloodPressureSystolic", "132", "2026-11-20 07:02:11 +0100", unit="mmHg")
    + "</Correlation>\n"
    + record(
        "BloodPressureSystolic", "132", "2026-11-20 06:02:11 +0000", unit="mmHg", source="Some App"
    )  # the same moment
    + record("DietaryCaffeine", "95", "2026-11-20 08:00:00 +0100", unit="mg", source="App")
    + record("DietaryCaffeine", "95", "2026-11-20 15:00:00 +0100", unit="mg", source="App")
    + record(
        "DietaryCaffeine", "190", "2026-11-20 15:00:00 +0100", unit="mg", source="Other"
    )  # the same coffees again
    + record("DietaryCaffeine", "95", "2026-11-21 08:00:00 +0100", unit="mg", source="App")
    + record("SleepAnalysis", ASLEEP, "2026-11-19 23:00:00 +0100", "2026-11-20 03:00:00 +0100")
    + record(
        "SleepAnalysis", ASLEEP, "2026-11-20 02:30:00 +0100", "2026-11-20 06:30:00 +0100"
    )  # overlaps by half an hour
    + record(
        "SleepAnalysis", ASLEEP, "2026-11-19 22:00:00 +0100", "2026-11-20 07:00:00 +0100", source="Phone"
    )
    + record("SleepAnalysis", ASLEEP, "2026-11-20 23:00:00 +0100", "2026-11-21 06:00:00 +0100")
    + record(
        "SleepAnalysis",
        "HKCategoryValueSleepAnalysisInBed",
        "2026-11-20 21:00:00 +0100",
        "2026-11-21 08:00:00 +0100",
    )
    + record("Nausea", "HKCategoryValueSeverityModerate", "2026-11-21 09:00:00 +0100")
    + record("Fainting", "HKCategoryValueSeverityNotPresent", "2026-11-21 09:00:00 +0100")
    + record("StepCount", "9000", "2026-11-21 09:00:00 +0100", unit="count")
)
EXPECTED = [
    "2026-11-20 upper pressure 132 mmHg",
    "2026-11-20 lower pressure 84 mmHg",
    "2026-11-20 caffeine 190 mg",
    "2026-11-20 time asleep 450 min",  # 23:00 to 06:30 on the watch, which has most nights
    "2026-11-21 caffeine 95 mg",
    "2026-11-21 nausea: moderate",
    "2026-11-21 time asleep 420 min",
]


def export(records: str = RECORDS, head: str = HEAD, doctype: str = DOCTYPE) -> bytes:
    return f'{head}{doctype}<HealthData locale="en_GB">\n{records}</HealthData>\n'.encode()


@pytest.mark.parametrize(
    "doctype", [DOCTYPE, "", "<!DOCTYPE HealthData>\n", DOCTYPE.replace("<!ATTLIST", "\x0b<!ATTLIST")]
)
def test_an_export_is_read_once_whatever_its_document_type(doctype: str):
    Path("export.xml").write_bytes(export(RECORDS.replace("Some App", "Some\x0b App"), doctype=doctype))

    said = say("diary", "import", "export.xml")
    assert said.code == 0, said.err
    assert sorted(kept()) == sorted(EXPECTED)
    assert "Added 0 entries" in say("diary", "import", "export.xml").out


def test_the_zip_it_comes_in_is_read():
    with zipfile.ZipFile("export.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("apple_health_export/export_cda.xml", "<nothing/>")
        packed.writestr("apple_health_export/export.xml", export())

    assert say("diary", "import", "export.zip").code == 0
    assert len(kept()) == len(EXPECTED)


def test_records_that_cannot_be_are_kept_with_the_reason():
    bad = (
        record("BloodPressureSystolic", "1320", "2026-11-20 07:02:11 +0100", unit="mmHg")
        + record("BloodPressureSystolic", "132", "yesterday", unit="mmHg")
        + record("BloodPressureSystolic", "132", "2026-11-20 07:02:11 +0100", unit="furlong")
        + record("DietaryCaffeine", "a lot", "2026-11-20 07:02:11 +0100", unit="mg")
        + record("DietaryCaffeine", "95", "2026-11-20 07:02:11 +0100", unit="cup")
        + record("DietaryCaffeine", "99999", "2026-11-20 07:02:11 +0100", unit="mg")
        + record("SleepAnalysis", ASLEEP, "2026-11-20 07:00:00 +0100", "2026-11-19 07:00:00 +0100")
    )
    Path("export.xml").write_bytes(export(bad + RECORDS.replace("DietaryCaffeine", "StepCount")))

    said = say("diary", "import", "export.xml")
    assert "7 could not be read" in said.out
    assert all(one["why"] for one in rejects("export.xml"))
    assert len(kept()) == len(EXPECTED) - 2


@pytest.mark.parametrize(
    "harm",
    [
        export()[:-30],
        export()[: len(export()) // 2],
        b"<html></html>",
        b"",
        b"\x00\xff" * 5000,
        export(doctype='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>').replace(b"9000", b"&b;"),
        export(doctype='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>').replace(b"9000", b"&a;"),
    ],
)
def test_a_damaged_export_is_told_of_and_nothing_is_noted(harm: bytes):
    Path("export.xml").write_bytes(harm)
    said = say("diary", "import", "export.xml")

    assert said.code == 31, said.err
    assert "Traceback" not in said.err and "root:" not in said.err
    assert kept() == []


def test_another_archive_and_no_file_are_told_of():
    with zipfile.ZipFile("other.zip", "w") as packed:
        packed.writestr("a.txt", "a")
    assert say("diary", "import", "other.zip").code == 31
    assert say("diary", "import", "nothing.xml").code == 11
    Path("no.zip").write_bytes(b"no zip")
    assert say("diary", "import", "no.zip").code == 11


MEASURE = """
import resource, sys
from pathlib import Path
from magwise.adapters.importers.apple_health import read_export
from magwise.adapters.importers.rejects import Rejects
found = sum(1 for _ in read_export(Path(sys.argv[1]), Rejects()))
print(found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_the_file(home: Path):
    """Eight times the file, hardly more memory: 4 MB and 34 MB of records."""
    used = {}
    for name, times in (("small.xml", 1), ("large.xml", 8)):
        with (home / name).open("wb") as file:
            file.write(f'{HEAD}{DOCTYPE}<HealthData locale="en">\n'.encode())
            step = record(
                "StepCount",
                "9",
                "2026-11-21 09:00:00 +0100",
                unit="count",
                inside="<MetadataEntry key='a' value='b'/>",
            ).encode()
            for _ in range(times * 500):
                file.write(
                    step * 40
                    + record("DietaryCaffeine", "0.1", "2026-11-21 09:00:00 +0100", unit="mg").encode()
                )
            file.write(b"</HealthData>")
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(home / name)], capture_output=True, text=True, check=True
        )
        found, used[name] = map(int, done.stdout.split())
        assert found == 1

    assert (home / "large.xml").stat().st_size > 30_000_000
    assert used["large.xml"] < used["small.xml"] + 25

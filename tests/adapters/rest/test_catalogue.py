"""Catalogues by upload: the rows and tables of the commands, progress as events, and bounds that hold."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.rest.server import serving
from adapters.session import magwise
from magwise.adapters.rest import jobs
from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings

LABELS = [
    ("A1", "Magnesium (as magnesium citrate) 100 mg"),
    ("A2", "Magnesium oxide 400 mg"),
    ("A3", "Magnesium Aspartate 615 mg"),
    ("A4", "Vitamin C 500 mg"),
]
TABLE = "sku,label\n" + "".join(f'{id},"{text}"\n' for id, text in LABELS)
COLUMNS = {"id": "sku", "text": "label"}


@pytest.fixture
def api(tmp_path: Path) -> Iterator[httpx.Client]:
    app = create_app(Settings(quiet=True, requests_per_second=1e6, largest_upload=3_000_000))
    with serving(app) as at, httpx.Client(base_url=f"{at}/api/v1", timeout=60) as client:
        yield client


def sent(api: httpx.Client, content: bytes, name: str = "labels.csv", **columns: str) -> httpx.Response:
    return api.post("/catalogue", files={"catalogue": (name, content)}, data={**COLUMNS, **columns})


def over(api: httpx.Client, at: str) -> dict[str, Any]:
    for _ in range(300):
        job = api.get(at).json()
        if job["state"] in {"done", "failed", "stopped"}:
            return dict(job)
        time.sleep(0.1)
    raise AssertionError("the job does not come to an end")


def test_a_catalogue_is_read_as_the_commands_read_it(api: httpx.Client, tmp_path: Path) -> None:
    begun = sent(api, TABLE.encode())
    assert begun.status_code == 202, begun.text
    at = begun.headers["location"].removeprefix("/api/v1")

    with api.stream("GET", f"{at}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = "".join(stream.iter_text())
    events = [json.loads(line[6:]) for line in told.splitlines() if line.startswith("data: ")]
    assert "event: end" in told
    assert events[-1]["state"] == "done" and events[-1]["rows"] == 4 and events[-1]["share"] == 1.0

    (tmp_path / "labels.csv").write_text(TABLE, encoding="utf-8")
    out = tmp_path / "read.jsonl"
    magwise("screen", str(tmp_path / "labels.csv"), "--id", "sku", "--text", "label", "--out", str(out))
    assert api.get(f"{at}/rows").text == out.read_text(encoding="utf-8")
    assert api.get(f"{at}/league").json() == json.loads(magwise("league", str(out), "--json").stdout)
    assert api.get(f"{at}/rejects").status_code == 404
    assert [one["state"] for one in api.get("/catalogue").json()["jobs"]] == ["done"]
    assert api.delete(at).status_code == 204
    assert api.get(at).status_code == 404


def test_rows_that_cannot_be_read_are_kept_with_the_reason(api: httpx.Client) -> None:
    content = b'{"sku": "1", "label": "Magnesium citrate 100 mg"}\nnot json\n'
    at = sent(api, content, "labels.jsonl").headers["location"].removeprefix("/api/v1")

    job = over(api, at)

    assert (job["state"], job["rows"], job["rejected"]) == ("done", 2, 1)
    assert "why" in json.loads(api.get(f"{at}/rejects").text.splitlines()[0])


def test_a_missing_column_is_said(api: httpx.Client) -> None:
    at = sent(api, TABLE.encode(), text="nowhere").headers["location"].removeprefix("/api/v1")
    job = over(api, at)

    assert job["state"] == "failed"
    assert "nowhere" in json.dumps(job["error"]) and "/tmp" not in json.dumps(job["error"])  # noqa: S108
    assert api.get(f"{at}/league").status_code == 409


def test_a_bomb_ends_itself(api: httpx.Client) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("labels.csv", "w", force_zip64=True) as file,
    ):
        for _ in range(300):
            file.write(b"0" * 1_000_000)
    assert len(packed.getvalue()) < 3_000_000
    at = sent(api, packed.getvalue(), "labels.zip").headers["location"].removeprefix("/api/v1")

    assert over(api, at)["state"] == "failed"


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("labels.exe", b"MZ", 415),
        ("../../etc/passwd", b"x", 415),
        ("a.csv/../../b.csv", TABLE.encode(), 202),  # the name decides nothing but the ending
        ("big.csv", b"0" * 3_000_001, 413),
    ],
)
def test_names_and_sizes_of_uploads_are_bounded(
    api: httpx.Client, name: str, content: bytes, status: int
) -> None:
    assert sent(api, content, name).status_code == status


def test_a_running_job_can_be_stopped_and_too_many_are_told_to_wait(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_run", lambda job: time.sleep(1.5))
    begun = [sent(api, TABLE.encode()) for _ in range(jobs.AT_ONCE + jobs.WAITING)]
    late = sent(api, TABLE.encode())

    assert {one.status_code for one in begun} == {202}
    assert late.status_code == 503 and int(late.headers["retry-after"]) >= 1
    for one in begun:
        assert api.delete(one.headers["location"].removeprefix("/api/v1")).status_code == 204
    assert api.get("/catalogue").json() == {"jobs": []}

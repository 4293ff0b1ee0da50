"""What the tests of adapters share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters import postgres
from adapters.day_sessions import ME
from magwise.adapters.photo import Reader


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One warm reader of photos: starting it is what takes time."""
    with Reader() as warm:
        yield warm


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real server, started once; a test that needs it skips, with the reason, where there can be none."""
    try:
        with postgres.server() as url:
            yield url
    except postgres.NoServer as why:
        pytest.skip(str(why))


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/diary.sqlite3"
        return
    import psycopg

    server: str = request.getfixturevalue("postgres_url")
    name = f"d{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with a person file, and nothing kept yet."""
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path / "kept"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "me.toml").write_text(ME, encoding="utf-8")
    return tmp_path

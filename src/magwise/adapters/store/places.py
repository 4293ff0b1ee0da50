"""Where things are kept: this user's folder, or the database that an URL names. Nothing is opened here."""

from __future__ import annotations

import os
from pathlib import Path

from magwise.errors import WrongUse

__all__ = ["LOCAL", "SQLITE", "database_url", "home", "sqlite_url"]

LOCAL = "local"  # the owner of what the command line and a web app without accounts keep
SQLITE = "sqlite:///"
_FILE = "diary.sqlite3"
_POSTGRES = ("postgresql+psycopg://", "postgresql://", "postgres://")


def home() -> Path:
    """This user's folder: MAGWISE_HOME, else the system's place for application data."""
    given = os.environ.get("MAGWISE_HOME")
    if given:
        return Path(given).expanduser()
    from platformdirs import user_data_path

    return Path(user_data_path("magwise", appauthor=False))


def database_url(given: str | None = None) -> str:
    """The URL given, else MAGWISE_DATABASE, else the file in this user's folder. Raises WrongUse for another kind."""
    url = given or os.environ.get("MAGWISE_DATABASE") or sqlite_url(home() / _FILE)
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return url
    for beginning in _POSTGRES:
        if url.startswith(beginning):
            return _POSTGRES[0] + url.removeprefix(beginning)
    raise WrongUse(
        "This is no database that can be used.",
        where=f"{url.split('://')[0][:40]}://" if "://" in url else None,  # what follows may hold a password
        remedy="Write sqlite:////path/to/file or postgresql://user@host/name.",
    )


def sqlite_url(path: Path) -> str:
    return f"{SQLITE}{path.absolute()}"

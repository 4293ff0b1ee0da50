"""Everything Magwise remembers of people, in one database: SQLite on this computer, or a PostgreSQL server.

    from magwise.adapters.store import LOCAL, open_store

    store = open_store()                              # this user's folder; MAGWISE_DATABASE or an URL names another
    diary = store.diary(LOCAL)                        # every row belongs to an owner; LOCAL is the command line's
    kept = diary.add(OutcomeEntry(day=today, outcome="sleep", value=7))   # on the disk when it returns, with an id
    diary.entries(first=monday, last=sunday)          # pure values of `magwise.diary`, in the order of their days
    diary.correct(kept.id, replace(kept, value=6))    # the old entry is withdrawn, never overwritten
    diary.export(); diary.restore(saved); diary.delete_everything()
    store.people(LOCAL).save("me", text, "toml")      # person files and drafts, with a version against lost updates
    store.days(LOCAL, "me").note(day, report)         # what `took`, `missed` and `late` said
    store.trials(LOCAL).add(trial)                    # one person's trials, their sealed order included
    store.accounts().add("Ada", password_hash)        # owners beside LOCAL, for a server with many

A `Store` may be shared by threads; each call is one transaction, and what it answered is on the disk. `store.engine` is
there for tables that an adapter adds by its own migration (`migrations/versions`, numbered in one line). Importing this
package does not import SQLAlchemy: `open_store` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from magwise.adapters.store.days import DayStore, Kept, every_store, forget, remember, remembered
from magwise.adapters.store.files import write_whole
from magwise.adapters.store.places import LOCAL, database_url, home

if TYPE_CHECKING:
    from magwise.adapters.store.store import Store

__all__ = [
    "LOCAL",
    "DayStore",
    "Kept",
    "database_url",
    "every_store",
    "forget",
    "home",
    "open_store",
    "remember",
    "remembered",
    "write_whole",
]


def open_store(url: str | None = None) -> Store:
    """The store at this URL (else MAGWISE_DATABASE, else this user's folder), brought to this version's tables."""
    from magwise.adapters.store.old_days import take_over
    from magwise.adapters.store.store import Store

    store = Store(database_url(url))
    take_over(store, home())
    return store

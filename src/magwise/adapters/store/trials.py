"""One owner's trials: what was decided beforehand, the seal over the order, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from magwise.adapters.store import tables
from magwise.adapters.store.engine import reading, writing
from magwise.errors import NotFound, WrongUse

__all__ = ["KeptTrial", "Trials"]

_T = tables.trials.c
RUNNING = "running"


@dataclass(frozen=True, slots=True)
class KeptTrial:
    """`plan` is what `magwise.verdict.trial` wrote; `allocation` is absent while a helper has it."""

    id: int
    state: str
    outcome: str
    seal: str
    allocation: str | None
    plan: dict[str, Any]
    created: datetime


class Trials:
    def __init__(self, engine: sa.Engine, owner: str) -> None:
        self.engine = engine
        self.owner = owner

    def add(self, *, outcome: str, seal: str, allocation: str | None, plan: dict[str, Any]) -> KeptTrial:
        """A running trial. Raises WrongUse while another one runs: one question at a time."""
        now = datetime.now(UTC)
        with writing(self.engine) as connection:
            if self._first(connection, _T.state == RUNNING) is not None:
                raise WrongUse(
                    "A trial is running already; two at once could not be told apart.",
                    remedy="See it through, or end it: magwise trial stop",
                )
            id = connection.execute(
                sa.insert(tables.trials)
                .values(
                    owner=self.owner, state=RUNNING, outcome=outcome, seal=seal, allocation=allocation,
                    plan=plan, created=now, updated=now,
                )
                .returning(_T.id)
            ).scalar_one()  # fmt: skip
            return self._one(connection, id)

    def running(self) -> KeptTrial | None:
        with reading(self.engine) as connection:
            return self._first(connection, _T.state == RUNNING)

    def newest(self) -> KeptTrial | None:
        with reading(self.engine) as connection:
            return self._first(connection)

    def get(self, id: int) -> KeptTrial:
        """Raises NotFound."""
        with reading(self.engine) as connection:
            return self._one(connection, id)

    def all(self) -> list[KeptTrial]:
        with reading(self.engine) as connection:
            query = sa.select(tables.trials).where(_T.owner == self.owner).order_by(_T.id)
            return [_kept(row) for row in connection.execute(query).mappings()]

    def change(
        self,
        id: int,
        *,
        state: str | None = None,
        allocation: str | None = None,
        plan: dict[str, Any] | None = None,
    ) -> KeptTrial:
        """What is given is set. The seal never changes. Raises NotFound."""
        given = {"state": state, "allocation": allocation, "plan": plan}
        values = {key: value for key, value in given.items() if value is not None}
        with writing(self.engine) as connection:
            connection.execute(
                sa.update(tables.trials)
                .where(_T.owner == self.owner, _T.id == id)
                .values(updated=datetime.now(UTC), **values)
            )
            return self._one(connection, id)

    def _one(self, connection: sa.Connection, id: int) -> KeptTrial:
        found = self._first(connection, _T.id == id)
        if found is None:
            raise NotFound(f"There is no trial {id}.", remedy="`magwise trial status` shows what there is.")
        return found

    def _first(self, connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> KeptTrial | None:
        query = sa.select(tables.trials).where(_T.owner == self.owner, *conditions).order_by(_T.id.desc())
        row = connection.execute(query.limit(1)).mappings().first()
        return None if row is None else _kept(row)


def _kept(row: sa.RowMapping) -> KeptTrial:
    return KeptTrial(
        row["id"], row["state"], row["outcome"], row["seal"], row["allocation"], row["plan"], row["created"]
    )

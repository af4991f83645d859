"""How often each task ran, with what outcome, and when last: workers have no port at which it could be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Float, String, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from database.rows import UtcDateTime
from records.schema import metadata

# It did something; there was nothing to do; it waits for a read model that has stopped; it ended in an error.
DONE, NOTHING, WAITS, FAILED = OUTCOMES = ("done", "nothing", "waits", "failed")

task_runs = Table(
    "task_runs",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("outcome", String(10), primary_key=True),
    Column("runs", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Runs:
    """So many runs that took so many seconds together, the last of which ended then."""

    runs: int
    seconds: float
    last_at: datetime

    def and_also(self, later: Runs) -> Runs:
        return Runs(self.runs + later.runs, self.seconds + later.seconds, later.last_at)


# By the name of the task and its outcome.
ByOutcome = Mapping[tuple[str, str], Runs]


def add(connection: Connection, counted: ByOutcome) -> None:
    """Add runs to those that were counted before, by whatever process."""
    made = postgresql.insert(task_runs) if connection.dialect.name == "postgresql" else sqlite.insert(task_runs)
    # In the same order everywhere, so that two processes wait for each other and not in a circle.
    for (name, outcome), runs in sorted(counted.items()):
        row = {"runs": runs.runs, "seconds": runs.seconds, "last_at": runs.last_at}
        columns = task_runs.c
        connection.execute(
            made.values(name=name, outcome=outcome, **row).on_conflict_do_update(
                index_elements=["name", "outcome"],
                set_={
                    "runs": columns.runs + runs.runs,
                    "seconds": columns.seconds + runs.seconds,
                    "last_at": runs.last_at,
                },
            )
        )


def counted(connection: Connection) -> dict[tuple[str, str], Runs]:
    """All that was counted."""
    rows = connection.execute(select(task_runs))
    return {(row.name, row.outcome): Runs(row.runs, row.seconds, row.last_at) for row in rows}

"""How soon signals are triaged and answered, by kind, where the city wants it otherwise than usual."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Column, Connection, Integer, String, Table, delete, insert, select

from domain.refusal import Refused
from records.schema import metadata

LONGEST = 260  # working days, about a year

signal_deadlines = Table(
    "signal_deadlines",
    metadata,
    Column("kind", String(20), primary_key=True),
    # working days
    Column("triage", Integer, nullable=False),
    Column("answer", Integer, nullable=False),
)


def by_kind(connection: Connection) -> dict[str, tuple[int, int]]:
    """Working days to triage and to answer, of the kinds that have their own."""
    columns = signal_deadlines.c
    rows = connection.execute(select(columns.kind, columns.triage, columns.answer))
    return {kind: (triage, answer) for kind, triage, answer in rows}


def save(connection: Connection, given: Mapping[str, tuple[int | None, int | None]]) -> None:
    """Keep the deadlines of these kinds, in place of all there were.

    Raises:
        Refused: one is no number of working days, or the answer is due before the triage.
    """
    for kind, (triage, answer) in given.items():
        for name, days in (("triage", triage), ("answer", answer)):
            if days is None or not 1 <= days <= LONGEST:
                raise Refused(
                    "Enter a number from %(least)d to %(most)d.", field=f"{kind}-{name}", least=1, most=LONGEST
                )
        if (triage or 0) > (answer or 0):
            raise Refused("The time to answer can't be shorter than the time to triage.", field=f"{kind}-answer")
    connection.execute(delete(signal_deadlines))
    if given:
        rows = [{"kind": kind, "triage": triage, "answer": answer} for kind, (triage, answer) in given.items()]
        connection.execute(insert(signal_deadlines), rows)

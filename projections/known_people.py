"""Who is or was known here, as keyed marks of what a person is known by: to find who may be the same, and nothing else.

A row tells whom it is about, and nothing of them: without the vault's key no name can be tried.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Index, String, Table, Uuid, select

from domain.client import (
    ApplicationReceived,
    ClientErased,
    FieldCorrected,
    FieldRegistered,
    FieldWithdrawn,
    IntakeTaken,
    MergedInto,
    MergeUndone,
)
from domain.client.registrations import FieldEvent
from domain.same_person import By, Sign, signs
from eventlog.marks import Marks
from projections.engine.readmodel import Projection, Rows, metadata
from projections.undoing import with_merges

BIRTH_DATE = "birth_date"
# So many who may be the same are more than anybody looks at.
MOST = 100
# Marks that are looked for in one statement.
AT_ONCE = 1_000

person_marks = Table(
    "person_marks",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("mark", String(32), primary_key=True),
    Index("ix_person_marks_mark", "mark"),
    sqlite_with_rowid=False,
)


def application_received(event: ApplicationReceived, rows: Rows) -> None:
    name, born = rows.opener.value(event, "name"), rows.opener.value(event, "birth_date")
    rows.noted = event.originator_id, name, None, born


def intake_taken(event: IntakeTaken, rows: Rows) -> None:
    _note(event, rows, None)


def birth_date_known(event: FieldRegistered | FieldCorrected, rows: Rows) -> None:
    if event.field == BIRTH_DATE:
        _note(_intake(event, rows), rows, rows.opener.value(event, "value"))


def birth_date_withdrawn(event: FieldWithdrawn, rows: Rows) -> None:
    if event.field == BIRTH_DATE:
        _note(_intake(event, rows), rows, None)


def _intake(event: FieldEvent, rows: Rows) -> IntakeTaken:
    return next(earlier for earlier in rows.earlier(event) if isinstance(earlier, IntakeTaken))


def _note(intake: IntakeTaken, rows: Rows, birth_date: Any) -> None:
    name, number = rows.opener.value(intake, "name"), rows.opener.value(intake, "client_number")
    rows.noted = intake.originator_id, name, number, birth_date


def finalize(rows: Rows) -> None:
    """Let a person be found by what is known last, and by nothing else: marks are made once."""
    if rows.noted is None:
        return
    client_id, *known = rows.noted
    known_by = signs(*known)
    marks = {of(rows.opener.marks(), sign) for sign in known_by} if known_by else set()
    there = rows.of(person_marks).keys()
    for mark in there - marks:
        rows.drop(person_marks, mark)
    for mark in marks - there:
        rows.put(person_marks, {"client_id": client_id, "mark": mark}, mark)


def still_known(_event: MergedInto, _rows: Rows) -> None:
    """By the number and name in a file that ended in another one the person is found still."""


def client_erased(_event: ClientErased, rows: Rows) -> None:
    rows.forget()


def of(marks: Marks, sign: Sign) -> str:
    """The mark of something that a person is known by."""
    return marks.of("person", *sign)


def alike(connection: Connection, marks: Mapping[str, By]) -> dict[UUID, By]:
    """Who is known by one of these marks, with the most telling of what they have in common: those with most in common
    first, so many at most."""
    found: dict[UUID, list[By]] = {}
    columns = person_marks.c.client_id, person_marks.c.mark
    for client_id, mark in connection.execute(select(*columns).where(person_marks.c.mark.in_(list(marks)))):
        found.setdefault(client_id, []).append(marks[mark])
    order = list(By)
    ranked = sorted(found.items(), key=lambda each: (min(map(order.index, each[1])), -len(each[1]), each[0]))
    return {client_id: min(common, key=order.index) for client_id, common in ranked[:MOST]}


def having(connection: Connection, marks: Collection[str]) -> dict[str, list[UUID]]:
    """Who is known by each of these marks: for whoever looks for many people at once."""
    found: dict[str, list[UUID]] = {}
    columns, wanted = (person_marks.c.mark, person_marks.c.client_id), list(marks)
    for at in range(0, len(wanted), AT_ONCE):
        statement = select(*columns).where(person_marks.c.mark.in_(wanted[at : at + AT_ONCE]))
        for mark, client_id in connection.execute(statement):
            found.setdefault(mark, []).append(client_id)
    return found


projection = Projection(
    name="known_people",
    version=1,
    tables=(person_marks,),
    folds=with_merges(
        {
            ApplicationReceived: application_received,
            IntakeTaken: intake_taken,
            FieldRegistered: birth_date_known,
            FieldCorrected: birth_date_known,
            FieldWithdrawn: birth_date_withdrawn,
            MergedInto: still_known,
            ClientErased: client_erased,
        }
    ),
    finalize=finalize,
    decrypts=frozenset({ApplicationReceived, IntakeTaken, FieldRegistered, FieldCorrected, MergeUndone}),
)

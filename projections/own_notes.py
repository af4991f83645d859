"""Own notes and marks of coaches: whose, for which day, and what becomes of them at a handover."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, select

from database.rows import Row, row_as, rows_as
from domain.client import ClientAssigned, ClientErased, TransferRefused, TransferWithdrawn
from domain.client.own_notes import NoteHandling, OwnMarkSet, OwnNoteHandedOver, OwnNoteWritten
from projections.engine.readmodel import Projection, Rows
from projections.own_notes_table import own_notes
from projections.undoing import with_merges


class OwnRow(Struct, frozen=True):
    """A coach's note and mark on a client; `words` is the version of the event that has the note."""

    client_id: UUID
    coach_id: UUID
    words: int | None
    look_on: date | None
    mark: str | None


# folds


def written(event: OwnNoteWritten, rows: Rows) -> None:
    words = event.originator_version if event.what is not None else None
    _set(event, rows, words=words, look_on=event.look_on)


def marked(event: OwnMarkSet, rows: Rows) -> None:
    _set(event, rows, mark=event.mark.value if event.mark else None)


def handling_said(event: OwnNoteHandedOver, rows: Rows) -> None:
    if event.actor in rows.of(own_notes):
        _set(event, rows, handling=event.handling.value)


def _set(event: OwnNoteWritten | OwnMarkSet | OwnNoteHandedOver, rows: Rows, **values: Any) -> None:
    # Nothing is noted by nobody.
    if event.actor is None:
        return
    before = rows.of(own_notes).get(event.actor)
    row = (before or _blank(event.originator_id, event.actor)) | values
    if row["words"] is None and row["mark"] is None:
        if before is not None:
            rows.drop(own_notes, event.actor)
        return
    rows.put(own_notes, row, event.actor)


def _blank(client_id: UUID, coach_id: UUID) -> Row:
    names = ("words", "look_on", "mark", "handling")
    return {"client_id": client_id, "coach_id": coach_id} | dict.fromkeys(names)


def assigned(event: ClientAssigned, rows: Rows) -> None:
    """What was said of a handover is done now: passed on or dropped; what is kept waits for its coach."""
    for coach_id, row in list(rows.of(own_notes).items()):
        handling = row["handling"]
        if handling is None or coach_id == event.coach:
            continue
        rows.drop(own_notes, coach_id)
        if handling == NoteHandling.PASS_ON:
            rows.put(own_notes, row | {"coach_id": event.coach, "handling": None}, event.coach)
        elif handling == NoteHandling.KEEP:
            rows.put(own_notes, row | {"handling": None}, coach_id)


def not_handed_over(event: TransferRefused | TransferWithdrawn, rows: Rows) -> None:
    for coach_id, row in list(rows.of(own_notes).items()):
        rows.put(own_notes, row | {"handling": None}, coach_id)


def client_erased(event: ClientErased, rows: Rows) -> None:
    rows.forget()


# queries


def of_coach(connection: Connection, coach_id: UUID) -> list[OwnRow]:
    """All of a coach's own notes and marks, those on clients of before included."""
    return rows_as(OwnRow, connection.execute(select(own_notes).where(own_notes.c.coach_id == coach_id)))


def one(connection: Connection, client_id: UUID, coach_id: UUID) -> OwnRow | None:
    """A coach's own note and mark on a client."""
    o = own_notes.c
    return row_as(OwnRow, connection.execute(select(own_notes).where(o.client_id == client_id, o.coach_id == coach_id)))


projection = Projection(
    name="own_notes",
    version=1,
    tables=(own_notes,),
    begins=frozenset({OwnNoteWritten, OwnMarkSet}),
    folds=with_merges(
        {
            OwnNoteWritten: written,
            OwnMarkSet: marked,
            OwnNoteHandedOver: handling_said,
            ClientAssigned: assigned,
            TransferRefused: not_handed_over,
            TransferWithdrawn: not_handed_over,
            ClientErased: client_erased,
        }
    ),
)

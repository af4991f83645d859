"""The agenda: what coaches still have to do for clients, and the transfers that wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Boolean, Column, Connection, Date, Index, Integer, String, Table, Uuid, select

from database.rows import Row, row_as, rows_as
from domain.calendar import local_day
from domain.client import (
    ClientAssigned,
    ClientClosed,
    ClientErased,
    ContactCorrected,
    ContactRecorded,
    ContactStruckOut,
    PromiseSettled,
    TaskDone,
    TaskPlanned,
    TransferAccepted,
    TransferProposed,
    TransferRefused,
    TransferWithdrawn,
)
from domain.client.tasks import CallAnswered, PromiseWaits, TaskWaits
from projections.caseload_table import Scope, caseload, is_open
from projections.engine.readmodel import Projection, Rows, metadata
from projections.undoing import with_merges

PROMISE = "promise"

agenda = Table(
    "agenda",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    # of the task, or of the contact in which it was promised
    Column("item_id", Uuid, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("due_on", Date),
    Column("planned_by", Uuid),
    Column("planned_on", Date, nullable=False),
    # the version of the event that has the words: they stay sealed in the log
    Column("words", Integer, nullable=False),
    Column("done_on", Date),
    Column("kept", Boolean),
    # for whom it waits that is not the coach's turn, and since when
    Column("waiting_for", String(12)),
    Column("waiting_since", Date),
    # the contact in which a call was answered
    Column("answered_by", Uuid),
    Index("ix_agenda_open", "done_on", "due_on"),
    sqlite_with_rowid=False,
)

transfers = Table(
    "transfers",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("team_id", Uuid, nullable=False),
    Column("coach_id", Uuid, nullable=False),
    Column("asked_by", Uuid),
    Column("asked_on", Date, nullable=False),
    Column("words", Integer, nullable=False),
    Index("ix_transfers_coach", "coach_id"),
    Index("ix_transfers_team", "team_id"),
    sqlite_with_rowid=False,
)


class AgendaItem(Struct, frozen=True):
    """What is still to be done for a client; `words` is the version of the event that has the words."""

    client_id: UUID
    item_id: UUID
    kind: str
    due_on: date | None
    words: int
    waiting_for: str | None
    waiting_since: date | None


class OpenItem(Struct, frozen=True):
    """The same, with the sealed name."""

    client_id: UUID
    item_id: UUID
    kind: str
    due_on: date | None
    words: int
    waiting_for: str | None
    waiting_since: date | None
    name: str | None


class Transfer(Struct, frozen=True):
    """A transfer that waits for the answer of the coach who was asked."""

    client_id: UUID
    team_id: UUID
    coach_id: UUID
    asked_by: UUID | None
    asked_on: date
    words: int


class NamedTransfer(Struct, frozen=True):
    """The same, with the sealed name and whose client it is until then."""

    client_id: UUID
    team_id: UUID
    coach_id: UUID
    asked_by: UUID | None
    asked_on: date
    words: int
    name: str | None
    from_coach_id: UUID | None


# folds


def task_planned(event: TaskPlanned, rows: Rows) -> None:
    _put(event, rows, event.task_id, event.kind.value, event.due_on)


def _put(
    event: TaskPlanned | ContactRecorded | ContactCorrected, rows: Rows, item_id: UUID, kind: str, due_on: date | None
) -> None:
    before = rows.of(agenda).get(item_id)
    rows.put(
        agenda,
        {
            "client_id": event.originator_id,
            "item_id": item_id,
            "kind": kind,
            "due_on": due_on,
            "planned_by": event.actor,
            "planned_on": local_day(event.recorded_at),
            "words": event.originator_version,
            "done_on": None,
            "kept": None,
            "waiting_for": before["waiting_for"] if before else None,
            "waiting_since": before["waiting_since"] if before else None,
            "answered_by": None,
        },
        item_id,
    )


def task_done(event: TaskDone, rows: Rows) -> None:
    # Whoever ticks it off says so, whatever becomes of a contact.
    _item(rows, event.task_id).update(done_on=local_day(event.recorded_at), answered_by=None)


def call_answered(event: CallAnswered, rows: Rows) -> None:
    _item(rows, event.task_id).update(done_on=local_day(event.recorded_at), answered_by=event.answered_by)


def task_waits(event: TaskWaits, rows: Rows) -> None:
    _item(rows, event.task_id).update(_waiting(event))


def promise_waits(event: PromiseWaits, rows: Rows) -> None:
    # A contact in which nothing was agreed has nothing that could wait.
    if (row := rows.change(agenda, event.contact_id)) is not None:
        row.update(_waiting(event))


def _waiting(event: TaskWaits | PromiseWaits) -> Row:
    return {"waiting_for": event.whom.value if event.whom else None, "waiting_since": event.since}


def _item(rows: Rows, item_id: UUID) -> Row:
    row: Row = rows.change(agenda, item_id)  # type: ignore[assignment]  # it is there
    return row


def contact_recorded(event: ContactRecorded, rows: Rows) -> None:
    if event.agreed_next is not None:
        _put(event, rows, event.contact_id, PROMISE, event.agreed_on)


def contact_corrected(event: ContactCorrected, rows: Rows) -> None:
    promised = rows.change(agenda, event.contact_id)
    if promised is not None and promised["done_on"] is not None:
        # It stays settled; what was promised may read otherwise now.
        promised["words"] = event.originator_version if event.agreed_next is not None else promised["words"]
    elif event.agreed_next is not None:
        _put(event, rows, event.contact_id, PROMISE, event.agreed_on)
    elif promised is not None:
        rows.drop(agenda, event.contact_id)


def contact_struck(event: ContactStruckOut, rows: Rows) -> None:
    if event.contact_id in rows.of(agenda):
        rows.drop(agenda, event.contact_id)
    for item_id, row in list(rows.of(agenda).items()):
        # Nobody is known to have answered that call.
        if row["answered_by"] == event.contact_id:
            _item(rows, item_id).update(done_on=None, answered_by=None)


def promise_settled(event: PromiseSettled, rows: Rows) -> None:
    if (row := rows.change(agenda, event.contact_id)) is not None:
        row.update(done_on=local_day(event.recorded_at), kept=event.kept)


def transfer_proposed(event: TransferProposed, rows: Rows) -> None:
    rows.put(
        transfers,
        {
            "client_id": event.originator_id,
            "team_id": event.team,
            "coach_id": event.coach,
            "asked_by": event.actor,
            "asked_on": local_day(event.recorded_at),
            "words": event.originator_version,
        },
    )


def transfer_over(
    event: TransferAccepted | TransferRefused | TransferWithdrawn | ClientAssigned | ClientClosed, rows: Rows
) -> None:
    if None in rows.of(transfers):
        rows.drop(transfers)


def client_closed(event: ClientClosed, rows: Rows) -> None:
    """What was still to be done is over: a file that is reopened does not bring it back."""
    for item_id, row in list(rows.of(agenda).items()):
        if row["done_on"] is None or row["answered_by"] is not None:
            _item(rows, item_id).update(done_on=row["done_on"] or event.closed_on, answered_by=None)
    transfer_over(event, rows)


def client_erased(event: ClientErased, rows: Rows) -> None:
    rows.forget()


# queries


def open_items(connection: Connection, scope: Scope, upto: date | None = None) -> list[OpenItem]:
    """What is still to be done for open clients, the earliest first. Up to a day: what has no day included, and without
    what waits for somebody else."""
    statement = (
        select(agenda, caseload.c.name)
        .join(caseload, caseload.c.client_id == agenda.c.client_id)
        .where(agenda.c.done_on.is_(None), is_open(), scope.where())
        .order_by(agenda.c.due_on.is_(None), agenda.c.due_on, agenda.c.planned_on, agenda.c.item_id)
    )
    if upto is not None:
        statement = statement.where(agenda.c.due_on.is_(None) | (agenda.c.due_on <= upto))
        statement = statement.where(agenda.c.waiting_for.is_(None))
    return rows_as(OpenItem, connection.execute(statement))


def of_client(connection: Connection, client_id: UUID) -> list[AgendaItem]:
    """What is still to be done for a client."""
    statement = (
        select(agenda)
        .where(agenda.c.client_id == client_id, agenda.c.done_on.is_(None))
        .order_by(agenda.c.due_on.is_(None), agenda.c.due_on, agenda.c.item_id)
    )
    return rows_as(AgendaItem, connection.execute(statement))


def transfer_of(connection: Connection, client_id: UUID) -> Transfer | None:
    """The transfer of a client that waits for its answer."""
    return row_as(Transfer, connection.execute(select(transfers).where(transfers.c.client_id == client_id)))


def asked_of(connection: Connection, coach_id: UUID) -> list[UUID]:
    """The clients whom somebody is asked to take over."""
    return list(connection.scalars(select(transfers.c.client_id).where(transfers.c.coach_id == coach_id)))


def transfers_waiting(
    connection: Connection, *, coach_id: UUID | None = None, team_ids: Sequence[UUID] = ()
) -> list[NamedTransfer]:
    """Transfers that wait: those a coach is asked for, or those within teams; with the sealed name."""
    statement = (
        select(transfers, caseload.c.name, caseload.c.coach_id.label("from_coach_id"))
        .join(caseload, caseload.c.client_id == transfers.c.client_id)
        .order_by(transfers.c.asked_on, transfers.c.client_id)
    )
    if coach_id is not None:
        statement = statement.where(transfers.c.coach_id == coach_id)
    if team_ids:
        statement = statement.where(transfers.c.team_id.in_(team_ids) | caseload.c.team_id.in_(team_ids))
    return rows_as(NamedTransfer, connection.execute(statement))


projection = Projection(
    name="agenda",
    version=3,
    tables=(agenda, transfers),
    folds=with_merges(
        {
            TaskPlanned: task_planned,
            TaskDone: task_done,
            CallAnswered: call_answered,
            TaskWaits: task_waits,
            PromiseWaits: promise_waits,
            ContactRecorded: contact_recorded,
            ContactCorrected: contact_corrected,
            ContactStruckOut: contact_struck,
            PromiseSettled: promise_settled,
            TransferProposed: transfer_proposed,
            TransferAccepted: transfer_over,
            TransferRefused: transfer_over,
            TransferWithdrawn: transfer_over,
            ClientAssigned: transfer_over,
            ClientClosed: client_closed,
            ClientErased: client_erased,
        }
    ),
)

"""Conversations between team managers and coaches: a row each; what was said stays sealed in the log."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Boolean, Column, Connection, Date, Index, Integer, String, Table, Text, Uuid, or_, select

from database.rows import row_as, rows_as
from domain.calendar import local_day
from domain.conversation import (
    MOST_CASES,
    AgreementConfirmed,
    AgreementNoted,
    CasesChosen,
    ConversationPlanned,
    ManagerPromised,
    ManagerPromiseMarked,
    SheetSeen,
)
from eventlog.sealing import reference
from projections.engine.readmodel import Projection, Rows, metadata

conversations = Table(
    "conversations",
    metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("coach_id", Uuid, nullable=False),
    Column("team_id", Uuid, nullable=False),
    Column("planned_by", Uuid),
    Column("planned_on", Date, nullable=False),
    Column("held_on", Date, nullable=False),
    # sealed: a coach's own figures of the day it was planned
    Column("figures", Text, nullable=False),
    Column("seen_on", Date),
    # versions of the events that hold the coach's remark and what was agreed
    Column("remark", Integer),
    Column("agreement", Integer),
    Column("noted_by", Uuid),
    Column("confirmed_on", Date),
    Column("state", String(10), nullable=False),
    # clients that the coach chose to talk about
    Column("first_case", Uuid),
    Column("second_case", Uuid),
    Index("ix_conversations_coach", "coach_id"),
    Index("ix_conversations_planned_by", "planned_by"),
    sqlite_with_rowid=False,
)

conversation_promises = Table(
    "conversation_promises",
    metadata,
    Column("conversation_id", Uuid, primary_key=True),
    Column("promise_id", Uuid, primary_key=True),
    # the version of the event that has the words
    Column("words", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("marked_on", Date),
    Column("marked_by", Uuid),
    sqlite_with_rowid=False,
)


class ConversationRow(Struct, frozen=True):
    """A conversation: `figures` are sealed, `remark` and `agreement` versions of the events that have the words."""

    conversation_id: UUID
    coach_id: UUID
    team_id: UUID
    planned_by: UUID | None
    planned_on: date
    held_on: date
    figures: str
    seen_on: date | None
    remark: int | None
    agreement: int | None
    noted_by: UUID | None
    confirmed_on: date | None
    state: str
    first_case: UUID | None
    second_case: UUID | None

    @property
    def cases(self) -> list[UUID]:
        return [case for case in (self.first_case, self.second_case) if case is not None]


class PromiseRow(Struct, frozen=True):
    """What a manager promised: `words` is the version of the event that has them."""

    conversation_id: UUID
    promise_id: UUID
    words: int
    due_on: date
    done: bool
    marked_on: date | None
    marked_by: UUID | None


def planned(event: ConversationPlanned, rows: Rows) -> None:
    row = {column.name: None for column in conversations.columns}
    rows.put(
        conversations,
        row
        | {
            "conversation_id": event.originator_id,
            "coach_id": event.coach,
            "team_id": event.team,
            "planned_by": event.actor,
            "planned_on": local_day(event.recorded_at),
            "held_on": event.held_on,
            "figures": reference(event, "figures"),
            "state": "planned",
        },
    )


def _change(event: Any, rows: Rows, **changed: Any) -> None:
    row = rows.change(conversations)
    assert row is not None  # noqa: S101 - a conversation is planned before anything else
    row.update(changed)


def seen(event: SheetSeen, rows: Rows) -> None:
    remark = {"remark": event.originator_version} if event.remark is not None else {}
    _change(event, rows, seen_on=local_day(event.recorded_at), state="seen", **remark)


def noted(event: AgreementNoted, rows: Rows) -> None:
    _change(event, rows, agreement=event.originator_version, noted_by=event.actor, confirmed_on=None, state="noted")


def confirmed(event: AgreementConfirmed, rows: Rows) -> None:
    _change(event, rows, confirmed_on=local_day(event.recorded_at), state="agreed")


def cases_chosen(event: CasesChosen, rows: Rows) -> None:
    first, second = (*event.cases, *[None] * MOST_CASES)[:MOST_CASES]
    _change(event, rows, first_case=first, second_case=second)


def promised(event: ManagerPromised, rows: Rows) -> None:
    row = {
        "conversation_id": event.originator_id,
        "promise_id": event.promise_id,
        "words": event.originator_version,
        "due_on": event.due_on,
        "done": False,
        "marked_on": None,
        "marked_by": None,
    }
    rows.put(conversation_promises, row, event.promise_id)


def promise_marked(event: ManagerPromiseMarked, rows: Rows) -> None:
    row = rows.change(conversation_promises, event.promise_id)
    assert row is not None  # noqa: S101 - it was promised before
    row.update(done=event.done, marked_on=local_day(event.recorded_at), marked_by=event.actor)


def of(connection: Connection, account_id: UUID) -> list[ConversationRow]:
    """The conversations of a coach or a manager, the latest first."""
    mine = or_(conversations.c.coach_id == account_id, conversations.c.planned_by == account_id)
    statement = select(conversations).where(mine).order_by(conversations.c.held_on.desc())
    return rows_as(ConversationRow, connection.execute(statement))


def conversation(connection: Connection, conversation_id: UUID) -> ConversationRow | None:
    statement = select(conversations).where(conversations.c.conversation_id == conversation_id)
    return row_as(ConversationRow, connection.execute(statement))


def with_case(connection: Connection, client_ids: Collection[UUID]) -> list[ConversationRow]:
    """The conversations for which one of these clients is chosen, the latest first."""
    c = conversations.c
    statement = select(conversations).where(or_(c.first_case.in_(client_ids), c.second_case.in_(client_ids)))
    return rows_as(ConversationRow, connection.execute(statement.order_by(c.held_on.desc(), c.conversation_id)))


def promises_of(connection: Connection, conversation_ids: Collection[UUID]) -> list[PromiseRow]:
    """What the manager promised in these conversations, what is due first on top."""
    p = conversation_promises.c
    statement = select(conversation_promises).where(p.conversation_id.in_(list(conversation_ids)))
    return rows_as(PromiseRow, connection.execute(statement.order_by(p.due_on, p.promise_id)))


projection = Projection(
    name="conversations",
    version=2,
    tables=(conversations, conversation_promises),
    folds={
        ConversationPlanned: planned,
        SheetSeen: seen,
        AgreementNoted: noted,
        AgreementConfirmed: confirmed,
        CasesChosen: cases_chosen,
        ManagerPromised: promised,
        ManagerPromiseMarked: promise_marked,
    },
)

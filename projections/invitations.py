"""Invitations to choose a time: which are open, until when, and what came of each; the words stay in the log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Select, and_, func, or_, select

from database.rows import Row, row_as, rows_as
from domain.calendar import local_day
from domain.client import (
    ClientAssigned,
    ClientErased,
    ClientInvited,
    InvitationAnswered,
    InvitationEnded,
)
from domain.client.invitations import NO_ANSWER_AFTER, InvitationOver
from projections.caseload_table import Scope, caseload, is_open
from projections.engine.readmodel import Projection, Rows
from projections.invitations_table import ANSWERED, OPEN, OVER, invitations
from projections.undoing import with_merges


class Invitation(Struct, frozen=True):
    """An invitation as it stands; `words` is the version of the event that has place and purpose."""

    client_id: UUID
    invitation_id: UUID
    invited_by: UUID | None
    invited_on: date
    slots: list[datetime]
    minutes: int
    channel: str
    delivery: str
    until: date
    state: str
    over_why: str | None
    state_on: date
    appointment_id: UUID | None
    words: int


class Unanswered(Struct, frozen=True):
    """One that nobody answered, with the client's sealed name."""

    client_id: UUID
    invitation_id: UUID
    invited_on: date
    until: date
    name: str | None


# folds


def invited(event: ClientInvited, rows: Rows) -> None:
    day = local_day(event.recorded_at)
    rows.put(
        invitations,
        {
            "client_id": event.originator_id,
            "invitation_id": event.invitation_id,
            "invited_by": event.actor,
            "invited_on": day,
            "slots": msgspec.json.encode(event.slots).decode(),
            "minutes": event.minutes,
            "channel": event.channel.value,
            "delivery": event.delivery.value,
            "until": event.until,
            "state": OPEN,
            "over_why": None,
            "state_on": day,
            "appointment_id": None,
            "words": event.originator_version,
        },
        event.invitation_id,
    )


def ended(event: InvitationEnded, rows: Rows) -> None:
    row = rows.of(invitations).get(event.invitation_id)
    # Of one that is over for another reason already, that reason stays.
    if row is not None and row["state"] == OPEN:
        _change(rows, event, state=OVER, over_why=event.why.value)


def answered(event: InvitationAnswered, rows: Rows) -> None:
    _change(rows, event, state=ANSWERED, appointment_id=event.appointment_id)


def assigned(event: ClientAssigned, rows: Rows) -> None:
    # Before the file said so itself, nothing but the assignment told it.
    for invitation_id, row in list(rows.of(invitations).items()):
        if row["state"] == OPEN and row["invited_by"] != event.coach:
            changed: Row = rows.change(invitations, invitation_id)  # type: ignore[assignment]  # it was there
            changed.update(state=OVER, over_why=InvitationOver.OTHER_COACH.value, state_on=local_day(event.recorded_at))


def client_erased(_event: ClientErased, rows: Rows) -> None:
    rows.forget()


def _change(rows: Rows, event: Any, **values: object) -> None:
    row: Row = rows.change(invitations, event.invitation_id)  # type: ignore[assignment]  # the client was invited before
    row.update(state_on=local_day(event.recorded_at), **values)


# queries


def one(connection: Connection, client_id: UUID, invitation_id: UUID) -> Invitation | None:
    """One invitation of a client."""
    i = invitations.c
    statement = select(invitations).where(i.client_id == client_id, i.invitation_id == invitation_id)
    return row_as(Invitation, connection.execute(statement), slots=_slots)


def file_of(connection: Connection, invitation_id: UUID) -> UUID | None:
    """The file in which an invitation stands now: two files may have been merged since it was sent, or parted again."""
    return connection.scalar(select(invitations.c.client_id).where(invitations.c.invitation_id == invitation_id))


def latest(connection: Connection, client_id: UUID) -> Invitation | None:
    """The invitation that a client got last."""
    i = invitations.c
    statement = select(invitations).where(i.client_id == client_id).order_by(i.words.desc()).limit(1)
    return row_as(Invitation, connection.execute(statement), slots=_slots)


def unanswered(connection: Connection, scope: Scope, as_of: date) -> list[Unanswered]:
    """Those of a scope that nobody answered for some days, also where the link works no more; the earliest first."""
    i = invitations.c
    statement = _named(scope).where(i.state == OPEN, or_(i.invited_on <= as_of - NO_ANSWER_AFTER, i.until < as_of))
    return rows_as(Unanswered, connection.execute(statement.order_by(i.invited_on, i.invitation_id)))


def count_open(connection: Connection, scope: Scope, as_of: date) -> int:
    """How many clients of a scope can still choose a time."""
    i = invitations.c
    statement = _named(scope).where(and_(i.state == OPEN, i.until >= as_of))
    return connection.scalar(select(func.count()).select_from(statement.subquery())) or 0


def _named(scope: Scope) -> Select[Any]:
    i = invitations.c
    return (
        select(i.client_id, i.invitation_id, i.invited_on, i.until, caseload.c.name)
        .join(caseload, caseload.c.client_id == i.client_id)
        .where(is_open(), scope.where())
    )


_slots = msgspec.json.Decoder(list[datetime]).decode


projection = Projection(
    name="invitations",
    version=2,
    tables=(invitations,),
    begins=frozenset({ClientInvited}),
    folds=with_merges(
        {
            ClientInvited: invited,
            InvitationEnded: ended,
            InvitationAnswered: answered,
            ClientAssigned: assigned,
            ClientErased: client_erased,
        }
    ),
)

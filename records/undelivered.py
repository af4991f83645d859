"""What did not reach the clients of a coach: proposals, and e-mails with a request, an invitation or a questionnaire.

News of an appointment that did not arrive stands with the appointment (`projections/appointments.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from msgspec import Struct
from sqlalchemy import Connection, func, select

from database.rows import rows_as
from domain.calendar import local_day
from domain.client import Channel, Outcome, ProposalStep
from projections import merges
from projections.caseload import Scope, caseload, open_by_id
from projections.contacts import contacts
from projections.invitations_table import OPEN, invitations
from projections.proposals import proposals
from projections.questionnaires import SENT as ASKED
from projections.questionnaires import questionnaires
from records import outbox
from records.coach_mails import WRITTEN
from records.invitation_letters import INVITATION
from records.letters import QUESTIONNAIRE
from records.notices import UNDELIVERED
from records.outbox import Message

PROPOSED = "proposal"
MAILS = (WRITTEN, INVITATION, QUESTIONNAIRE)
KINDS = (PROPOSED, *MAILS)
# What an e-mail asks is over by then.
SHOWN_FOR = timedelta(days=30)


class Undelivered(Struct, frozen=True):
    """One thing that did not reach a client, since when, and whose client it is, with the sealed name. `fact_id` is the
    same as long as nothing changes."""

    kind: str
    client_id: UUID
    coach_id: UUID
    fact_id: UUID
    since: date
    name: str | None


def undelivered(connection: Connection, scope: Scope, now: datetime) -> list[Undelivered]:
    """What did not reach the open clients of a scope that have a coach, and was not made up for; the latest first."""
    found = _proposals(connection, scope) + _mails(connection, scope, now)
    return sorted(found, key=lambda each: (each.since, each.fact_id), reverse=True)


def _proposals(connection: Connection, scope: Scope) -> list[Undelivered]:
    p, clients = proposals.c, caseload.c
    statement = (
        select(clients.client_id, clients.coach_id, p.proposal_id, p.step_on, clients.name)
        .join(caseload, clients.client_id == p.client_id)
        .where(p.step == ProposalStep.UNDELIVERED, clients.closed_on.is_(None), clients.coach_id.is_not(None))
        .where(scope.where())
    )
    return [
        Undelivered(PROPOSED, client_id, coach_id, uuid5(proposal_id, f"{UNDELIVERED} {step_on}"), step_on, name)
        for client_id, coach_id, proposal_id, step_on, name in connection.execute(statement).tuples()
    ]


def _mails(connection: Connection, scope: Scope, now: datetime) -> list[Undelivered]:
    o = outbox.outbox.c
    statement = select(outbox.outbox).where(o.kind.in_(MAILS), o.state == outbox.FAILED, o.put_at >= now - SHOWN_FOR)
    lost = rows_as(Message, connection.execute(statement))
    if not lost:
        return []
    # A message keeps the file that it was written in, also when that ended in another one since.
    ended = merges.kept_of(connection, {m.client_id for m in lost if m.client_id is not None})
    of_file = [(ended.get(m.client_id, m.client_id), m) for m in lost if m.client_id is not None]
    rows = {row.client_id: row for row in open_by_id(connection, scope, [client_id for client_id, _ in of_file])}
    made_up = _reached_since(connection, {*rows, *(old for old, kept in ended.items() if kept in rows)}, ended)
    answerable = _answerable(connection, [m.subject_id for m in lost], local_day(now))
    return [
        Undelivered(m.kind, client_id, coach_id, _fact(m), local_day(_lost_at(m)), name)
        for client_id, m in of_file
        if client_id in rows and not any(at > _lost_at(m) for at in made_up.get(client_id, ()))
        for coach_id, name in [(rows[client_id].client.coach_id, rows[client_id].name)]
        if coach_id is not None and (m.kind == WRITTEN or m.subject_id in answerable)
    ]


def _lost_at(message: Message) -> datetime:
    """When it was given up: shortly before that was recorded, or before it would have been tried again."""
    return message.recorded_at or message.try_at


def _fact(message: Message) -> UUID:
    """One for each time that it was sent: one sent again may fail again."""
    return uuid5(message.message_id, f"{UNDELIVERED} {message.tried_since or message.put_at}")


def _reached_since(
    connection: Connection, client_ids: Collection[UUID], ended: dict[UUID, UUID]
) -> dict[UUID, list[datetime]]:
    """When each of these clients was spoken to, or written to by a way that did not fail."""
    c, o = contacts.c, outbox.outbox.c
    spoken = select(c.client_id, func.max(c.recorded_at)).where(
        c.client_id.in_(client_ids),
        ~c.struck,
        (c.outcome == Outcome.SPOKEN) | c.channel.in_((Channel.EMAIL, Channel.LETTER)),
    )
    mailed = select(o.client_id, func.max(o.put_at)).where(
        o.client_id.in_(client_ids), o.kind.in_(MAILS), o.state == outbox.SENT
    )
    found: dict[UUID, list[datetime]] = {}
    for statement in (spoken.group_by(c.client_id), mailed.group_by(o.client_id)):
        for client_id, at in connection.execute(statement).tuples():
            found.setdefault(ended.get(client_id, client_id), []).append(at)
    return found


def _answerable(connection: Connection, subject_ids: Collection[UUID], today: date) -> set[UUID]:
    """The invitations and questionnaires among these that a client could still answer."""
    i, q = invitations.c, questionnaires.c
    chosen = select(i.invitation_id).where(i.invitation_id.in_(subject_ids), i.state == OPEN, i.until >= today)
    asked = select(q.questionnaire_id).where(q.questionnaire_id.in_(subject_ids), q.state == ASKED, q.until >= today)
    return {*connection.scalars(chosen), *connection.scalars(asked)}

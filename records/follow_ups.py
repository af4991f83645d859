"""What has to follow from a fact and has not yet: mails that are owed to somebody, and traces of who was erased."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, Column, Connection, String, Table, exists, func, select

from database.rows import rows_as, upsert_rows
from domain.calendar import AMSTERDAM, Week
from domain.client import Delivery, ProposalStep
from projections.caseload import caseload
from projections.proposals import Proposal, proposals
from records import drafts, invitations, notice_choices, notices, outbox, questionnaires, representation
from records.leave import leaves
from records.letters import PROPOSAL, REMINDER
from records.people import accounts
from records.schema import metadata
from records.weekly_lists import weekly_lists

# A client who was not written to within these days is not written to any more: the coach sees that nothing was sent.
OWED_FOR = outbox.PATIENCE

# Why nothing reached a client for whom there is no message.
NOT_SENT = "not_sent"

# How far a follow-up is that is done for all facts together, as a number of facts.
follow_ups = Table(
    "follow_ups",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("done", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Owed:
    """A message that follows from a fact; its id follows from the fact as well."""

    message_id: UUID
    kind: str
    subject_id: UUID
    language: str = "nl"
    client_id: UUID | None = None
    actor: UUID | None = None


def put(connection: Connection, owed: Collection[Owed], now: datetime) -> int:
    """Have them sent; how many were new."""
    return sum(
        outbox.put(
            connection,
            o.message_id,
            o.kind,
            o.subject_id,
            now,
            client_id=o.client_id,
            language=o.language,
            actor=o.actor,
        )
        for o in owed
    )


# weekly lists


def to_colleagues(connection: Connection, today: date) -> list[Owed]:
    """Announcements of this week's lists: to each coach with an address, and to who stands in for one on leave, as far
    as they want them by mail.

    Whoever built the lists, and whenever an address or leave was entered: as long as it is the list's week.
    """
    week = str(Week.of(today))
    lists, people = weekly_lists.c, accounts.c
    reachable = people.active & people.email.is_not(None)
    own = (
        select(lists.list_id, people.account_id, people.language)
        .join(accounts, people.account_id == lists.coach_id)
        .where(lists.week == week, reachable, ~exists().where(outbox.outbox.c.message_id == lists.list_id))
    )
    away = (
        select(people.account_id, people.language)
        .join(leaves, leaves.c.stand_in_id == people.account_id)
        .join(weekly_lists, lists.coach_id == leaves.c.coach_id)
        .where(lists.week == week, reachable, leaves.c.from_on <= today, leaves.c.until_on >= today)
        .distinct()
    )
    found = [
        (Owed(list_id, notices.WEEKLY_LIST, coach, language or "nl"), coach)
        for list_id, coach, language in connection.execute(own)
    ] + [
        (
            Owed(uuid5(account_id, f"{notices.STAND_IN} {week}"), notices.STAND_IN, account_id, language or "nl"),
            account_id,
        )
        for account_id, language in connection.execute(away)
    ]
    unwanted = {kind: notice_choices.without_mail(connection, kind) for kind in (notices.WEEKLY_LIST, notices.STAND_IN)}
    return not_put(connection, [owed for owed, reader in found if reader not in unwanted[owed.kind]])


# proposals


def reminder_id(proposal_id: UUID, reminded_on: date) -> UUID:
    """The message that reminds of a proposal: one a day, however often somebody asks for it."""
    return uuid5(proposal_id, f"{REMINDER} {reminded_on}")


def to_clients(connection: Connection, today: date) -> list[Owed]:
    """E-mails with proposals, and reminders of them, that were recorded of late and were never put into the outbox."""
    p, since = proposals.c, today - OWED_FOR
    statement = (
        select(proposals)
        .join(caseload, caseload.c.client_id == p.client_id)
        .where(p.delivery == Delivery.EMAIL, caseload.c.closed_on.is_(None), caseload.c.email.is_not(None))
    )
    open_ones = p.step.not_in([ProposalStep.ANSWERED, ProposalStep.CONCLUDED])
    proposed = statement.where(p.step == ProposalStep.PROPOSED, p.proposed_on >= since)
    reminded = statement.where(open_ones, p.reminded_on >= since)
    found = [_owed(row, PROPOSAL, row.proposal_id) for row in rows_as(Proposal, connection.execute(proposed))]
    for row in rows_as(Proposal, connection.execute(reminded)):
        if row.reminded_on and not _reminded(connection, row.proposal_id, row.reminded_on):
            found.append(_owed(row, REMINDER, reminder_id(row.proposal_id, row.reminded_on)))
    return not_put(connection, found)


@dataclass(frozen=True, slots=True)
class Lost:
    """A proposal by e-mail of which the client's stream does not say what came; `reason` is None where it left."""

    proposal: Proposal
    reason: str | None


def never_sent(connection: Connection, today: date) -> list[Lost]:
    """Proposals by e-mail that stand as proposed for longer than a message is tried, while none is on its way."""
    p, o = proposals.c, outbox.outbox.c
    on_its_way = (o.kind == PROPOSAL) & (o.subject_id == p.proposal_id) & o.recorded_at.is_(None)
    statement = (
        select(proposals)
        .join(caseload, caseload.c.client_id == p.client_id)
        .where(p.delivery == Delivery.EMAIL, p.step == ProposalStep.PROPOSED, p.step_on < today - OWED_FOR)
        .where(func.coalesce(caseload.c.closing_reason, "") != "erased", ~exists().where(on_its_way))
        .limit(500)
    )
    found = rows_as(Proposal, connection.execute(statement))
    ended: dict[UUID, tuple[str, str | None]] = {}
    for ids in _in_parts([each.proposal_id for each in found]):
        rows = select(o.subject_id, o.state, o.error).where(o.kind == PROPOSAL, o.subject_id.in_(ids))
        ended |= {subject: (state, error) for subject, state, error in connection.execute(rows).tuples()}
    return [Lost(each, _why(*ended.get(each.proposal_id, ("", None)))) for each in found]


def _why(state: str, error: str | None) -> str | None:
    return None if state == outbox.SENT else error or NOT_SENT


def _owed(proposal: Proposal, kind: str, message_id: UUID) -> Owed:
    return Owed(message_id, kind, proposal.proposal_id, client_id=proposal.client_id, actor=proposal.proposed_by)


def _reminded(connection: Connection, proposal_id: UUID, day: date) -> bool:
    """Whether a reminder was put that day, whatever its id: those of before were called otherwise."""
    begins = datetime.combine(day, time(), AMSTERDAM)
    o = outbox.outbox.c
    statement = select(o.message_id).where(o.kind == REMINDER, o.subject_id == proposal_id, o.put_at >= begins)
    return connection.execute(statement.limit(1)).first() is not None


def not_put(connection: Connection, owed: list[Owed]) -> list[Owed]:
    """Those for which there is no message yet."""
    there: set[UUID] = set()
    o = outbox.outbox.c
    for ids in _in_parts([each.message_id for each in owed]):
        given_up = func.coalesce(o.error, "") == outbox.NOT_RECORDED
        there |= set(connection.scalars(select(o.message_id).where(o.message_id.in_(ids), ~given_up)))
    return [each for each in owed if each.message_id not in there]


def _in_parts(ids: list[UUID], size: int = 500) -> Iterator[list[UUID]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


# erasures


def left_of(connection: Connection, erased: Collection[UUID]) -> set[UUID]:
    """Those of the erased clients about whom a draft, a message or a link still lies about."""
    about = drafts.clients(connection) | outbox.clients(connection) | questionnaires.clients(connection)
    left = (about | invitations.LINKS.clients(connection)) & set(erased)
    return left | representation.clients(connection, erased)


def forget(connection: Connection, client_ids: Collection[UUID]) -> None:
    """Throw away what lasts of clients who were erased."""
    for client_id in client_ids:
        drafts.forget_client(connection, client_id)
        outbox.forget_client(connection, client_id)
        questionnaires.forget_client(connection, client_id)
        invitations.LINKS.forget_client(connection, client_id)
        representation.forget_client(connection, client_id)


def done(connection: Connection, name: str) -> int:
    """For how many facts a follow-up was done."""
    return connection.scalar(select(follow_ups.c.done).where(follow_ups.c.name == name)) or 0


def note_done(connection: Connection, name: str, number: int) -> None:
    upsert_rows(connection, follow_ups, [{"name": name, "done": number}])

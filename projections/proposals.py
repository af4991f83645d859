"""Proposals of vacancies and workshops to clients, and files looked at together: a row each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Date, Index, Integer, String, Table, Uuid, case, func, select

from database.rows import row_as, rows_as
from domain.calendar import local_day
from domain.client import (
    ClientErased,
    FileReviewed,
    OfferProposed,
    ProposalAnswered,
    ProposalConcluded,
    ProposalDelivered,
    ProposalReminded,
    ProposalReminderUndelivered,
    ProposalStep,
    ProposalUndelivered,
)
from projections.caseload_table import Scope, caseload
from projections.engine.readmodel import Projection, Rows, metadata
from projections.undoing import with_merges

# How many of a team, and how many others.
Counted = tuple[int, int]

proposals = Table(
    "proposals",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("proposal_id", Uuid, primary_key=True),
    Column("offer_id", Uuid, nullable=False),
    Column("offer_kind", String(10), nullable=False),
    Column("delivery", String(10), nullable=False),
    Column("proposed_by", Uuid),
    Column("proposed_on", Date, nullable=False),
    Column("step", String(12), nullable=False),
    Column("step_on", Date, nullable=False),
    Column("reminded_on", Date),
    Column("answer", String(16)),
    Column("outcome", String(16)),
    # the version of the answer, which has the client's own words
    Column("words", Integer),
    # codes: why the proposal, and why the latest reminder, did not reach the client
    Column("undelivered_why", String(80)),
    Column("reminder_why", String(80)),
    Index("ix_proposals_offer", "offer_id"),
    sqlite_with_rowid=False,
)

file_reviews = Table(
    "file_reviews",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("reviewed_on", Date, nullable=False),
    Column("reviewed_by", Uuid),
    Column("chosen_by", String(10), nullable=False),
    Column("outcome", String(20), nullable=False),
    sqlite_with_rowid=False,
)


class Proposal(Struct, frozen=True):
    """A proposal; `words` is the version of the answer that has the client's own words."""

    client_id: UUID
    proposal_id: UUID
    offer_id: UUID
    offer_kind: str
    delivery: str
    proposed_by: UUID | None
    proposed_on: date
    step: str
    step_on: date
    reminded_on: date | None
    answer: str | None
    outcome: str | None
    words: int | None
    undelivered_why: str | None
    reminder_why: str | None


class NamedProposal(Struct, frozen=True):
    """A proposal of an offer, with the client's sealed name."""

    client_id: UUID
    proposal_id: UUID
    delivery: str
    proposed_on: date
    step: str
    step_on: date
    reminded_on: date | None
    answer: str | None
    outcome: str | None
    undelivered_why: str | None
    reminder_why: str | None
    name: str | None


class FileReview(Struct, frozen=True):
    """A file that was looked at together, with the client's sealed name."""

    client_id: UUID
    reviewed_on: date
    reviewed_by: UUID | None
    chosen_by: str
    outcome: str
    name: str | None


# folds


def offer_proposed(event: OfferProposed, rows: Rows) -> None:
    day = local_day(event.recorded_at)
    rows.put(
        proposals,
        {
            "client_id": event.originator_id,
            "proposal_id": event.proposal_id,
            "offer_id": event.offer_id,
            "offer_kind": event.offer_kind.value,
            "delivery": event.delivery.value,
            "proposed_by": event.actor,
            "proposed_on": day,
            "step": ProposalStep.PROPOSED.value,
            "step_on": day,
            "reminded_on": None,
            "answer": None,
            "outcome": None,
            "words": None,
            "undelivered_why": None,
            "reminder_why": None,
        },
        event.proposal_id,
    )


def _change(event: Any, rows: Rows, **changed: Any) -> None:
    row = rows.change(proposals, event.proposal_id)
    if row is None:
        raise LookupError(f"The log has event {event.originator_version} of {event.originator_id} before its proposal.")
    row.update(changed)


def _step(event: Any, rows: Rows, step: ProposalStep, **changed: Any) -> None:
    _change(event, rows, step=step.value, step_on=local_day(event.recorded_at), **changed)


def delivered(event: ProposalDelivered, rows: Rows) -> None:
    _step(event, rows, ProposalStep.DELIVERED, undelivered_why=None)


def undelivered(event: ProposalUndelivered, rows: Rows) -> None:
    _step(event, rows, ProposalStep.UNDELIVERED, undelivered_why=event.reason)


def reminded(event: ProposalReminded, rows: Rows) -> None:
    _change(event, rows, reminded_on=local_day(event.recorded_at), reminder_why=None)


def reminder_undelivered(event: ProposalReminderUndelivered, rows: Rows) -> None:
    _change(event, rows, reminder_why=event.reason or "not_sent")


def answered(event: ProposalAnswered, rows: Rows) -> None:
    words = event.originator_version if event.own_words is not None else None
    _step(event, rows, ProposalStep.ANSWERED, answer=event.answer.value, words=words)


def concluded(event: ProposalConcluded, rows: Rows) -> None:
    _step(event, rows, ProposalStep.CONCLUDED, outcome=event.outcome.value)


def file_reviewed(event: FileReviewed, rows: Rows) -> None:
    rows.put(
        file_reviews,
        {
            "client_id": event.originator_id,
            "version": event.originator_version,
            "reviewed_on": local_day(event.recorded_at),
            "reviewed_by": event.actor,
            "chosen_by": event.chosen_by.value,
            "outcome": event.outcome.value,
        },
        event.originator_version,
    )


def client_erased(event: ClientErased, rows: Rows) -> None:
    # That it was proposed, and what came of it, stays countable; where the words stood is of no use any more.
    for key, row in list(rows.of(proposals).items()):
        rows.put(proposals, row | {"words": None}, key)


# queries


def of_offer(connection: Connection, offer_id: UUID, scope: Scope) -> list[NamedProposal]:
    """The proposals of an offer to clients within a scope, with their sealed names."""
    statement = (
        select(proposals, caseload.c.name)
        .join(caseload, caseload.c.client_id == proposals.c.client_id)
        .where(proposals.c.offer_id == offer_id, scope.where())
        .order_by(proposals.c.proposed_on.desc(), proposals.c.client_id)
    )
    return rows_as(NamedProposal, connection.execute(statement))


def of_client(connection: Connection, client_id: UUID) -> list[Proposal]:
    """What was proposed to a client, the latest first."""
    statement = select(proposals).where(proposals.c.client_id == client_id).order_by(proposals.c.proposed_on.desc())
    return rows_as(Proposal, connection.execute(statement))


def proposal(connection: Connection, client_id: UUID, proposal_id: UUID) -> Proposal | None:
    statement = select(proposals).where(proposals.c.client_id == client_id, proposals.c.proposal_id == proposal_id)
    return row_as(Proposal, connection.execute(statement))


def steps(connection: Connection, offer_ids: Sequence[UUID], team_id: UUID | None) -> dict[UUID, dict[str, Counted]]:
    """How many proposals of each of these offers there are at each step: to clients of a team, and to others."""
    own = func.coalesce(func.sum(case((caseload.c.team_id == team_id, 1), else_=0)), 0)
    statement = (
        select(proposals.c.offer_id, proposals.c.step, own, func.count())
        .join(caseload, caseload.c.client_id == proposals.c.client_id, isouter=True)
        .where(proposals.c.offer_id.in_(offer_ids))
        .group_by(proposals.c.offer_id, proposals.c.step)
        .order_by(proposals.c.step)
    )
    found: dict[UUID, dict[str, Counted]] = {}
    for offer_id, step, of_team, number in connection.execute(statement):
        found.setdefault(offer_id, {})[step] = (int(of_team), number - int(of_team))
    return found


def proposed_to(connection: Connection, offer_id: UUID, client_ids: Sequence[UUID]) -> set[UUID]:
    """To whom of these an offer was proposed, but for those whom it never reached."""
    statement = select(proposals.c.client_id).where(
        proposals.c.offer_id == offer_id,
        proposals.c.client_id.in_(client_ids),
        proposals.c.step != ProposalStep.UNDELIVERED,
    )
    return set(connection.scalars(statement))


def without_any(connection: Connection, scope: Scope) -> set[UUID]:
    """The open clients whom no proposal ever reached or is on its way to."""
    ever = select(proposals.c.client_id).where(
        proposals.c.client_id == caseload.c.client_id, proposals.c.step != ProposalStep.UNDELIVERED
    )
    statement = select(caseload.c.client_id).where(caseload.c.closed_on.is_(None), scope.where(), ~ever.exists())
    return set(connection.scalars(statement))


def last_by_client(connection: Connection) -> dict[UUID, date]:
    """The day of the last proposal to each client whom one reached or is on its way to."""
    p = proposals.c
    statement = select(p.client_id, func.max(p.proposed_on)).where(p.step != ProposalStep.UNDELIVERED)
    return dict(connection.execute(statement.group_by(p.client_id)).tuples().all())


def reviews(connection: Connection, scope: Scope) -> list[FileReview]:
    """Files that were looked at together, the latest first."""
    statement = (
        select(file_reviews, caseload.c.name)
        .join(caseload, caseload.c.client_id == file_reviews.c.client_id)
        .where(scope.where())
        .order_by(file_reviews.c.reviewed_on.desc(), file_reviews.c.client_id)
    )
    return rows_as(FileReview, connection.execute(statement))


projection = Projection(
    name="proposals",
    version=2,
    tables=(proposals, file_reviews),
    begins=frozenset({OfferProposed, FileReviewed}),
    folds=with_merges(
        {
            OfferProposed: offer_proposed,
            ProposalDelivered: delivered,
            ProposalUndelivered: undelivered,
            ProposalReminded: reminded,
            ProposalReminderUndelivered: reminder_undelivered,
            ProposalAnswered: answered,
            ProposalConcluded: concluded,
            FileReviewed: file_reviewed,
            ClientErased: client_erased,
        }
    ),
)

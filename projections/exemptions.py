"""Exemptions of clients: drafts that wait for a reader, those returned, and exemptions that end; why, the log says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select

from database.rows import row_as, rows_as
from domain.calendar import local_day
from domain.catalogue import Track
from domain.client import ClientClosed, ClientErased, FieldWithdrawn, ServiceTrackChosen
from domain.client.exemptions import (
    COMES_UP_WEEKS,
    ExemptionApproved,
    ExemptionDrafted,
    ExemptionReturned,
    ExemptionWithdrawn,
)
from domain.client.plan import TRACK
from projections.caseload_table import Scope, caseload, is_open
from projections.engine.readmodel import Projection, Rows
from projections.exemptions_table import ends_by, exemptions
from projections.undoing import with_merges

# So long before its last day an exemption comes up, and so long whoever drafted one is told that it was approved.
COMES_UP = timedelta(weeks=COMES_UP_WEEKS)
TOLD_FOR = timedelta(weeks=2)


class ExemptionRow(Struct, frozen=True):
    """A client's exemption and the draft of one; `returned` is the version of the event that gave it back."""

    client_id: UUID
    exemption_id: UUID | None
    version: int | None
    basis: int | None
    returned: int | None
    drafted_by: UUID | None
    drafted_on: date | None
    draft_until: date | None
    exempt: bool
    exempt_until: date | None


class ExemptionListed(Struct, frozen=True):
    """The same in a list: whose client it is, with the sealed name."""

    client_id: UUID
    name: str | None
    coach_id: UUID | None
    exemption_id: UUID | None
    basis: int | None
    returned: int | None
    returned_on: date | None
    drafted_by: UUID | None
    drafted_on: date | None
    draft_until: date | None
    exempt: bool
    exempt_until: date | None
    approved_on: date | None


_NO_DRAFT: dict[str, Any] = dict.fromkeys(
    ("exemption_id", "version", "basis", "returned", "returned_on", "drafted_by", "drafted_on", "draft_until")
)


# folds


def drafted(event: ExemptionDrafted, rows: Rows) -> None:
    _change(
        event,
        rows,
        exemption_id=event.exemption_id,
        version=event.originator_version,
        basis=event.originator_version,
        returned=None,
        returned_on=None,
        drafted_by=event.actor,
        drafted_on=local_day(event.recorded_at),
        draft_until=event.until,
    )


def returned(event: ExemptionReturned, rows: Rows) -> None:
    _change(
        event,
        rows,
        version=event.originator_version,
        returned=event.originator_version,
        returned_on=local_day(event.recorded_at),
    )


def approved_now(event: ExemptionApproved, rows: Rows) -> None:
    _change(event, rows, **_NO_DRAFT | {"approved_on": local_day(event.recorded_at)})


def draft_ended(event: ExemptionWithdrawn | ClientClosed, rows: Rows) -> None:
    if rows.of(exemptions).get(None) is not None:
        _change(event, rows, **_NO_DRAFT)


def track_chosen(event: ServiceTrackChosen, rows: Rows) -> None:
    if event.track is Track.EXEMPT or rows.of(exemptions).get(None) is not None:
        still = {} if event.track is Track.EXEMPT else {"approved_on": None}
        _change(event, rows, exempt=event.track is Track.EXEMPT, exempt_until=event.until, **still)


def field_withdrawn(event: FieldWithdrawn, rows: Rows) -> None:
    if event.field == TRACK and rows.of(exemptions).get(None) is not None:
        _change(event, rows, exempt=False, exempt_until=None, approved_on=None)


def client_erased(_event: ClientErased, rows: Rows) -> None:
    rows.forget()


def _change(event: Any, rows: Rows, **values: Any) -> None:
    blank = {"client_id": event.originator_id, "exempt": False, "exempt_until": None, "approved_on": None} | _NO_DRAFT
    row = blank | (rows.of(exemptions).get(None) or {}) | values
    # The track follows in the same command as what approved it.
    if row["exempt"] or row["exemption_id"] is not None or row["approved_on"] is not None:
        rows.put(exemptions, row)
    else:
        rows.drop(exemptions)


# queries


def of_client(connection: Connection, client_id: UUID) -> ExemptionRow | None:
    """A client's exemption, and the draft of one."""
    return row_as(ExemptionRow, connection.execute(select(exemptions).where(exemptions.c.client_id == client_id)))


def waiting(connection: Connection, scope: Scope) -> Sequence[ExemptionListed]:
    """Drafts that wait for a reader, who waits longest first."""
    e = exemptions.c
    return _listed(connection, scope, [e.exemption_id.is_not(None), e.returned.is_(None)], e.drafted_on)


def given_back(connection: Connection, scope: Scope) -> Sequence[ExemptionListed]:
    """Drafts that were returned and not written anew, who waits longest first."""
    return _listed(connection, scope, [exemptions.c.returned.is_not(None)], exemptions.c.drafted_on)


def approved(connection: Connection, scope: Scope, today: date) -> Sequence[ExemptionListed]:
    """Exemptions that were approved of late, the earliest first."""
    e = exemptions.c
    return _listed(connection, scope, [e.exempt, e.approved_on > today - TOLD_FOR], e.approved_on)


def ending(connection: Connection, scope: Scope, by: date) -> Sequence[ExemptionListed]:
    """Exemptions that end by a day or have ended, and those without a last day on record, who is first to end first."""
    e = exemptions.c
    return _listed(connection, scope, [ends_by(by)], e.exempt_until)


def _listed(
    connection: Connection, scope: Scope, which: Sequence[ColumnElement[bool]], first: ColumnElement[Any]
) -> Sequence[ExemptionListed]:
    e, c = exemptions.c, caseload.c
    shown = [column for column in e if column.name not in ("client_id", "version")]
    statement = (
        select(c.client_id, c.name, c.coach_id, *shown)
        .join(caseload, c.client_id == e.client_id)
        .where(*which, is_open(), scope.where())
        .order_by(first.is_not(None), first, e.client_id)
    )
    return rows_as(ExemptionListed, connection.execute(statement))


projection = Projection(
    name="exemptions",
    version=2,
    tables=(exemptions,),
    begins=frozenset({ExemptionDrafted, ExemptionApproved, ServiceTrackChosen}),
    folds=with_merges(
        {
            ExemptionDrafted: drafted,
            ExemptionReturned: returned,
            ExemptionWithdrawn: draft_ended,
            ExemptionApproved: approved_now,
            ServiceTrackChosen: track_chosen,
            FieldWithdrawn: field_withdrawn,
            ClientClosed: draft_ended,
            ClientErased: client_erased,
        }
    ),
)

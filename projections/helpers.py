"""Helpers around clients: since when the client consents, asked by whom, and when to ask again; who they are, the log
says alone."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, select

from database.rows import row_as, rows_as
from domain.client import ClientErased
from domain.client.helpers import HelperAdded, HelperChanged, HelperConsentRenewed, HelperRemoved
from projections.caseload_table import Scope, caseload, is_open
from projections.engine.readmodel import Projection, Rows
from projections.helpers_table import helpers
from projections.undoing import with_merges


class HelperRow(Struct, frozen=True):
    """A helper; `words` is the version of the event that says who it is."""

    client_id: UUID
    helper_id: UUID
    version: int
    words: int
    consent_on: date
    asked_by: UUID | None
    ask_again_on: date


class ConsentDue(Struct, frozen=True):
    """A client's sealed name, whose client it is, and the earliest day to ask again."""

    client_id: UUID
    name: str | None
    coach_id: UUID | None
    ask_again_on: date


# folds


def added(event: HelperAdded, rows: Rows) -> None:
    row = {
        "client_id": event.originator_id,
        "helper_id": event.helper_id,
        "version": event.originator_version,
        "words": event.originator_version,
        "consent_on": event.consent_on,
        "asked_by": event.actor,
        "ask_again_on": event.ask_again_on,
    }
    rows.put(helpers, row, event.helper_id)


def changed(event: HelperChanged, rows: Rows) -> None:
    _change(event, rows, words=event.originator_version)


def renewed(event: HelperConsentRenewed, rows: Rows) -> None:
    _change(event, rows, consent_on=event.consent_on, ask_again_on=event.ask_again_on, asked_by=event.actor)


def removed(event: HelperRemoved, rows: Rows) -> None:
    if event.helper_id in rows.of(helpers):
        rows.drop(helpers, event.helper_id)


def client_erased(event: ClientErased, rows: Rows) -> None:
    rows.forget()


def _change(event: HelperChanged | HelperConsentRenewed, rows: Rows, **values: Any) -> None:
    row = rows.of(helpers).get(event.helper_id)
    if row is not None:
        rows.put(helpers, row | {"version": event.originator_version} | values, event.helper_id)


# queries


def of_client(connection: Connection, client_id: UUID) -> list[HelperRow]:
    """A client's helpers, in the order in which the client consented."""
    h = helpers.c
    statement = select(helpers).where(h.client_id == client_id).order_by(h.consent_on, h.helper_id)
    return rows_as(HelperRow, connection.execute(statement))


def one(connection: Connection, client_id: UUID, helper_id: UUID) -> HelperRow | None:
    """One helper of a client."""
    h = helpers.c
    return row_as(
        HelperRow, connection.execute(select(helpers).where(h.client_id == client_id, h.helper_id == helper_id))
    )


def due(connection: Connection, scope: Scope, as_of: date) -> list[ConsentDue]:
    """Open clients of whom the consent for a helper is to be asked again, one row each, who waits longest first."""
    h, c = helpers.c, caseload.c
    statement = (
        select(c.client_id, c.name, c.coach_id, h.ask_again_on)
        .join(caseload, c.client_id == h.client_id)
        .where(h.ask_again_on <= as_of, is_open(), scope.where())
        .order_by(h.ask_again_on, h.client_id)
    )
    found: dict[UUID, ConsentDue] = {}
    for row in rows_as(ConsentDue, connection.execute(statement)):
        found.setdefault(row.client_id, row)
    return list(found.values())


projection = Projection(
    name="helpers",
    version=1,
    tables=(helpers,),
    begins=frozenset({HelperAdded}),
    folds=with_merges(
        {
            HelperAdded: added,
            HelperChanged: changed,
            HelperConsentRenewed: renewed,
            HelperRemoved: removed,
            ClientErased: client_erased,
        }
    ),
)

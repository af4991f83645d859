"""Signals as the board shows them: one row each, its texts sealed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    select,
)

from domain.calendar import local_day
from eventlog.sealing import reference
from feedback import clocks
from feedback.signal import (
    SIGNAL_EVENTS,
    Kind,
    ReporterAnswered,
    ReporterAsked,
    SignalAccepted,
    SignalConfirmed,
    SignalDeclined,
    SignalDelivered,
    SignalLogged,
    SignalMarkedDuplicate,
    SignalMoved,
    SignalReopened,
    SignalState,
    SignalSupported,
    SignalTriaged,
)
from projections.database import Row, UtcDateTime
from projections.readmodel import Projection, Rows, metadata

signals = Table(
    "signals",
    metadata,
    Column("signal_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("state_on", Date, nullable=False),
    # where it goes back to when the reporter has answered
    Column("asked_from", String(20)),
    Column("page", String(80), nullable=False),
    Column("field", String(40)),
    Column("filter", Text),
    Column("definition_version", String(40), nullable=False),
    Column("reporter", Uuid),
    Column("role", String(20), nullable=False),
    Column("team_id", Uuid),
    Column("logged_at", UtcDateTime, nullable=False),
    Column("support", Integer, nullable=False),
    # the last days to triage and to answer it; moved on by the days that the reporter was asked
    Column("triage_by", Date, nullable=False),
    Column("answer_by", Date, nullable=False),
    Column("asked_on", Date),
    # working days until it was first triaged, and first decided on; and what it ever came to
    Column("triage_days", Integer),
    Column("answer_days", Integer),
    Column("accepted", Boolean, nullable=False),
    Column("delivered", Boolean, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("duplicate_of", Uuid),
    # sealed: what was seen and expected, and what was last said to or by the reporter
    Column("seen", Text, nullable=False),
    Column("expected", Text),
    Column("reason", Text),
    Index("ix_signals_state", "state", "logged_at"),
    Index("ix_signals_reporter", "reporter"),
    sqlite_with_rowid=False,
)


# folds


def signal_logged(event: SignalLogged, rows: Rows) -> None:
    rows.put(
        signals,
        {
            "signal_id": event.originator_id,
            "version": event.originator_version,
            "kind": event.kind.value,
            "state": SignalState.LOGGED.value,
            "state_on": local_day(event.recorded_at),
            "asked_from": None,
            "page": event.page,
            "field": event.field,
            "filter": event.filter,
            "definition_version": event.definition_version,
            "reporter": event.actor,
            "role": event.role.value,
            "team_id": event.team,
            "logged_at": event.recorded_at,
            "support": 0,
            "triage_by": clocks.triage_by(event.kind, local_day(event.recorded_at)),
            "answer_by": clocks.answer_by(event.kind, local_day(event.recorded_at)),
            "asked_on": None,
            "triage_days": None,
            "answer_days": None,
            "accepted": False,
            "delivered": False,
            "confirmed": False,
            "duplicate_of": None,
            "seen": reference(event, "seen"),
            "expected": reference(event, "expected"),
            "reason": None,
        },
    )


def _row(event: Any, rows: Rows) -> Row:
    row = rows.change(signals)
    if row is None:
        raise LookupError(
            f"The log has event {event.originator_version} of {event.originator_id} before it was logged."
        )
    row["version"] = event.originator_version
    return row


def signal_supported(event: SignalSupported, rows: Rows) -> None:
    row = _row(event, rows)
    row["support"] += 1


def signal_moved(event: SignalMoved, rows: Rows) -> None:
    row = _row(event, rows)
    day = local_day(event.recorded_at)
    if isinstance(event, ReporterAsked):
        row.update(asked_from=row["state"], asked_on=day)
    if isinstance(event, ReporterAnswered):
        waited = clocks.between(row["asked_on"], day)
        row.update(
            state=row["asked_from"], asked_from=None, asked_on=None,
            triage_by=clocks.after(row["triage_by"], waited), answer_by=clocks.after(row["answer_by"], waited),
        )  # fmt: skip
    else:
        row["state"] = event.moved_to.value
    if isinstance(event, SignalReopened):
        kind = Kind(row["kind"])
        row.update(triage_by=clocks.triage_by(kind, day), answer_by=clocks.answer_by(kind, day))
    _note_progress(event, row, day)
    row["state_on"] = day
    row["duplicate_of"] = event.of or row["duplicate_of"]
    row["reason"] = reference(event, "reason") or row["reason"]


def _note_progress(event: SignalMoved, row: Row, day: date) -> None:
    """What figures about voices count: how soon it was triaged and decided on, and what it ever came to."""
    since = local_day(row["logged_at"])
    if isinstance(event, SignalTriaged) and row["triage_days"] is None:
        row["triage_days"] = clocks.between(since, day)
    if isinstance(event, SignalAccepted | SignalDeclined | SignalMarkedDuplicate) and row["answer_days"] is None:
        row["answer_days"] = clocks.between(since, day)
    for reached, kind in (("accepted", SignalAccepted), ("delivered", SignalDelivered), ("confirmed", SignalConfirmed)):
        row[reached] = row[reached] or isinstance(event, kind)


# queries


def board(connection: Connection, conditions: list[ColumnElement[bool]] | None = None, limit: int = 500) -> list[Row]:
    """Signals, those with most support and the oldest first."""
    statement = (
        select(signals)
        .where(*(conditions or []))
        .order_by(signals.c.support.desc(), signals.c.logged_at, signals.c.signal_id)
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def reported_by(connection: Connection, account_id: UUID) -> list[Row]:
    """Somebody's own signals, the latest first."""
    statement = select(signals).where(signals.c.reporter == account_id).order_by(signals.c.logged_at.desc())
    return [dict(row) for row in connection.execute(statement).mappings()]


def signal(connection: Connection, signal_id: UUID) -> Row | None:
    """One signal."""
    row = connection.execute(select(signals).where(signals.c.signal_id == signal_id)).mappings().one_or_none()
    return dict(row) if row else None


projection = Projection(
    name="signals",
    version=2,
    tables=(signals,),
    folds={
        **{event: signal_moved for event in SIGNAL_EVENTS if issubclass(event, SignalMoved)},
        SignalLogged: signal_logged,
        SignalSupported: signal_supported,
    },
    preloaded=(signals,),
)

"""Review meetings: a row each, and the agenda that fills itself until one is held."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Column, Connection, Date, Index, Integer, String, Table, Text, Uuid, or_, select

from database.rows import UtcDateTime, row_as, rows_as
from eventlog.sealing import reference
from feedback import board
from feedback.board import SignalRow
from feedback.meeting import AgendaArranged, Decided, DecisionsRecorded, MeetingCancelled, MeetingHeld, MeetingPlanned
from feedback.signal import SignalState
from feedback.signals import signals
from projections.engine.readmodel import Projection, Rows, metadata

LONGEST_AGENDA = 40

meetings = Table(
    "meetings",
    metadata,
    Column("meeting_id", Uuid, primary_key=True),
    Column("team_id", Uuid),
    Column("held_on", Date, nullable=False),
    Column("begins", String(5), nullable=False),
    Column("state", String(10), nullable=False),
    Column("planned_by", Uuid),
    # JSON: ids of signals, and of those present; items with what was decided
    Column("agenda", Text, nullable=False),
    Column("left_out", Text, nullable=False),
    Column("present", Text, nullable=False),
    Column("decisions", Text, nullable=False),
    Column("held_at", UtcDateTime),
    Column("recorded_by", Uuid),
    Column("recorded_version", Integer),
    # sealed; the reasons, of what waits to be confirmed only
    Column("place", Text, nullable=False),
    Column("remarks", Text),
    Column("reasons", Text),
    Index("ix_meetings_day", "held_on"),
    sqlite_with_rowid=False,
)


class MeetingRow(Struct, frozen=True):
    """A review meeting; place, remarks and reasons are sealed."""

    meeting_id: UUID
    team_id: UUID | None
    held_on: date
    begins: str
    state: str
    planned_by: UUID | None
    agenda: list[UUID]
    left_out: list[UUID]
    present: list[UUID]
    decisions: list[Decided]
    held_at: datetime | None
    recorded_by: UUID | None
    recorded_version: int | None
    place: str
    remarks: str | None
    reasons: str | None


PLANNED, RECORDED, HELD, CANCELLED = "planned", "recorded", "held", "cancelled"


# folds


def planned(event: MeetingPlanned, rows: Rows) -> None:
    row = rows.of(meetings).get(None) or {
        "meeting_id": event.originator_id,
        "planned_by": event.actor,
        "agenda": "[]",
        "left_out": "[]",
        "present": "[]",
        "decisions": "[]",
        "held_at": None,
        "recorded_by": None,
        "recorded_version": None,
        "remarks": None,
        "reasons": None,
    }
    facts = {
        "team_id": event.team,
        "held_on": event.held_on,
        "begins": event.begins,
        "place": reference(event, "place"),
    }
    rows.put(meetings, row | facts | {"state": PLANNED})


def _change(rows: Rows, **changed: Any) -> None:
    row = rows.change(meetings)
    assert row is not None  # noqa: S101 - a meeting is planned before anything else
    row.update(changed)


def _dumped(value: object) -> str:
    return msgspec.json.encode(value).decode()


def arranged(event: AgendaArranged, rows: Rows) -> None:
    _change(rows, agenda=_dumped(event.order), left_out=_dumped(event.left_out))


def cancelled(event: MeetingCancelled, rows: Rows) -> None:
    _change(rows, state=CANCELLED)


def recorded(event: DecisionsRecorded, rows: Rows) -> None:
    _change(
        rows,
        state=RECORDED,
        present=_dumped(event.present),
        decisions=_dumped(event.decisions),
        recorded_by=event.actor,
        recorded_version=event.originator_version,
        remarks=reference(event, "remarks"),
        reasons=reference(event, "reasons"),
    )


def held(event: MeetingHeld, rows: Rows) -> None:
    _change(
        rows,
        state=HELD,
        present=_dumped(event.present),
        decisions=_dumped(event.decisions),
        held_at=event.recorded_at,
        recorded_by=event.recorded_by,
        remarks=reference(event, "remarks"),
        reasons=None,
    )


# queries


def meeting(connection: Connection, meeting_id: UUID) -> MeetingRow | None:
    """One meeting."""
    return row_as(
        MeetingRow, connection.execute(select(meetings).where(meetings.c.meeting_id == meeting_id)), **_DECODED
    )


def latest(connection: Connection) -> list[MeetingRow]:
    """All meetings, the latest first."""
    statement = select(meetings).order_by(meetings.c.held_on.desc(), meetings.c.meeting_id)
    return rows_as(MeetingRow, connection.execute(statement), **_DECODED)


_ids = msgspec.json.Decoder(list[UUID]).decode
_DECODED: dict[str, Callable[[Any], Any]] = {
    "agenda": _ids,
    "left_out": _ids,
    "present": _ids,
    "decisions": msgspec.json.Decoder(list[Decided]).decode,
}


def agenda(connection: Connection, row: MeetingRow, today: date) -> tuple[list[SignalRow], int]:
    """The signals to be talked about, as somebody arranged them, then what came in since; and how many more wait.

    Triaged and in discussion, those with most support and the oldest first; then reopened ones; then those whose
    clock has passed. At most `LONGEST_AGENDA`.
    """
    s = signals.c
    own = [
        s.handled_by == row.team_id if row.team_id else s.handled_by.is_(None),
        s.signal_id.not_in(row.left_out),
    ]
    groups: Sequence[Any] = (
        s.state.in_([SignalState.TRIAGED, SignalState.IN_DISCUSSION]),
        s.state == SignalState.REOPENED,
        board.has_passed(today),
    )
    arranged = board.board(connection, [*own, s.signal_id.in_(row.agenda), or_(*groups)], LONGEST_AGENDA)
    found: dict[UUID, SignalRow] = {}
    for condition in groups:
        for item in board.board(connection, [*own, condition], LONGEST_AGENDA):
            found.setdefault(item.signal_id, item)
    found |= {item.signal_id: item for item in arranged}
    first = [found.pop(signal_id) for signal_id in row.agenda if signal_id in found]
    items = [*first, *found.values()][:LONGEST_AGENDA]
    return items, board.count(connection, *own, or_(*groups)) - len(items)


projection = Projection(
    name="meetings",
    version=2,
    tables=(meetings,),
    folds={
        MeetingPlanned: planned,
        AgendaArranged: arranged,
        MeetingCancelled: cancelled,
        DecisionsRecorded: recorded,
        MeetingHeld: held,
    },
)

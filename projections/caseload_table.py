"""The table of the caseload, with a column for the state of each field, and what is asked of a row of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    Result,
    String,
    Table,
    Text,
    Uuid,
    and_,
    or_,
    select,
)

from domain.catalogue import Choices, Field, Number, State, Value, YesNo, as_declared
from projections import introduced_cells
from projections.engine.readmodel import metadata

# A column each for what is declared in code; what was introduced since stands in one of all.
catalogue = as_declared()


def _field_columns(field: Field) -> list[Column[Any]]:
    """A field's value (never a sensitive one), its state (null: unknown), and until when that holds."""
    columns: list[Column[Any]] = [Column(f"s_{field.key}", String(12)), Column(f"u_{field.key}", Date)]
    if not field.sensitive:
        columns.insert(0, Column(f"v_{field.key}", _value_type(field)))
    return columns


def _value_type(field: Field) -> Any:
    if isinstance(field.kind, YesNo):
        return Boolean
    return Integer if isinstance(field.kind, Number) else Text


caseload = Table(
    "caseload",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("team_id", Uuid),
    Column("coach_id", Uuid),
    Column("specialised", Boolean, nullable=False),
    Column("intake_on", Date, nullable=False),
    Column("assigned_on", Date),
    Column("closed_on", Date),
    Column("closing_reason", String(20)),
    # what became of the client, for figures; kept of one who was erased later, and none where that closed the file
    Column("exit_reason", String(20)),
    # sealed; opened for the rows on the page
    Column("name", Text),
    Column("client_number", Text),
    Column("email", Text),
    Column("phone", Text),
    # of letters and mails to the client; none where it was not asked
    Column("language", Text),
    Column("plan_on", Date),
    Column("track", String(20)),
    Column("track_on", Date),
    # the last day of an exemption; none where the track is another, or where none is on record
    Column("exempt_until", Date),
    Column("frequency_weeks", Integer),
    Column("last_seen_on", Date),
    Column("last_tried_on", Date),
    Column("contact_due_on", Date),
    # from when on one was not seen for long; counted from the assignment where one was never seen
    Column("not_seen_on", Date),
    Column("reopened_on", Date),
    # the day on which the client changed something that the coach has not looked at
    Column("changed_on", Date),
    introduced_cells.column(),
    *(column for field in catalogue.fields.values() for column in _field_columns(field)),
    Index("ix_caseload_coach", "coach_id", "closed_on"),
    Index("ix_caseload_team", "team_id", "closed_on"),
    # All that the figures of teams and of the city are counted from: a row itself is wide.
    Index("ix_caseload_figures", "closed_on", "team_id", "coach_id", "plan_on", "not_seen_on", "contact_due_on"),
    sqlite_with_rowid=False,
)


class CaseloadClient(Struct, frozen=True):
    """A client as the caseload knows them, nothing of which is sealed. `cells` has states and values of all fields, and
    is read by `cell`."""

    client_id: UUID
    team_id: UUID | None
    coach_id: UUID | None
    specialised: bool
    intake_on: date
    assigned_on: date | None
    closed_on: date | None
    closing_reason: str | None
    plan_on: date | None
    track: str | None
    track_on: date | None
    exempt_until: date | None
    frequency_weeks: int | None
    last_seen_on: date | None
    last_tried_on: date | None
    contact_due_on: date | None
    not_seen_on: date | None
    changed_on: date | None
    introduced: str | None
    cells: tuple[Any, ...]


class CaseloadRow(Struct, frozen=True):
    """A row of the caseload: the client, and what is sealed of them."""

    client: CaseloadClient
    name: str | None
    client_number: str | None
    email: str | None
    phone: str | None
    language: str | None

    @property
    def client_id(self) -> UUID:
        return self.client.client_id


_PLAIN = CaseloadClient.__struct_fields__[:-1]
_SEALED = CaseloadRow.__struct_fields__[1:]
_CELLS = [column.name for field in catalogue.fields.values() for column in _field_columns(field)]
# Where the state of a field is among the cells, the day until which that holds, and its value.
_PLACES = {
    f.key: (
        _CELLS.index(f"s_{f.key}"),
        _CELLS.index(f"u_{f.key}"),
        None if f.sensitive else _CELLS.index(f"v_{f.key}"),
    )
    for f in catalogue.fields.values()
}
ALL_COLUMNS = select(*(caseload.c[name] for name in (*_PLAIN, *_SEALED, *_CELLS)))


def clients_found(found: Result[Any]) -> list[CaseloadRow]:
    """What a query of `ALL_COLUMNS` found."""
    plain, sealed = len(_PLAIN), len(_PLAIN) + len(_SEALED)
    return [CaseloadRow(CaseloadClient(*(*row[:plain], row[sealed:])), *row[plain:sealed]) for row in found]


def client_folded(row: Mapping[str, Any]) -> CaseloadClient:
    """The client of a row as it was folded."""
    return CaseloadClient(*(*(row[name] for name in _PLAIN), tuple(row[name] for name in _CELLS)))


# Looked up once: a member of an enumeration is found slowly in Python 3.11.
STATES = {state.value: state for state in State}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose clients a viewer may see: of one coach, of one team, or everybody's (figures only)."""

    team_id: UUID | None = None
    coach_id: UUID | None = None

    def where(self, table: Any = caseload) -> ColumnElement[bool]:
        conditions = []
        if self.team_id is not None:
            conditions.append(table.c.team_id == self.team_id)
        if self.coach_id is not None:
            conditions.append(table.c.coach_id == self.coach_id)
        return and_(True, *conditions)


ERASED = "erased"  # the reason why a file is closed that nobody gave


def has_columns(field: Field) -> bool:
    """Whether a field has columns of its own; one that was introduced has not."""
    return field.key in _PLACES


def state_column(field: Field) -> ColumnElement[Any]:
    """Where the state of a field stands."""
    if has_columns(field):
        return caseload.c[f"s_{field.key}"]
    return introduced_cells.state_of(caseload.c.introduced, field.key)


def until_column(field: Field) -> ColumnElement[Any]:
    """Where the day stands until which that holds."""
    if has_columns(field):
        return caseload.c[f"u_{field.key}"]
    return introduced_cells.until_of(caseload.c.introduced, field.key)


def value_column(field: Field) -> ColumnElement[Any]:
    """Where the value stands of a field that is not sensitive."""
    if has_columns(field):
        return caseload.c[f"v_{field.key}"]
    return introduced_cells.value_of(caseload.c.introduced, field.key, _value_type(field))


def is_open() -> ColumnElement[bool]:
    return caseload.c.closed_on.is_(None)


def not_seen(as_of: date) -> ColumnElement[bool]:
    """Not seen for as many calendar months as the definition says."""
    return caseload.c.not_seen_on <= as_of


def state_is(field: Field, state: State, as_of: date) -> ColumnElement[bool]:
    """Whether the field is in this state on that day."""
    at, until = state_column(field), until_column(field)
    passed = and_(until.is_not(None), until <= as_of)
    if state is State.UNKNOWN:
        return or_(at.is_(None), and_(at.in_([State.NOT_RELEVANT, State.DECLINED]), passed))
    if state is State.STALE:
        return and_(at == State.KNOWN, passed)
    return and_(at == state, or_(until.is_(None), until > as_of))


def recorded(client: CaseloadClient, field: Field) -> tuple[str | None, date | None, Any]:
    """What is recorded of a field: its state, until when that holds, and its value, if not sensitive."""
    if field.key not in _PLACES:
        return introduced_cells.read(client.introduced, field.key)
    state, until, value = _PLACES[field.key]
    return client.cells[state], client.cells[until], None if value is None else client.cells[value]


def cell(client: CaseloadClient, field: Field, as_of: date) -> tuple[State, Any]:
    """A field's state on a day, as `state_is` says it in SQL, and its value as stored, if not sensitive."""
    return standing(*recorded(client, field), as_of)


def standing(state: str | None, until: date | None, value: Any, as_of: date) -> tuple[State, Any]:
    """How what is recorded of a field stands on a day."""
    if state is None:
        return State.UNKNOWN, None
    if until is not None and until <= as_of:
        return (State.STALE, value) if state == State.KNOWN else (State.UNKNOWN, None)
    return STATES[state], value


def value_is(field: Field, value: Value) -> ColumnElement[bool]:
    """Whether the known value is, or for several choices includes, this one. Not for sensitive fields."""
    column = value_column(field)
    if isinstance(field.kind, Choices):
        return column.contains(f'"{value}"', autoescape=True)
    return column == value

"""Agreed steps of the plan: whose, from and until when, and what became of each; the words stay in the log."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, func, select

from database.rows import row_as, rows_as
from domain.calendar import local_day
from domain.client import ClientClosed, ClientErased
from domain.client.steps import StepAgreed, StepChanged, StepEnded
from projections.caseload_table import Scope, caseload, is_open
from projections.engine.readmodel import Projection, Rows
from projections.steps_table import OVER, STANDING, steps
from projections.undoing import with_merges


class Step(Struct, frozen=True):
    """A step as it stands; `words` and `reason` are the versions of the events that have kind and words."""

    client_id: UUID
    step_id: UUID
    version: int
    whose: str
    starts_on: date
    ends_on: date | None
    state: str
    ended_on: date | None
    agreed_on: date
    words: int
    reason: int | None


class NamedStep(Struct, frozen=True):
    """A step that stands, with the client's sealed name and whose client it is."""

    client_id: UUID
    step_id: UUID
    version: int
    whose: str
    starts_on: date
    ends_on: date | None
    words: int
    name: str | None
    coach_id: UUID | None


# folds


def stands(event: StepAgreed | StepChanged, rows: Rows) -> None:
    before = rows.of(steps).get(event.step_id)
    rows.put(
        steps,
        {
            "client_id": event.originator_id,
            "step_id": event.step_id,
            "version": event.originator_version,
            "whose": event.whose.value,
            "starts_on": event.starts_on,
            "ends_on": event.ends_on,
            "state": STANDING,
            "ended_on": None,
            "agreed_on": before["agreed_on"] if before else local_day(event.recorded_at),
            "words": event.originator_version,
            "reason": None,
        },
        event.step_id,
    )


def ended(event: StepEnded, rows: Rows) -> None:
    version = event.originator_version
    _change(
        rows,
        event.step_id,
        version=version,
        state=event.how.value,
        ended_on=event.ended_on,
        reason=version if event.reason is not None else None,
    )


def client_closed(event: ClientClosed, rows: Rows) -> None:
    """Nobody is asked any more what became of one."""
    for step_id, row in list(rows.of(steps).items()):
        if row["state"] == STANDING:
            _change(rows, step_id, state=OVER, ended_on=event.closed_on)


def client_erased(event: ClientErased, rows: Rows) -> None:
    rows.forget()


def _change(rows: Rows, step_id: object, **values: object) -> None:
    rows.change(steps, step_id).update(values)  # type: ignore[union-attr]  # it was agreed before


# queries


def one(connection: Connection, client_id: UUID, step_id: UUID) -> Step | None:
    """One step of a client."""
    return row_as(
        Step, connection.execute(select(steps).where(steps.c.client_id == client_id, steps.c.step_id == step_id))
    )


def of_client(connection: Connection, client_id: UUID) -> list[Step]:
    """A client's steps: those that stand by when they end, the unknown last; then the others, the latest first."""
    statement = select(steps).where(steps.c.client_id == client_id).order_by(steps.c.starts_on, steps.c.step_id)
    found = rows_as(Step, connection.execute(statement))
    standing = sorted((s for s in found if s.state == STANDING), key=lambda s: (s.ends_on or date.max, s.starts_on))
    over = sorted((s for s in found if s.state != STANDING), key=lambda s: s.ended_on or date.min, reverse=True)
    return [*standing, *over]


def count_standing(connection: Connection, client_id: UUID) -> int:
    """How many steps of a client nobody has answered yet."""
    statement = select(func.count()).where(steps.c.client_id == client_id, steps.c.state == STANDING)
    return connection.scalar(statement) or 0


def unanswered(connection: Connection, scope: Scope, as_of: date) -> list[NamedStep]:
    """Those that have ended and of which nobody said what became of them, the earliest end first."""
    statement = (
        select(steps, caseload.c.name, caseload.c.coach_id)
        .join(caseload, caseload.c.client_id == steps.c.client_id)
        .where(steps.c.state == STANDING, steps.c.ends_on < as_of, is_open(), scope.where())
        .order_by(steps.c.ends_on, steps.c.client_id, steps.c.step_id)
    )
    return rows_as(NamedStep, connection.execute(statement))


projection = Projection(
    name="steps",
    version=1,
    tables=(steps,),
    begins=frozenset({StepAgreed, StepChanged}),
    folds=with_merges(
        {
            StepAgreed: stands,
            StepChanged: stands,
            StepEnded: ended,
            ClientClosed: client_closed,
            ClientErased: client_erased,
        }
    ),
)

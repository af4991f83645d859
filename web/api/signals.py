"""Signals for other programs: which there are, what can be done with one now, and doing it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import abort, request
from pydantic import BaseModel, ConfigDict, Field

from application import rights
from database.rows import Row
from domain.calendar import local_day
from domain.refusal import Refused
from feedback import board as model
from feedback.persons import found_in
from feedback.signal import TRANSITIONS, Kind, MoveSignal, SignalState, Transition, open_transitions
from web.context import as_uuid, bench, moment, services, viewer
from web.pages.signals import chosen, opened
from web.permissions import access

api = APIBlueprint("api_signals", __name__, url_prefix="/api/signals", tag="Signals")

AT_ONCE = 500


class Step(BaseModel):
    """A step of the table: from which states, to which (null: back to where it was), who takes it, what it needs."""

    step: str
    sources: list[SignalState]
    leads_to: SignalState | None
    taken_by: str
    needs: list[str]


class Steps(BaseModel):
    steps: list[Step]


class SignalShown(BaseModel):
    signal_id: UUID
    kind: Kind
    state: SignalState
    page: str
    field: str | None
    figure: str | None
    logged_on: date
    support: int
    handled_by: UUID | None
    due_on: date | None
    planned_for: date | None
    delivered_on: date | None
    duplicate_of: UUID | None
    seen: str | None
    expected: str | None
    reason: str | None


class SignalsShown(BaseModel):
    total: int
    signals: list[SignalShown]


class SignalWithSteps(SignalShown):
    """A signal with the steps that the one who asks can take now."""

    steps: list[Step]


class Part(BaseModel):
    """Which part of a list."""

    offset: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(100, ge=1, le=AT_ONCE)


class StepTaken(BaseModel):
    """What a step needs: a reason, the original of a duplicate, the day that something is planned for.

    A reason that looks as if it pointed at a person is refused, unless `points_at_nobody` says that it does not.
    """

    model_config = ConfigDict(extra="forbid")

    reason: str | None = None
    of: UUID | None = None
    on: date | None = None
    points_at_nobody: bool = False


class Moved(BaseModel):
    """What it came to, and the steps that are open now; `position` is where the log stands."""

    signal_id: UUID
    state: SignalState
    position: int
    steps: list[Step]


def _step(transition: Transition) -> Step:
    needs = {"reason": transition.needs_reason, "of": transition.needs_original, "on": transition.needs_day}
    return Step(
        step=transition.name, sources=sorted(transition.sources), leads_to=transition.event.moved_to,
        taken_by=transition.allowed.__name__, needs=[name for name, needed in needs.items() if needed],
    )  # fmt: skip


def _shown(row: Row) -> dict[str, Any]:
    return {
        name: local_day(row["logged_at"]) if name == "logged_on" else row[name] for name in SignalShown.model_fields
    }


@api.get("")
@access(rights.LOG_SIGNALS)
@api.input(Part, location="query")
@api.output(SignalsShown)
def signals(query_data: Part) -> SignalsShown:
    """Signals, those with most support and the oldest first

    Narrowed as the board is: `kind`, `state`, `page`, `field`, `team`, `age`, `clock` and `mine` in the address.
    """
    conditions = chosen().wanted
    with services().database.read() as connection:
        rows = model.board(connection, conditions, query_data.limit, offset=query_data.offset)
        total = model.count(connection, *conditions)
    return SignalsShown(total=total, signals=[SignalShown(**_shown(row)) for row in opened(rows)])


@api.get("/steps")
@access(rights.LOG_SIGNALS)
@api.output(Steps)
def steps() -> Steps:
    """The table of all steps: who may bring a signal from where to where, and what that needs"""
    return Steps(steps=[_step(transition) for transition in TRANSITIONS.values()])


@api.get("/<uuid:signal_id>")
@access(rights.LOG_SIGNALS)
@api.output(SignalWithSteps)
def signal(signal_id: UUID) -> SignalWithSteps:
    """One signal, with the steps that you can take now"""
    with services().database.read() as connection:
        row = model.signal(connection, signal_id) or abort(404)
    return SignalWithSteps(**_shown(opened([row])[0]), steps=_open_to_viewer(signal_id))


def _open_to_viewer(signal_id: UUID) -> list[Step]:
    state = services().signals.state(signal_id) or abort(404)
    return [_step(t) for t in open_transitions(state, services().desk.acting(state, viewer()))]


@api.post("/<uuid:signal_id>/steps/<step>")
@access(rights.LOG_SIGNALS)
@api.input(StepTaken)
@api.output(Moved)
def take_step(signal_id: UUID, step: str, json_data: StepTaken) -> Moved:
    """Take a step with a signal

    The header `Idempotency-Key` has an id of your own for this step: the same id again has no effect.
    """
    if services().signals.state(signal_id) is None:
        abort(404)
    key = as_uuid(request.headers.get("Idempotency-Key"))
    if key is None:
        raise Refused("Send a UUID of your own in the header Idempotency-Key.", field="Idempotency-Key")
    if found_in(json_data.reason) and not json_data.points_at_nobody:
        raise Refused("This looks as if it pointed at a person: a number or an address. Take it out.", field="reason")
    command = MoveSignal(
        signal_id=signal_id, viewer=viewer(), transition=step, reason=json_data.reason, of=json_data.of,
        on=json_data.on,
    )  # fmt: skip
    answer = services().desk.handle(command, moment(), key)
    bench().nudge()
    state = services().signals.state(signal_id) or abort(404)
    return Moved(signal_id=signal_id, state=state.state, position=answer.position, steps=_open_to_viewer(signal_id))

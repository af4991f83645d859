"""Signals for other programs: which there are, what can be done with one now, and doing it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from pydantic import BaseModel, ConfigDict, Field

from application import rights
from application import signal as one
from application.signal_steps import existing, move_signal
from application.signals import SignalShown as Shown
from application.signals import part_of_board
from domain.calendar import local_day
from domain.refusal import Refused
from feedback.signal import TRANSITIONS, Kind, MoveSignal, SignalState, Transition
from web.context import as_uuid, services, viewer, web_context
from web.pages.signals import chosen
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
        step=transition.name,
        sources=sorted(transition.sources),
        leads_to=transition.event.moved_to,
        taken_by=transition.allowed.__name__,
        needs=[name for name, needed in needs.items() if needed],
    )


def _shown(row: Shown) -> dict[str, Any]:
    return {
        name: local_day(row.logged_at) if name == "logged_on" else getattr(row, name)
        for name in SignalShown.model_fields
    }


@api.get("")
@access(part_of_board)
@api.input(Part, location="query")
@api.output(SignalsShown)
def signals(query_data: Part) -> SignalsShown:
    """Signals, those with most support and the oldest first

    Narrowed as the board is: `kind`, `state`, `page`, `field`, `team`, `age`, `clock` and `mine` in the address.
    """
    part = part_of_board(services(), viewer(), chosen(), offset=query_data.offset, limit=query_data.limit)
    return SignalsShown(total=part.total, signals=[SignalShown(**_shown(row)) for row in part.rows])


@api.get("/steps")
@access(rights.LOG_SIGNALS)
@api.output(Steps)
def steps() -> Steps:
    """The table of all steps: who may bring a signal from where to where, and what that needs"""
    return Steps(steps=[_step(transition) for transition in TRANSITIONS.values()])


@api.get("/<uuid:signal_id>")
@access(one.signal_with_steps)
@api.output(SignalWithSteps)
def signal(signal_id: UUID) -> SignalWithSteps:
    """One signal, with the steps that you can take now"""
    row, now = one.signal_with_steps(services(), viewer(), signal_id)
    return SignalWithSteps(**_shown(row), steps=[_step(t) for t in now.steps])


@api.post("/<uuid:signal_id>/steps/<step>")
@access(move_signal)
@api.input(StepTaken)
@api.output(Moved)
def take_step(signal_id: UUID, step: str, json_data: StepTaken) -> Moved:
    """Take a step with a signal

    The header `Idempotency-Key` has an id of your own for this step: the same id again has no effect.
    """
    existing(services(), signal_id)
    key = as_uuid(request.headers.get("Idempotency-Key"))
    if key is None:
        raise Refused("Send a UUID of your own in the header Idempotency-Key.", field="Idempotency-Key")
    command = MoveSignal(
        signal_id=signal_id,
        viewer=viewer(),
        transition=step,
        reason=json_data.reason,
        of=json_data.of,
        on=json_data.on,
    )
    answer = move_signal(services(), viewer(), command, key, points_at_nobody=json_data.points_at_nobody)
    web_context().nudge()
    now = one.open_steps(services(), viewer(), signal_id)
    return Moved(signal_id=signal_id, state=now.state, position=answer.position, steps=[_step(t) for t in now.steps])

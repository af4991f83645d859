"""The caseload: overview, characteristics, monitoring and legend, left to right; filters in the address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from sqlalchemy import ColumnElement

from domain.catalogue import Choice, Choices, Field, State, Track, YesNo, load
from domain.refusal import Refused
from domain.roles import Role
from projections import caseload as model
from projections.caseload import Scope
from projections.database import Row
from records import people
from web.context import as_uuid, display_names, services, today, viewer
from web.permissions import access, opens_files

page = Blueprint("caseload", __name__)

PAGE_ROWS = 150
MOST_ROWS = 1_000_000
QUICK = ("not_seen", "no_plan", "contact_due", "no_track")
# What coaches look at first, in this order; every field is in the client's file.
CHARACTERISTICS = (
    "education_level",
    "language_level",
    "driving_licence",
    "hours_available",
    "preferred_sectors",
)
MONITORING = ("cv", "physical_limitations", "mental_limitations")


@page.get("/caseload")
@access(opens_files)
def caseload() -> str:
    as_of = today()
    scope, coach_id = _scope()
    conditions, chosen = _filters(request.args.to_dict())
    offset = min(max(request.args.get("from", 0, type=int), 0), MOST_ROWS)
    with services().database.read() as connection:
        rows = model.clients(connection, scope, conditions, limit=PAGE_ROWS, offset=offset)
        found = model.count(connection, scope, conditions)
        everybody = model.count(connection, scope)
        quick = {name: model.count(connection, scope, [_quick(name)]) for name in QUICK}
        team_id = viewer().team_id
        coaches = people.coaches(connection, team_id) if team_id else []
    catalogue = load()
    return render_template(
        "caseload.html",
        rows=rows,
        names=display_names(rows),
        found=found,
        everybody=everybody,
        quick=quick,
        chosen=chosen,
        offset=offset,
        page_rows=PAGE_ROWS,
        as_of=as_of,
        coaches=coaches,
        coach_id=coach_id,
        own=viewer().role is Role.WORK_COACH,
        catalogue=catalogue,
        characteristics=[catalogue[key] for key in CHARACTERISTICS if key in catalogue.fields],
        monitoring=[catalogue[key] for key in MONITORING if key in catalogue.fields],
        cell=lambda row, field: cell(row, field, as_of),
        not_seen_for=lambda row: (as_of - (row["last_seen_on"] or row["assigned_on"] or as_of)).days,
        tracks=list(Track),
        filter_fields=[f for f in catalogue.fields.values() if f.recorded_by == "registration"],
        states=[State.KNOWN, State.UNKNOWN, State.STALE, State.NOT_RELEVANT, State.DECLINED],
    )


def _scope() -> tuple[Scope, UUID | None]:
    """A coach sees the own caseload; an officer or manager the team's, or one coach's in it."""
    me = viewer()
    if me.role is Role.WORK_COACH:
        return Scope(coach_id=me.account_id), me.account_id
    if me.team_id is None:
        abort(403)
    coach_id = as_uuid(request.args.get("coach"))
    return Scope(team_id=me.team_id, coach_id=coach_id), coach_id


def _quick(name: str) -> ColumnElement[bool]:
    columns = model.caseload.c
    conditions: dict[str, ColumnElement[bool]] = {
        "not_seen": model.not_seen(today()),
        "no_plan": columns.plan_on.is_(None),
        "contact_due": columns.contact_due_on <= today(),
        "no_track": columns.track.is_(None),
    }
    return conditions[name]


def _filters(arguments: dict[str, str]) -> tuple[list[ColumnElement[bool]], dict[str, str]]:
    """The conditions that an address asks for, and those of its arguments that were understood.

    `show` names a quick filter, `track` a track or "none", `field` with `is` a field and a state or an option.
    """
    conditions: list[ColumnElement[bool]] = []
    chosen: dict[str, str] = {}
    if (show := arguments.get("show")) in QUICK:
        conditions.append(_quick(str(show)))
        chosen["show"] = str(show)
    track = arguments.get("track", "")
    if track == "none":
        conditions.append(model.caseload.c.track.is_(None))
        chosen["track"] = track
    elif track in set(Track):
        conditions.append(model.caseload.c.track == track)
        chosen["track"] = track
    key, wanted = arguments.get("field", ""), arguments.get("is", "")
    if key and wanted:
        try:
            conditions.append(_field_is(load()[key], wanted))
        except Refused:
            abort(400)
        chosen |= {"field": key, "is": wanted}
    return conditions, chosen


def _field_is(field: Field, wanted: str) -> ColumnElement[bool]:
    if wanted in set(State):
        return model.state_is(field, State(wanted), today())
    if field.sensitive:
        raise Refused("A sensitive field is filtered by its state only.", field=field.key)
    if isinstance(field.kind, YesNo):
        return model.value_is(field, wanted == "yes")
    if isinstance(field.kind, Choice | Choices):
        return model.value_is(field, field.check([wanted] if isinstance(field.kind, Choices) else wanted) and wanted)
    raise Refused("This field is filtered by its state only.", field=field.key)


def cell(row: Row, field: Field, as_of: Any) -> tuple[State, Any]:
    """A field's state on that day and its value as stored; a sensitive value never comes along."""
    state, until = row[f"s_{field.key}"], row[f"u_{field.key}"]
    value = None if field.sensitive else row[f"v_{field.key}"]
    if state is None:
        return State.UNKNOWN, None
    if until is not None and until <= as_of:
        return (State.STALE, value) if state == State.KNOWN else (State.UNKNOWN, None)
    return State(state), value

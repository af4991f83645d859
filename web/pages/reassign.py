"""Reassigning a leaving coach's clients over colleagues: previewed, then done in one go or not at all."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from application import rights
from database.rows import Row
from domain.client import AssignClient, Client
from domain.refusal import Refused
from eventlog.commands import Moment, Step
from projections import caseload, caseload_figures
from projections.caseload import Scope
from records import people
from web.context import as_uuid, colleagues, command_id, definitions, display_names, services, today, viewer
from web.forms import sentence
from web.freshness import recorded
from web.permissions import access

page = Blueprint("reassign", __name__, url_prefix="/team/reassign")

Plan = list[tuple[Row, UUID]]


@page.route("", methods=["GET", "POST"])
@access(rights.ASSIGN)
def reassign() -> str | Response | tuple[str, int]:
    """Choose who leaves and who takes over; look at what would become of it; do it."""
    team_id = viewer().team_id or abort(404)
    with services().database.read() as connection:
        team = people.team(connection, team_id) or abort(404)
        coaches = people.coaches(connection, team_id)
        loads = caseload_figures.by_coach(connection, team_id)
    errors: list[str] = []
    plan: Plan = []
    leaving, receiving = as_uuid(request.values.get("coach")), _receiving(coaches)
    if leaving is not None:
        try:
            plan = _plan(team_id, leaving, receiving, loads)
            if request.method == "POST":
                return recorded(_carry_out(plan, team), "team.one", team_id=team_id)
        except Refused as refused:
            errors.append(sentence(refused))
    becomes = {c: loads.get(c, 0) + sum(to == c for _, to in plan) for c in receiving}
    html = render_template(
        "reassign.html", coaches=coaches, loads=loads, leaving=leaving, receiving=receiving, plan=plan,
        becomes=becomes, fingerprint=_fingerprint(plan), names=colleagues(), limit=definitions().limits[1],
        errors=errors,
        clients=display_names([row for row, _ in plan]),
    )  # fmt: skip
    return (html, 400) if errors else html


def _receiving(coaches: list[people.Account]) -> list[UUID]:
    chosen = {as_uuid(text) for text in request.values.getlist("to")}
    return [c.account_id for c in coaches if c.account_id in chosen]


def _plan(team_id: UUID, leaving: UUID, receiving: list[UUID], loads: dict[UUID | None, int]) -> Plan:
    """Each client to the colleague who has fewest by then; the same every time it is asked."""
    if not receiving or leaving in receiving:
        raise Refused("Choose at least one colleague who takes over, other than the one who leaves.", field="to")
    with services().database.read() as connection:
        rows = caseload.clients(connection, Scope(team_id=team_id, coach_id=leaving), order="intake_on", limit=None)
    if not rows:
        raise Refused("This colleague has no clients.", field="coach")
    having = {coach_id: loads.get(coach_id, 0) for coach_id in receiving}
    plan = []
    for row in rows:
        to = min(receiving, key=lambda coach_id: (having[coach_id], str(coach_id)))
        having[to] += 1
        plan.append((row, to))
    return plan


def _fingerprint(plan: Plan) -> str:
    return hashlib.sha256("".join(f"{row['client_id']}{to}" for row, to in plan).encode()).hexdigest()[:16]


def _carry_out(plan: Plan, team: people.Team) -> int:
    if request.form.get("preview") != _fingerprint(plan):
        raise Refused("Something changed since the preview. Look at it again.")
    moment = Moment(services().clock(), viewer().account_id)
    steps: list[Step[Client]] = []
    for row, to in plan:
        command = AssignClient(
            client_id=row["client_id"], team=team.team_id, specialised=team.specialised, coach=to, assigned_on=today()
        )
        steps.append(Step(command, moment, uuid5(command_id(), str(row["client_id"]))))
    return services().together([(services().clients, [step]) for step in steps]).position

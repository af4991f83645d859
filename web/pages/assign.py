"""Assigning a client to a coach, closing a file and reopening it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from application import rights
from domain.client import AssignClient, CloseClient, ClosingReason, ReopenClient
from domain.refusal import Refused
from records import people
from web.context import (
    as_uuid,
    colleagues,
    command_id,
    display_names,
    moment,
    readable_client,
    services,
    today,
    viewer,
)
from web.forms import needed_day
from web.freshness import recorded
from web.permissions import access

page = Blueprint("assign", __name__, url_prefix="/clients/<uuid:client_id>")


@page.route("/assign", methods=["GET", "POST"])
@access(rights.READ_FILES)
def assign(client_id: UUID) -> str | Response:
    client = readable_client(client_id)
    me = viewer()
    if not me.may_assign(client["team_id"]) or me.team_id is None:
        abort(403)
    with services().database.read() as connection:
        coaches = people.coaches(connection, me.team_id)
        team = people.team(connection, me.team_id) or abort(404)
    if request.method == "POST":
        coach_id = as_uuid(request.form.get("coach"))
        if coach_id not in {c.account_id for c in coaches}:
            raise Refused("Choose a coach of your team.", field="coach")
        command = AssignClient(
            client_id=client_id,
            team=team.team_id,
            specialised=team.specialised,
            coach=coach_id,
            assigned_on=today(),
        )
        answer = services().clients.handle(command, moment(), command_id())
        return recorded(answer.position, "client.client", client_id=client_id)
    return render_template(
        "assign.html",
        client=client,
        name=display_names([client])[client_id],
        coaches=coaches,
        names=colleagues(),
    )


@page.route("/close", methods=["GET", "POST"])
@access(rights.READ_FILES)
def close(client_id: UUID) -> str | Response:
    client = readable_client(client_id)
    if not viewer().may_record(client["team_id"], client["coach_id"]):
        abort(403)
    if request.method == "POST":
        if client["closed_on"] is None:
            code = request.form.get("reason", "")
            if code not in set(ClosingReason):
                raise Refused("Choose a reason.", field="reason")
            command: CloseClient | ReopenClient = CloseClient(
                client_id=client_id, reason=ClosingReason(code), closed_on=needed_day(request.form.get("day"), "day")
            )
        else:
            command = ReopenClient(
                client_id=client_id,
                reopened_on=needed_day(request.form.get("day"), "day"),
                reason=request.form.get("reason", ""),
            )
        answer = services().clients.handle(command, moment(), command_id())
        return recorded(answer.position, "client.client", client_id=client_id)
    return render_template(
        "close.html",
        client=client,
        name=display_names([client])[client_id],
        reasons=list(ClosingReason),
        today=today(),
    )

"""Handing a client to a colleague: asked, accepted or refused, or taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from application import rights
from application.looks import Seen
from database.rows import Row
from domain.client import AcceptTransfer, ProposeTransfer, RefuseTransfer, WithdrawTransfer
from domain.refusal import Refused
from projections import agenda, caseload
from records import people
from web.context import (
    as_uuid,
    colleagues,
    command_id,
    display_names,
    look,
    moment,
    readable_client,
    services,
    viewer,
)
from web.forms import sentence
from web.freshness import recorded
from web.permissions import access

page = Blueprint("transfer", __name__, url_prefix="/clients/<uuid:client_id>/transfer")


@page.route("", methods=["GET", "POST"])
@access(rights.READ_FILES)
def propose(client_id: UUID) -> str | Response | tuple[str, int]:
    """Ask a colleague, of any team; the client stays until there is an answer."""
    client, me = readable_client(client_id), viewer()
    if not (me.may_record(client["team_id"], client["coach_id"]) or me.may_assign(client["team_id"])):
        abort(403)
    with services().database.read() as connection:
        coaches = [c for c in people.coaches(connection) if c.account_id != client["coach_id"]]
        teams = {team.team_id: team for team in people.all_teams(connection)}
        waiting = agenda.transfer_of(connection, client_id)
    errors = []
    if request.method == "POST":
        try:
            answer = services().clients.handle(_command(client_id, coaches, teams), moment(), command_id())
            return recorded(answer.position, "client.client", client_id=client_id)
        except Refused as refused:
            errors.append(sentence(refused))
    html = render_template(
        "transfer.html", client=client, name=display_names([client])[client_id], coaches=coaches, teams=teams,
        waiting=waiting, names=colleagues(), errors=errors, posted=request.form,
    )  # fmt: skip
    return (html, 400) if errors else html


def _command(client_id: UUID, coaches: list[people.Account], teams: dict[UUID, people.Team]) -> Any:
    if request.form.get("what") == "withdraw":
        return WithdrawTransfer(client_id=client_id)
    wanted = as_uuid(request.form.get("coach"))
    coach = next((c for c in coaches if c.account_id == wanted), None)
    if coach is None or coach.team_id is None:
        raise Refused("Choose a colleague.", field="coach")
    team = teams[coach.team_id]
    return ProposeTransfer(
        client_id=client_id, team=team.team_id, specialised=team.specialised, coach=coach.account_id,
        reason=request.form.get("reason", ""),
    )  # fmt: skip


@page.route("/answer", methods=["GET", "POST"])
@access(rights.TAKE_OVER)
def answer(client_id: UUID) -> str | Response | tuple[str, int]:
    """Take the client over, or say why not. Who is asked sees who it is and why, and not the file."""
    with services().database.read() as connection:
        waiting = agenda.transfer_of(connection, client_id)
        client = caseload.client(connection, client_id)
    if waiting is None or client is None or waiting["coach_id"] != viewer().account_id:
        abort(404)
    look().note([client_id], Seen.OPENED)
    errors = []
    if request.method == "POST":
        accepted = request.form.get("what") == "accept"
        command: AcceptTransfer | RefuseTransfer = (
            AcceptTransfer(client_id=client_id)
            if accepted
            else RefuseTransfer(client_id=client_id, reason=request.form.get("reason", ""))
        )
        try:
            done = services().clients.handle(command, moment(), command_id())
            if accepted:
                return recorded(done.position, "client.client", client_id=client_id)
            return recorded(done.position, "today.today_page")
        except Refused as refused:
            errors.append(sentence(refused))
    html = render_template(
        "transfer_answer.html", client=client, name=display_names([client])[client_id], waiting=waiting,
        reason=reason_of(waiting), names=colleagues(), errors=errors,
    )  # fmt: skip
    return (html, 400) if errors else html


def reason_of(waiting: Row) -> str:
    """Why the transfer was asked for, opened out of the log."""
    client_id = waiting["client_id"]
    event = services().log.versions(client_id, [waiting["words"]]).get(waiting["words"])
    return str(services().log.opener([client_id]).value(event, "reason") or "") if event else ""

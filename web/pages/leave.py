"""Leave of a team's coaches, and who stands in: the stand-in reads the files, without what is sensitive."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import rights
from domain.refusal import Refused
from records import leave as records
from records import people
from web.context import as_uuid, colleagues, services, today, viewer
from web.forms import sentence
from web.permissions import access

page = Blueprint("leave", __name__, url_prefix="/team/leave")


@page.route("", methods=["GET", "POST"])
@access(rights.MANAGE_LEAVE)
def leave() -> str | Response | tuple[str, int]:
    team_id = viewer().team_id or abort(404)
    with services().database.read() as connection:
        coaches = people.coaches(connection, team_id)
        rows = records.of_team(connection, team_id, today())
    errors = []
    if request.method == "POST":
        try:
            _arrange(team_id, {c.account_id for c in coaches})
            return redirect(url_for("leave.leave"), 303)
        except Refused as refused:
            errors.append(sentence(refused))
    html = render_template(
        "leave.html", coaches=coaches, rows=rows, names=colleagues(), errors=errors, posted=request.form, today=today()
    )
    return (html, 400) if errors else html


def _arrange(team_id: UUID, coaches: set[UUID]) -> None:
    coach_id, stand_in_id = as_uuid(request.form.get("coach")), as_uuid(request.form.get("stand_in"))
    if coach_id not in coaches or stand_in_id not in coaches or coach_id is None or stand_in_id is None:
        raise Refused("Choose coaches of your team.", field="coach")
    try:
        first, last = (date.fromisoformat(request.form.get(name, "")) for name in ("from_on", "until_on"))
    except ValueError:
        raise Refused("Give the first and the last day.", field="from_on") from None
    with services().database.write() as connection:
        records.arrange(connection, coach_id, stand_in_id, team_id, first, last, today())


@page.post("/<uuid:leave_id>/end")
@access(rights.MANAGE_LEAVE)
def end(leave_id: UUID) -> Response:
    with services().database.write() as connection:
        records.end(connection, leave_id, viewer().team_id or abort(404))
    return redirect(url_for("leave.leave"), 303)

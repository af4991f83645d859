"""Leave of a team's coaches, and who stands in: the stand-in reads the files, without what is sensitive."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import leave as operations
from domain.refusal import Refused
from web.context import as_uuid, colleagues, services, today, viewer
from web.forms import sentence
from web.permissions import access

page = Blueprint("leave", __name__, url_prefix="/team/leave")


@page.route("", methods=["GET", "POST"])
@access(operations.arrange_leave)
def leave() -> str | Response | tuple[str, int]:
    errors = []
    if request.method == "POST":
        coach_id, stand_in_id = as_uuid(request.form.get("coach")), as_uuid(request.form.get("stand_in"))
        try:
            operations.arrange_leave(services(), viewer(), coach_id, stand_in_id, _days())
            return redirect(url_for("leave.leave"), 303)
        except Refused as refused:
            errors.append(sentence(refused))
    found = operations.team_leave(services(), viewer())
    html = render_template(
        "leave.html",
        coaches=found.coaches,
        rows=found.leave,
        names=colleagues(),
        errors=errors,
        posted=request.form,
        today=today(),
    )
    return (html, 400) if errors else html


def _days() -> tuple[date, date] | None:
    """The first and the last; None where one of them is no day."""
    try:
        return date.fromisoformat(request.form.get("from_on", "")), date.fromisoformat(request.form.get("until_on", ""))
    except ValueError:
        return None


@page.post("/<uuid:leave_id>/end")
@access(operations.end_leave)
def end(leave_id: UUID) -> Response:
    operations.end_leave(services(), viewer(), leave_id)
    return redirect(url_for("leave.leave"), 303)

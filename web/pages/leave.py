"""Leave of a team's coaches, and who stands in: the stand-in reads the files, without what is sensitive."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from application import leave as operations
from domain.refusal import Refused
from web.context import colleagues, services, today, viewer
from web.fields import ChosenIdField, DayField, Marked
from web.forms import Form
from web.going import go
from web.language import _
from web.permissions import access

page = Blueprint("leave", __name__, url_prefix="/team/leave")


class LeaveForm(Form):
    coach = ChosenIdField(_("Who is away"), [Marked()])
    stand_in = ChosenIdField(_("Who stands in"), [Marked()])
    from_on = DayField(_("First day"), [Marked()], default=today)
    until_on = DayField(_("Last day"), [Marked()])

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last; None where one of them is no day. Raises Refused for what is too long."""
        self.refuse_too_long()
        first, last = self.from_on.data, self.until_on.data
        return (first, last) if first and last else None


@page.route("", methods=["GET", "POST"])
@access(operations.arrange_leave)
def leave() -> str | Response | tuple[str, int]:
    form = LeaveForm()
    if form.is_submitted():
        try:
            operations.arrange_leave(services(), viewer(), form.coach.data, form.stand_in.data, form.days)
            return go(url_for("leave.leave"), 303)
        except Refused as refused:
            form.refuse(refused)
    found = operations.team_leave(services(), viewer())
    for field in (form.coach, form.stand_in):
        field.offer([("", "–"), *((coach.account_id, coach.full_name) for coach in found.coaches)])
    html = render_template("leave.html", form=form, rows=found.leave, names=colleagues())
    return (html, 400) if form.is_submitted() else html


@page.post("/<uuid:leave_id>/end")
@access(operations.end_leave)
def end(leave_id: UUID) -> Response:
    operations.end_leave(services(), viewer(), leave_id)
    return go(url_for("leave.leave"), 303)

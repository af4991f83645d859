"""Assigning a client to a coach, closing a file and reopening it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import StringField

from application import assignments, closing
from domain.client import CloseClient, ClosingReason, ReopenClient
from domain.refusal import Refused
from web.confirmations import say_instead, way_back
from web.context import colleagues, look, services, today
from web.fields import ChosenIdField, CodeField, DayField, Marked, Needed
from web.forms import CommandForm
from web.freshness import recorded
from web.language import _
from web.permissions import access

page = Blueprint("assign", __name__, url_prefix="/clients/<uuid:client_id>")


class AssignForm(CommandForm):
    coach = ChosenIdField(_("Work coach"))


class DayForm(CommandForm):
    """Its one day is called after what happens on it, where it is refused."""

    def refuse(self, refused: Refused) -> None:
        if refused.field in ("closed_on", "reopened_on"):
            refused.field = "day"
        super().refuse(refused)


class CloseForm(DayForm):
    step = StringField("", default="")
    reason = CodeField(
        _("Outcome at closing"),
        [Needed(_("Choose a reason."))],
        codes=ClosingReason,
        words="closing_reason",
    )
    day = DayField(_("Day"), [Needed(_("Enter a day."))], default=today, render_kw={"required": True})

    @property
    def closes(self) -> bool:
        """Whether it was the form for closing, whatever became of the file since it was shown."""
        return self.step.data == "close" if self.step.data else self.reason.data is not None

    def command(self, client_id: UUID) -> CloseClient:
        self.check()
        return CloseClient(client_id=client_id, reason=self.reason.given, closed_on=self.day.given)


class ReopenForm(DayForm):
    day = DayField(_("Day"), [Needed(_("Enter a day."))], default=today, render_kw={"required": True})
    reason = StringField(_("Reason"), [Marked()], default="", render_kw={"maxlength": 500})

    def command(self, client_id: UUID) -> ReopenClient:
        self.check()
        return ReopenClient(client_id=client_id, reopened_on=self.day.given, reason=self.reason.data)


@page.route("/assign", methods=["GET", "POST"])
@access(assignments.assign_client)
def assign(client_id: UUID) -> str | Response | tuple[str, int]:
    form = AssignForm()
    if form.is_submitted():
        try:
            answer = assignments.assign_client(services(), look(), client_id, form.coach.data, form.once)
            return recorded(answer.position, "client.client", client_id=client_id)
        except Refused as refused:
            form.refuse(refused)
    found = assignments.client_to_assign(services(), look(), client_id)
    form.coach.offer((coach.account_id, coach.full_name) for coach in found.coaches)
    if not form.is_submitted():
        form.coach.data = found.client.coach_id
    html = render_template("assign.html", form=form, client=found.client, name=found.name, names=colleagues())
    return (html, 400) if form.is_submitted() else html


@page.route("/close", methods=["GET", "POST"])
@access(closing.close_file)
def close(client_id: UUID) -> str | Response | tuple[str, int]:
    closing_form, reopening_form = CloseForm(), ReopenForm()
    if not closing_form.is_submitted():
        return _close_page(client_id)
    try:
        if closing_form.closes:
            answer = closing.close_file(services(), look(), closing_form.command(client_id), closing_form.once)
            say_instead(gettext("The file is closed."))
            way_back(gettext("Reopen the file"), "assign.close", client_id=client_id)
        else:
            answer = closing.reopen_file(services(), look(), reopening_form.command(client_id), reopening_form.once)
            say_instead(gettext("The file is open again."))
    except Refused as refused:
        sent = closing_form if closing_form.closes else reopening_form
        sent.refuse(refused)
        return _close_page(client_id, sent), 400
    return recorded(answer.position, "client.client", client_id=client_id)


def _close_page(client_id: UUID, sent: CloseForm | ReopenForm | None = None) -> str:
    """The form that closes or reopens, as the file is now; what was sent stands in it, where it is that one."""
    found = closing.file_to_close(services(), look(), client_id)
    kind = ReopenForm if found.client.closed_on else CloseForm
    form = sent if isinstance(sent, kind) else kind.empty()
    sentences = sent.sentences if sent else []
    return render_template(
        "close.html",
        form=form,
        sentences=sentences,
        client=found.client,
        name=found.name,
        ends=found.ends,
        cancels=found.cancels,
    )

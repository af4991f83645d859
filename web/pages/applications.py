"""The queue of applications: who asked for help, when somebody meets them, and those of whom nothing comes."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from application import applications as operations
from application.applications import SHOWN
from domain.client import ApplicationOutcome
from domain.refusal import Refused
from web.asked import asked
from web.context import as_page, colleagues, look, services, today, viewer
from web.fields import ChosenIdField, CodeField, DayField, Needed, TextField
from web.forms import CommandForm
from web.freshness import recorded
from web.permissions import access

page = Blueprint("applications", __name__, url_prefix="/applications")


class MeetingForm(CommandForm):
    meeting_on = DayField(lazy_gettext("Day of the intake meeting"), [Needed(lazy_gettext("Enter a day."))])
    coach = ChosenIdField(lazy_gettext("Work coach"))
    arranged = TextField(lazy_gettext("Time and place"), render_kw={"maxlength": 200, "autocomplete": "off"})


class EndForm(CommandForm):
    outcome = CodeField(
        lazy_gettext("Why nothing comes of it"),
        [Needed(lazy_gettext("Choose a reason."))],
        codes=ApplicationOutcome,
        words="application_outcome",
    )


@page.get("")
@access(operations.queue)
def queue() -> str:
    nth = asked("page", as_page) or 1
    found = operations.queue(services(), look(), nth)
    return render_template(
        "applications.html", found=found, names=colleagues(), page=nth, pages=-(-found.total // SHOWN)
    )


@page.get("/<uuid:client_id>")
@access(operations.application)
def one(client_id: UUID) -> str:
    return _html(client_id, None, EndForm.empty())


@page.post("/<uuid:client_id>/meeting")
@access(operations.plan_meeting)
def plan_meeting(client_id: UUID) -> Response | tuple[str, int]:
    form = MeetingForm()
    if form.validate():
        try:
            meeting = operations.Meeting(form.coach.data, form.meeting_on.given, form.arranged.data)
            answer = operations.plan_meeting(services(), viewer(), client_id, meeting, form.once)
            return recorded(answer.position, "applications.queue")
        except Refused as refused:
            form.refuse(refused)
    return _html(client_id, form, EndForm.empty()), 400


@page.post("/<uuid:client_id>/end")
@access(operations.end_application)
def end(client_id: UUID) -> Response | tuple[str, int]:
    form = EndForm()
    if form.validate():
        try:
            answer = operations.end_application(services(), viewer(), client_id, form.outcome.given, form.once)
            return recorded(answer.position, "applications.queue")
        except Refused as refused:
            form.refuse(refused)
    return _html(client_id, None, form), 400


def _html(client_id: UUID, meeting: MeetingForm | None, end_form: EndForm) -> str:
    """`meeting` is the form as it was sent; else it has what was planned."""
    shown, alike = operations.application(services(), look(), client_id)
    if meeting is None:
        coach_id = shown.coach_id or viewer().account_id
        meeting = MeetingForm.empty(meeting_on=shown.meeting_on, arranged=shown.arranged, coach=coach_id)
    meeting.coach.offer([(c.account_id, c.full_name) for c in operations.coaches_to_meet(services(), viewer())])
    return render_template(
        "application.html",
        a=shown,
        alike=alike,
        names=colleagues(),
        meeting=meeting,
        end_form=end_form,
        as_of=today(),
    )

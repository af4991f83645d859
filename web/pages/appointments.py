"""Appointments: a calendar by day and week, and the forms that make, move and cancel one and say what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from application import appointments as operations
from application import calendars, workshops
from domain.calendar import Week, add_months
from domain.client import CancelledBy
from domain.refusal import Conflict, Refused
from web import tasks_return
from web.appointment_forms import AppointmentForm, CancelForm, OutcomeForm, PostedForm
from web.asked import asked, asked_id, one_of
from web.confirmations import way_back
from web.context import colleagues, look, services, today, viewer
from web.freshness import recorded
from web.permissions import access

page = Blueprint("appointments", __name__)

# How far back and ahead a calendar can be leafed through, in months.
FURTHEST = 72


@page.get("/calendar")
@access(calendars.calendar)
def calendar() -> str:
    """A day or a week of one's own calendar, of that of a colleague for whom one stands in, or of all of these."""
    day, week = asked("day", _day), asked("week", _week)
    together, coach_id = one_of("together", {"1"}) is not None, asked_id("coach")
    first = day or (week or Week.of(today())).monday
    days, mine = 1 if day else 7, coach_id in (None, viewer().account_id)
    found = calendars.calendar(services(), look(), first, days, coach_id=coach_id, together=together)
    return render_template(
        "calendar.html",
        found=found,
        sessions=workshops.in_calendar(services(), viewer(), first, first + timedelta(days=days - 1)) if mine else [],
        first=first,
        by_day=bool(day),
        step=timedelta(days=days),
        whose={"together": "1"} if together else {"coach": coach_id} if coach_id else {},
        together=together,
        coach_id=coach_id,
        colleagues=colleagues(),
        as_of=today(),
        to_day=str,
        to_week=lambda monday: str(Week.of(monday)),
        outcome_form=OutcomeForm.empty(),
    )


@page.route("/clients/<uuid:client_id>/appointments/new", methods=["GET", "POST"])
@access(operations.make_appointment)
def make(client_id: UUID) -> str | Response | tuple[str, int]:
    form = AppointmentForm()
    if not form.is_submitted():
        given = operations.appointment_form(services(), look(), client_id)
        return _shown(AppointmentForm.of(given.before, moved=False), given)
    try:
        form.check()
        command = form.making(client_id)
        answer = operations.make_appointment(services(), look(), command, form.once, confirmed=form.letting_through)
        way_back(
            gettext("Move or cancel"), "appointments.move", client_id=client_id, appointment_id=command.appointment_id
        )
        return recorded(answer.position, "client.client", client_id=client_id, _anchor="appointments")
    except Refused as refused:
        form.refuse_all(refused)
        return _shown(form, operations.appointment_form(services(), look(), client_id)), 400


@page.route("/clients/<uuid:client_id>/appointments/<uuid:appointment_id>", methods=["GET", "POST"])
@access(operations.move_appointment)
def move(client_id: UUID, appointment_id: UUID) -> str | Response | tuple[str, int]:
    given = operations.appointment_to_change(services(), look(), client_id, appointment_id)
    form = AppointmentForm()
    if not form.is_submitted():
        return _shown(AppointmentForm.of(given.before, moved=True), given, moved=True)
    status = 400
    try:
        form.check()
        command = form.moving(client_id, appointment_id)
        answer = operations.move_appointment(services(), look(), command, form.once, confirmed=form.letting_through)
        return recorded(answer.position, "client.client", client_id=client_id, _anchor="appointments")
    except Conflict as conflict:
        form.refuse(conflict)
        # What stands there now is shown beside, and judged by from now on.
        form.shown.data, form.shown.raw_data, status = given.before.version if given.before else None, None, 409
    except Refused as refused:
        form.refuse_all(refused)
    return _shown(form, given, moved=True, conflict=status == 409), status


@page.post("/clients/<uuid:client_id>/appointments/<uuid:appointment_id>/cancel")
@access(operations.cancel_appointment)
def cancel(client_id: UUID, appointment_id: UUID) -> Response:
    form = CancelForm()
    by = form.by.data or CancelledBy.CLOSING
    answer = operations.cancel_appointment(services(), look(), client_id, appointment_id, by, form.once)
    return recorded(answer.position, "client.client", client_id=client_id, _anchor="appointments")


@page.post("/clients/<uuid:client_id>/appointments/<uuid:appointment_id>/outcome")
@access(operations.say_it_did_not_happen)
def outcome(client_id: UUID, appointment_id: UUID) -> Response:
    """The client did not come, or it did not take place: recorded as a contact at once."""
    form = OutcomeForm()
    answer = operations.say_it_did_not_happen(
        services(), look(), client_id, appointment_id, form.outcome.given, form.once
    )
    if (there := tasks_return.place(form.back.data)) is not None:
        return recorded(answer.position, "tasks.mine", **there)
    if form.back.data == "today":
        return recorded(answer.position, "today.today_page")
    return recorded(answer.position, "client.client", client_id=client_id, _anchor="appointments")


@page.get("/clients/<uuid:client_id>/appointments/<uuid:appointment_id>/letter")
@access(operations.printed_letter)
def letter(client_id: UUID, appointment_id: UUID) -> str:
    """The letter, to be printed and posted."""
    shown = operations.printed_letter(services(), look(), client_id, appointment_id)
    return render_template("appointment_letter.html", shown=shown, client=shown.client, a=shown.appointment)


@page.post("/clients/<uuid:client_id>/appointments/<uuid:appointment_id>/posted")
@access(operations.letter_posted)
def posted(client_id: UUID, appointment_id: UUID) -> Response:
    form = PostedForm()
    answer = operations.letter_posted(services(), look(), client_id, appointment_id, form.shown.data, form.once)
    return recorded(answer.position, "client.client", client_id=client_id, _anchor="appointments")


def _shown(
    form: AppointmentForm, given: operations.AppointmentForm, *, moved: bool = False, conflict: bool = False
) -> str:
    return render_template(
        "appointment.html",
        form=form,
        client=given.client,
        name=given.name,
        by_mail=given.by_mail,
        before=given.before if moved else None,
        conflict=conflict,
        cancel_form=CancelForm.empty(),
        now=services().clock(),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if add_months(today(), -FURTHEST) <= day <= add_months(today(), FURTHEST) else None


def _week(text: str) -> Week | None:
    week = Week.parse(text)
    return week if _day(str(week.monday)) else None

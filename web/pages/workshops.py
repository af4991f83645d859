"""Sessions of workshops: planned, clients enrolled, the list printed, and closed in one go."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from application import selected_people
from application import workshops as operations
from domain.meeting_length import LONGEST_PLACE
from domain.refusal import Refused, RefusedTogether
from domain.workshop_session import Attendance, PlanSession
from web import caseload_query
from web.context import colleagues, look, services, viewer
from web.fields import ChosenIdField, ClockField, CodeField, DayField, IdsField, Marked, TextField, WholeField
from web.forms import CommandForm
from web.freshness import recorded
from web.language import _
from web.permissions import access

page = Blueprint("workshops", __name__)


class SessionForm(CommandForm):
    day = DayField(_("Day"), [Marked()])
    at = ClockField(_("Time"), [Marked()])
    minutes = WholeField(_("Minutes"), [Marked()], default=120)
    place = TextField(_("Where"), [Marked()], render_kw={"maxlength": LONGEST_PLACE, "autocomplete": "off"})
    places = WholeField(_("Places"), [Marked()], default=10)

    def planning(self, offer_id: UUID) -> PlanSession:
        """Raises Refused, about the field, where something is missing."""
        return PlanSession(
            session_id=self.once,
            offer_id=offer_id,
            day=self.day.given,
            at=self.at.given,
            minutes=self.minutes.given,
            place=self.place.data,
            places=self.places.given,
        )

    def refuse_all(self, refused: Refused) -> None:
        each = refused.parts if isinstance(refused, RefusedTogether) else [("", refused)]
        for _part, one in each:
            self.refuse(one)


class EnrolForm(CommandForm):
    clients = IdsField("")
    # those ticked in a match
    client = IdsField("")


class EnrolOneForm(CommandForm):
    session = ChosenIdField(_("Session"), [Marked()])


class CloseForm(CommandForm):
    """Whether each client was there; `close_form` adds them."""


def close_form(client_ids: list[UUID]) -> CloseForm:
    fields = {f"was-{each}": CodeField("", codes=Attendance, words="attendance") for each in client_ids}
    form: CloseForm = type("CloseFormOfOne", (CloseForm,), fields)()
    return form


@page.route("/offers/<uuid:offer_id>/sessions/new", methods=["GET", "POST"])
@access(operations.plan_session)
def plan(offer_id: UUID) -> str | Response | tuple[str, int]:
    title = operations.workshop_to_plan(services(), viewer(), offer_id)
    form = SessionForm()
    if form.is_submitted():
        try:
            form.check()
            command = form.planning(offer_id)
            answer = operations.plan_session(services(), viewer(), command, form.once)
            return recorded(answer.position, "workshops.sheet", session_id=command.session_id)
        except Refused as refused:
            form.refuse_all(refused)
    html = render_template("workshop_plan.html", form=form, offer_id=offer_id, offer_title=title)
    return (html, 400) if form.is_submitted() else html


@page.get("/sessions/<uuid:session_id>")
@access(operations.session_sheet)
def sheet(session_id: UUID) -> str:
    """The list of a session: to enrol clients, to be printed, and to say who was there."""
    chosen = caseload_query.chosen_of_own(request.args)
    ticked: Collection[UUID] = ()
    # Nobody is chosen for a workshop by what is protected.
    if viewer().coaches and chosen.narrowed and not chosen.protected:
        ticked = selected_people.selected_people(services(), look(), chosen.selection()).names
    return _shown(session_id, EnrolForm(), ticked)


@page.post("/sessions/<uuid:session_id>/enrol")
@access(operations.enrol_clients)
def enrol(session_id: UUID) -> Response | tuple[str, int]:
    form = EnrolForm()
    try:
        wanted = [*form.clients.data, *form.client.data]
        answer = operations.enrol_clients(services(), look(), session_id, wanted, form.once)
    except Refused as refused:
        form.refuse(refused)
        return _shown(session_id, form, [*form.clients.data, *form.client.data]), 400
    return recorded(answer.position, "workshops.sheet", session_id=session_id)


@page.route("/clients/<uuid:client_id>/sessions", methods=["GET", "POST"])
@access(operations.sessions_ahead)
def of_client(client_id: UUID) -> str | Response | tuple[str, int]:
    """Enrol one client: in one of the sessions ahead."""
    given = operations.sessions_ahead(services(), look(), client_id)
    form = EnrolOneForm()
    if form.is_submitted():
        try:
            form.check()
            session_id = form.session.given
            answer = operations.enrol_clients(services(), look(), session_id, [client_id], form.once)
            return recorded(answer.position, "client.client", client_id=client_id, _anchor="workshops")
        except Refused as refused:
            form.refuse(Refused(refused.message, field="session", **refused.values))
    html = render_template("workshop_enrol.html", form=form, given=given, client_id=client_id)
    return (html, 400) if form.is_submitted() else html


@page.post("/sessions/<uuid:session_id>/withdraw/<uuid:client_id>")
@access(operations.withdraw_client)
def withdraw(session_id: UUID, client_id: UUID) -> Response:
    form = CommandForm()
    answer = operations.withdraw_client(services(), look(), session_id, client_id, form.once)
    return recorded(answer.position, "workshops.sheet", session_id=session_id)


@page.post("/sessions/<uuid:session_id>/cancel")
@access(operations.cancel_session)
def cancel(session_id: UUID) -> Response:
    form = CommandForm()
    answer = operations.cancel_session(services(), look(), session_id, form.once)
    return recorded(answer.position, "workshops.sheet", session_id=session_id)


@page.post("/sessions/<uuid:session_id>/close")
@access(operations.close_session)
def close(session_id: UUID) -> Response:
    """Say who was there: one contact for each."""
    found = operations.session_sheet(services(), look(), session_id)
    on_list = [line.client_id for line in found.lines if line.client_id and line.nth is None]
    form = close_form(on_list)
    attendance = {each: form[f"was-{each}"].data or Attendance.UNKNOWN for each in on_list}
    answer = operations.close_session(services(), look(), session_id, attendance, form.once)
    return recorded(answer.position, "workshops.sheet", session_id=session_id)


def _shown(session_id: UUID, form: EnrolForm, ticked: Collection[UUID]) -> str:
    found = operations.session_sheet(services(), look(), session_id)
    return render_template(
        "workshop_sheet.html",
        found=found,
        session=found.session,
        form=form,
        ticked=ticked,
        colleagues=colleagues(),
        attendances=list(Attendance),
    )

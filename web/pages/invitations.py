"""The coach's side of invitations: offering times to one client or several, the letters, and what nobody answered."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import segno
from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from application import invitations as operations
from application.invitations import id_of_invitation
from domain.calendar import add_months
from domain.client import Delivery
from domain.refusal import Refused
from web.asked import asked
from web.context import look, services, today
from web.freshness import recorded
from web.invitation_forms import MINUTES, USUAL_MINUTES, InviteForm, WithdrawForm, as_slot
from web.permissions import access

page = Blueprint("invitations", __name__)

FURTHEST = 6  # months ahead


@page.get("/invitations")
@access(operations.unanswered)
def waiting() -> str:
    """One's own invitations that nobody answered."""
    found = operations.unanswered(services(), look())
    return render_template("invitations.html", found=found, withdraw_form=WithdrawForm.empty())


@page.route("/invitations/new", methods=["GET", "POST"])
@access(operations.invite_clients)
def several() -> str | Response | tuple[str, int]:
    """Offer the same times to several clients: whoever chooses first, has the time."""
    return _invite(None)


@page.route("/clients/<uuid:client_id>/invitations/new", methods=["GET", "POST"])
@access(operations.invite_clients)
def invite(client_id: UUID) -> str | Response | tuple[str, int]:
    return _invite(client_id)


@page.get("/clients/<uuid:client_id>/invitations/<uuid:invitation_id>/letter")
@access(operations.printed_invitation)
def letter(client_id: UUID, invitation_id: UUID) -> str:
    """The letter, to be printed: with the link as a picture, and a short code to type."""
    where = url_for("invitation.enter", _external=True)
    made = operations.printed_invitation(services(), look(), client_id, invitation_id, where)
    picture = Markup(segno.make(made.link).svg_inline(scale=4, omitsize=True))  # noqa: S704 - ours, of our own link
    return render_template("invitation_letter.html", client=made.client, made=made, picture=picture)


@page.post("/clients/<uuid:client_id>/invitations/<uuid:invitation_id>/withdraw")
@access(operations.withdraw_invitation)
def withdraw(client_id: UUID, invitation_id: UUID) -> Response:
    form = WithdrawForm()
    answer = operations.withdraw_invitation(services(), look(), client_id, invitation_id, form.once)
    if form.back.data == "list":
        return recorded(answer.position, "invitations.waiting")
    return recorded(answer.position, "client.client", client_id=client_id, _anchor="appointments")


def _invite(client_id: UUID | None) -> str | Response | tuple[str, int]:
    form = InviteForm()
    if not form.is_submitted():
        return _shown(form, client_id)
    try:
        form.check()
        offered = form.offered(client_id)
        answer = operations.invite_clients(services(), look(), offered, form.once, confirmed=set(form.confirmed.data))
    except Refused as refused:
        form.refuse_all(refused)
        return _shown(form, client_id), 400
    if client_id is None:
        return recorded(answer.position, "caseload.caseload", show="no_appointment")
    if form.delivery.data is Delivery.LETTER:
        made = id_of_invitation(form.once, client_id)
        return recorded(answer.position, "invitations.letter", client_id=client_id, invitation_id=made)
    return recorded(answer.position, "client.client", client_id=client_id, _anchor="appointments")


def _shown(form: InviteForm, client_id: UUID | None) -> str:
    sent = form.is_submitted()
    first = (form.first.data if sent else asked("from", _day)) or today() + timedelta(days=1)
    minutes = (form.minutes.data if sent else asked("minutes", _minutes)) or USUAL_MINUTES
    given = operations.invitation_form(services(), look(), _within(first), minutes, client_id=client_id)
    if client_id and not sent and client_id not in given.by_mail:
        form.delivery.data = Delivery.LETTER
    return render_template(
        "invite.html",
        form=form,
        client_id=client_id,
        given=given,
        first=first,
        minutes=minutes,
        lengths=MINUTES,
        as_slot=as_slot,
        here=request.script_root + request.path,
        to_day=str,
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day == _within(day) else None


def _within(day: date) -> date:
    return min(max(day, today()), add_months(today(), FURTHEST))


def _minutes(text: str) -> int | None:
    return int(text) if text in {str(each) for each in MINUTES} else None

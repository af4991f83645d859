"""Clients who are taken over for a time: previewed and handed over in one go, and given back in one step."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response
from wtforms import StringField

from application import take_overs as operations
from application.take_overs import TakeOverWish
from domain.refusal import Refused
from web.context import colleagues, look, services, today, viewer
from web.fields import ChosenIdField, DayField, IdsField, Marked
from web.forms import AddressForm, CommandForm, sentence
from web.freshness import recorded
from web.language import _
from web.permissions import access

page = Blueprint("take_overs", __name__, url_prefix="/team/take-overs")


class TakeOverForm(AddressForm):
    coach = ChosenIdField(_("Who is away"), render_kw={"required": True})
    to = IdsField("")
    client = IdsField("")
    back_on = DayField(_("The clients go back on"), [Marked()])
    preview = StringField("", default="")

    @property
    def wish(self) -> TakeOverWish:
        """Raises Refused for what is too long."""
        self.refuse_too_long()
        return TakeOverWish(
            self.coach.data, set(self.to.data), self.back_on.data, set(self.client.data), self.preview.data
        )


class GiveBackForm(CommandForm):
    preview = StringField("", default="")


@page.route("", methods=["GET", "POST"])
@access(operations.take_over_for_time)
def take_overs() -> str | Response | tuple[str, int]:
    """Look at who is taken over; choose who is away and who takes over, look at what would become of it, do it."""
    form = TakeOverForm()
    refusal: Refused | None = None
    if form.is_submitted():
        try:
            answer = operations.take_over_for_time(services(), viewer(), form.wish, form.once)
            return recorded(answer.position, "take_overs.take_overs")
        except Refused as refused:
            refusal = refused
    shown = operations.take_overs_of_team(services(), look(), form.coach.data, set(form.to.data))
    refusal = refusal or (shown.refused if form.to.data else None)
    if refusal:
        form.refuse(refusal)
    loads = ((c.account_id, f"{c.full_name} ({shown.loads.get(c.account_id, 0)})") for c in shown.coaches)
    form.coach.offer([("", "–"), *loads])
    html = render_template(
        "take_overs.html",
        form=form,
        shown=shown,
        chosen=set(form.client.data) if form.is_submitted() else {client_id for client_id, _to in shown.plan},
        names=colleagues(),
        as_of=today(),
    )
    return (html, 400) if refusal else html


@page.route("/<uuid:take_over_id>", methods=["GET", "POST"])
@access(operations.give_back)
def one(take_over_id: UUID) -> str | Response | tuple[str, int]:
    """Look at who goes back and who does not, and give back."""
    form = GiveBackForm()
    refusal: Refused | None = None
    if form.is_submitted():
        try:
            form.refuse_too_long()
            answer = operations.give_back(services(), viewer(), take_over_id, form.preview.data, form.once)
            return recorded(answer.position, "take_overs.one", take_over_id=take_over_id)
        except Refused as refused:
            refusal = refused
    shown = operations.to_give_back(services(), look(), take_over_id)
    if refusal:
        form.refuse(refusal)
    cannot = sentence(shown.refused) if shown.refused else None
    html = render_template("take_over.html", form=form, shown=shown, cannot=cannot, names=colleagues(), as_of=today())
    return (html, 400) if refusal else html

"""Closing days of the city: those set, setting some and taking them back; clocks of signals stand still on them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from application import closing_days as operations
from domain.closing_days import LONGEST_NAME
from domain.refusal import Refused
from web.context import colleagues, services, viewer
from web.fields import DayField, Marked, TextField
from web.forms import CommandForm
from web.freshness import recorded
from web.permissions import access

page = Blueprint("closing_days", __name__, url_prefix="/signals/settings/closing-days")


class ClosingDaysForm(CommandForm):
    name = TextField(lazy_gettext("Name"), [Marked()], render_kw={"maxlength": LONGEST_NAME})
    first_day = DayField(lazy_gettext("First day"), [Marked()])
    last_day = DayField(lazy_gettext("Last day"))


class TakeBackForm(CommandForm):
    """Which days, the address says."""


@page.route("", methods=["GET", "POST"])
@access(operations.set_closing_days)
def closing_days() -> str | Response | tuple[str, int]:
    form = ClosingDaysForm()
    if form.validate_on_submit():
        try:
            name, first, last = form.name.data, form.first_day.data, form.last_day.data
            answer = operations.set_closing_days(services(), viewer(), name, first, last, form.once)
            return recorded(answer.position, "closing_days.closing_days")
        except Refused as refused:
            form.refuse(refused)
    html = _html(form)
    return (html, 400) if form.is_submitted() else html


@page.post("/<uuid:closing_id>/take-back")
@access(operations.take_back_closing_days)
def take_back(closing_id: UUID) -> Response | tuple[str, int]:
    form = TakeBackForm()
    try:
        answer = operations.take_back_closing_days(services(), viewer(), closing_id, form.once)
        return recorded(answer.position, "closing_days.closing_days")
    except Refused as refused:
        shown = ClosingDaysForm.empty()
        shown.refuse(refused)
        return _html(shown), 400


def _html(form: ClosingDaysForm) -> str:
    found = operations.every_closing_day(services(), viewer())
    return render_template("closing_days.html", found=found, form=form, names=colleagues())

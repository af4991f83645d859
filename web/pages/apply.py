"""Applying for help, without an account: one form for anybody, on any phone; what it brings waits for an intake."""

from __future__ import annotations

from math import ceil

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import format_timedelta, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.widgets import TextArea

from application import applications as operations
from application.failures import HeldBackError
from domain.client import Apply
from domain.client.applying import LONGEST_NEED
from domain.refusal import Refused
from web.context import new_id, services, web_context
from web.fields import IdField, Marked, TextField
from web.forms import CommandForm
from web.going import go
from web.language import language
from web.permissions import access, everybody

page = Blueprint("apply", __name__, url_prefix="/apply")

BORN = ("day", "month", "year")


class ApplyForm(CommandForm):
    client_id = IdField(default=new_id)
    name = TextField(
        lazy_gettext("Your first name and surname"), [Marked()], render_kw={"maxlength": 200, "autocomplete": "name"}
    )
    day = TextField(lazy_gettext("Day"), render_kw={"inputmode": "numeric", "autocomplete": "bday-day", "size": "4"})
    month = TextField(
        lazy_gettext("Month"), render_kw={"inputmode": "numeric", "autocomplete": "bday-month", "size": "4"}
    )
    year = TextField(lazy_gettext("Year"), render_kw={"inputmode": "numeric", "autocomplete": "bday-year", "size": "4"})
    phone = TextField(
        lazy_gettext("Your phone number"), render_kw={"maxlength": 40, "autocomplete": "tel", "inputmode": "tel"}
    )
    email = TextField(
        lazy_gettext("Your e-mail address"),
        render_kw={"maxlength": 254, "autocomplete": "email", "inputmode": "email"},
    )
    language = RadioField(
        lazy_gettext("In which language should we write to you?"),
        choices={"nl": "Nederlands", "en": "English"},
        default=language,
        validate_choice=False,
    )
    need = TextField(
        lazy_gettext("What do you need help with?"),
        [Marked()],
        widget=TextArea(),
        render_kw={"rows": 6, "maxlength": LONGEST_NEED},
    )

    def refuse(self, refused: Refused) -> None:
        if refused.field == "birth_date":
            refused.field = "day"
        super().refuse(refused)

    @property
    def command(self) -> Apply:
        born = [(self[part].data or "").strip() for part in BORN]
        return Apply(
            client_id=self.client_id.data or abort(400),
            name=self.name.data,
            # The year alone, or month and year, where the rest is not known.
            birth_date="-".join(part for part in born if part) if born[-1] else None,
            email=self.email.data,
            phone=self.phone.data,
            language=self.language.data,
            need=self.need.data,
        )


@page.route("", methods=["GET", "POST"])
@access(everybody)
def apply() -> str | Response | tuple[str, int]:
    form = ApplyForm()
    if not form.is_submitted():
        return render_template("apply.html", form=form)
    if form.validate():
        try:
            operations.apply(services(), form.command, form.once, request.remote_addr or "")
            web_context().nudge()
            return go(url_for("apply.received"), 303)
        except HeldBackError as held:
            return _held_back(form, ceil(held.wait.total_seconds()))
        except Refused as refused:
            form.refuse(refused)
    return render_template("apply.html", form=form), 400


def _held_back(form: ApplyForm, seconds: int) -> Response:
    wait = format_timedelta(seconds, granularity="second", threshold=1.5)
    form.form_errors.append(
        gettext("Many applications have come from your location. Wait %(wait)s and press the button again.", wait=wait)
    )
    answer = make_response(render_template("apply.html", form=form), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


@page.get("/received")
@access(everybody)
def received() -> str:
    return render_template("apply_received.html")

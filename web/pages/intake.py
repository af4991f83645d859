"""The intake form: a person becomes a client of the viewer's team."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, abort, render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import InputRequired

from application import applications, intakes
from application.known_people import Alike
from domain.refusal import Refused
from web.asked import asked_id
from web.context import as_uuid, look, new_id, services, today, viewer
from web.fields import IdField
from web.forms import CommandForm, blank_to_none
from web.freshness import recorded
from web.permissions import access
from web.words import choices

page = Blueprint("intake", __name__)


class IntakeForm(CommandForm):
    client_id = IdField(default=new_id)
    held_on = DateField(lazy_gettext("Day of the intake meeting"), [InputRequired()], default=today)
    name = StringField(lazy_gettext("Name"), [InputRequired()], render_kw={"autocomplete": "off"})
    client_number = StringField(lazy_gettext("Client number"), render_kw={"autocomplete": "off"})
    birth_date = StringField(
        lazy_gettext("Birth date"),
        description=lazy_gettext("Day, month and year; the year alone will do where the rest is not known."),
        render_kw={"autocomplete": "off"},
    )
    email = StringField(lazy_gettext("E-mail address"), render_kw={"autocomplete": "off", "inputmode": "email"})
    phone = StringField(lazy_gettext("Phone number"), render_kw={"autocomplete": "off", "inputmode": "tel"})
    language = SelectField(
        lazy_gettext("Language of letters"), choices=lambda: choices("letter_language"), validate_choice=False
    )
    somebody_else = BooleanField(
        lazy_gettext("This is a different person from the client with a similar name and birth date")
    )
    coach = SelectField(lazy_gettext("Work coach"), validate_choice=True)

    def taken(self) -> intakes.Intake:
        return intakes.Intake(
            client_id=self.client_id.data or abort(400),
            coach_id=as_uuid(self.coach.data) or abort(400),
            held_on=self.held_on.data,
            name=blank_to_none(self.name.data),
            client_number=blank_to_none(self.client_number.data),
            birth_date=blank_to_none(self.birth_date.data),
            email=blank_to_none(self.email.data),
            phone=blank_to_none(self.phone.data),
            language=self.language.data,
            somebody_else=self.somebody_else.data,
        )


@page.route("/intake", methods=["GET", "POST"])
@access(intakes.take_intake)
def intake() -> str | Response | tuple[str, int]:
    form = IntakeForm()
    form.coach.choices = _choices()
    alike: Sequence[Alike] = ()
    if not form.is_submitted():
        applied = asked_id("application")
        return render_template("intake.html", form=_of_application(applied) if applied else form, waiting=_waiting())
    if form.validate():
        taken = form.taken()
        try:
            answer = intakes.take_intake(services(), viewer(), taken, form.once)
            if viewer().coaches:
                return recorded(answer.position, "client.client", client_id=taken.client_id)
            return recorded(answer.position, "team.team")
        except Refused as refused:
            form.refuse(refused)
            if refused.field in ("somebody_else", "client_number"):
                alike = intakes.clients_alike(services(), look(), taken)
    else:
        form.form_errors.append(gettext("Check the fields marked below."))
    return render_template("intake.html", form=form, alike=alike), 400


def _of_application(client_id: UUID) -> IntakeForm:
    """The form with all that the person wrote on the public page."""
    applied, _ = applications.application(services(), look(), client_id)
    form: IntakeForm = IntakeForm.empty(
        client_id=client_id,
        held_on=today() if applied.meeting_on is None else min(applied.meeting_on, today()),
        name=applied.name,
        birth_date=applied.birth_date,
        email=applied.email,
        phone=applied.phone,
        language=applied.language,
        coach=str(applied.coach_id or ""),
    )
    form.coach.choices = _choices()
    return form


def _choices() -> list[tuple[str, str]]:
    return [(str(c.account_id), c.full_name) for c in intakes.coaches_to_choose(services(), viewer())]


def _waiting() -> int:
    return applications.waiting(services(), viewer())

"""The intake form: a person becomes a client of the viewer's team."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired

from application import rights
from domain.catalogue import Source
from domain.client import AssignClient, RegisterField, TakeIntake
from domain.refusal import Refused
from domain.roles import Role
from eventlog.commands import Step
from records import people
from web.context import as_uuid, moment, new_id, services, today, viewer
from web.forms import CommandForm, blank_to_none
from web.freshness import recorded
from web.permissions import access

page = Blueprint("intake", __name__)


class IntakeForm(CommandForm):
    client_id = HiddenField(default=lambda: str(new_id()))
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
    coach = SelectField(lazy_gettext("Work coach"), validate_choice=True)


@page.route("/intake", methods=["GET", "POST"])
@access(rights.TAKE_INTAKES)
def intake() -> str | Response | tuple[str, int]:
    me = viewer()
    if me.team_id is None:
        abort(403)
    with services().database.read() as connection:
        team = people.team(connection, me.team_id) or abort(404)
        coaches = people.coaches(connection, me.team_id)
    if me.role is Role.WORK_COACH:
        coaches = [c for c in coaches if c.account_id == me.account_id]
    form = IntakeForm()
    form.coach.choices = [(str(c.account_id), c.full_name) for c in coaches]
    if not form.is_submitted():
        return render_template("intake.html", form=form)
    if form.validate():
        client_id = as_uuid(form.client_id.data) or abort(400)
        try:
            position = _record(form, client_id, team)
            if me.role is Role.WORK_COACH:
                return recorded(position, "client.client", client_id=client_id)
            return recorded(position, "team.team")
        except Refused as refused:
            form.refuse(refused)
    else:
        form.form_errors.append(gettext("Please mend what is marked below."))
    return render_template("intake.html", form=form), 400


def _record(form: IntakeForm, client_id: UUID, team: people.Team) -> int:
    coach_id = as_uuid(form.coach.data) or abort(400)
    now = moment()
    commands = [
        TakeIntake(
            client_id=client_id,
            held_on=form.held_on.data,
            team=team.team_id,
            specialised=team.specialised,
            name=blank_to_none(form.name.data),
            client_number=blank_to_none(form.client_number.data),
            email=blank_to_none(form.email.data),
            phone=blank_to_none(form.phone.data),
        ),
        AssignClient(
            client_id=client_id,
            team=team.team_id,
            specialised=team.specialised,
            coach=coach_id,
            assigned_on=form.held_on.data,
        ),
    ]
    if birth_date := blank_to_none(form.birth_date.data):
        commands.append(
            RegisterField(
                client_id=client_id,
                field="birth_date",
                value=birth_date,
                known_on=form.held_on.data,
                source=Source.INTAKE_FORM,
            )
        )
    first = as_uuid(form.command_id.data) or abort(400)
    # One form, one id: its further commands get ids that follow from it.
    ids = [UUID(int=(first.int + n) % 2**128) for n in range(len(commands))]
    return services().clients.handle_all([Step(c, now, i) for c, i in zip(commands, ids, strict=True)]).position

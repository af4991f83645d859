"""How a client can be reached, and the language of letters to them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from application import contact_details as operations
from domain.client import ChangeContactDetails
from domain.refusal import Refused
from web.context import look, services
from web.forms import CommandForm, blank_to_none
from web.freshness import recorded
from web.permissions import access
from web.words import choices

page = Blueprint("contact_details", __name__, url_prefix="/clients/<uuid:client_id>")


class ContactDetailsForm(CommandForm):
    email = StringField(lazy_gettext("E-mail address"), render_kw={"autocomplete": "off", "inputmode": "email"})
    phone = StringField(lazy_gettext("Phone number"), render_kw={"autocomplete": "off", "inputmode": "tel"})
    language = SelectField(
        lazy_gettext("Language of letters"), choices=lambda: choices("letter_language"), validate_choice=False
    )

    def command(self, client_id: UUID) -> ChangeContactDetails:
        return ChangeContactDetails(
            client_id=client_id,
            email=blank_to_none(self.email.data),
            phone=blank_to_none(self.phone.data),
            language=self.language.data,
        )


@page.route("/contact-details", methods=["GET", "POST"])
@access(operations.change_contact_details)
def change(client_id: UUID) -> str | Response | tuple[str, int]:
    form = ContactDetailsForm()
    if form.is_submitted():
        try:
            answer = operations.change_contact_details(services(), look(), form.command(client_id), form.once)
            return recorded(answer.position, "client.client", client_id=client_id)
        except Refused as refused:
            form.refuse(refused)
    found = operations.contact_details(services(), look(), client_id)
    if form.is_submitted():
        return render_template("contact_details.html", form=form, client=found.client, name=found.name), 400
    form = ContactDetailsForm(obj=found)
    return render_template("contact_details.html", form=form, client=found.client, name=found.name)

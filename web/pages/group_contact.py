"""One contact with several clients at once, after a group meeting: what is said of all, recorded with each."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from application import group_contacts
from domain.client import Channel, Topic
from domain.refusal import Refused
from web import caseload_query
from web.context import look, services, today, viewer
from web.fields import IdsField
from web.forms import CommandForm, blank_to_none
from web.freshness import recorded
from web.language import _
from web.permissions import access
from web.words import choices

page = Blueprint("group_contact", __name__, url_prefix="/contacts")


class GroupContactForm(CommandForm):
    held_on = DateField(_("Day"), [InputRequired()], default=today)
    channel = RadioField(_("Channel"), [InputRequired()], choices=lambda: choices("channel"), default="office")
    topics = SelectMultipleField(
        _("Topics"),
        choices=lambda: choices("topic"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    note = TextAreaField(_("Note for all of them"))
    came = IdsField("")
    stayed_away = IdsField("")

    def contact(self) -> group_contacts.GroupContact:
        return group_contacts.GroupContact(
            held_on=self.held_on.data,
            channel=Channel(self.channel.data),
            topics=[Topic(code) for code in self.topics.data or []],
            note=blank_to_none(self.note.data),
            came=self.came.data,
            stayed_away=self.stayed_away.data,
        )


@page.route("/group", methods=["GET", "POST"])
@access(group_contacts.record_group_contact)
def record() -> str | Response | tuple[str, int]:
    form = GroupContactForm()
    if not form.is_submitted():
        return _shown(form)
    if form.validate():
        try:
            answer = group_contacts.record_group_contact(services(), viewer(), form.contact(), form.once)
            return recorded(answer.position, "caseload.caseload")
        except Refused as refused:
            form.refuse(refused)
    return _shown(form), 400


def _shown(form: GroupContactForm) -> str:
    chosen = caseload_query.chosen_of_own(request.args)
    names = group_contacts.clients_to_choose(services(), look(), chosen.selection())
    return render_template(
        "group_contact.html", form=form, names=names, chosen=chosen, caseload_query=caseload_query, searched=""
    )

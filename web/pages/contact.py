"""Recording a contact in one short form; correcting one, or striking it out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from database.rows import Row
from domain.client import Channel, CorrectContact, Outcome, RecordContact, StartedBy, StrikeContact, Topic
from domain.refusal import Conflict, Refused
from projections import caseload, contacts
from projections.caseload import Scope
from projections.filters import quick
from records import drafts
from web.context import (
    as_uuid,
    command_id,
    display_names,
    moment,
    new_id,
    readable_client,
    recordable_client,
    services,
    today,
    viewer,
)
from web.forms import CommandForm, blank_to_none
from web.freshness import recorded
from web.pages.client import opened_contact
from web.permissions import access, opens_files
from web.words import choices

page = Blueprint("contact", __name__, url_prefix="/clients/<uuid:client_id>")

DRAFT = "contact"
# What a draft keeps of the form: by the contact's id one sees that it was recorded. Tokens are made anew.
KEPT = frozenset(
    ("contact_id", "held_on", "channel", "outcome", "started_by", "topics", "own_words", "note", "agreed_next",
     "agreed_on", "minutes_with_client", "minutes_administration")
)  # fmt: skip


class ContactForm(CommandForm):
    contact_id = HiddenField(default=lambda: str(new_id()))
    held_on = DateField(lazy_gettext("Day"), [InputRequired()], default=today)
    channel = RadioField(lazy_gettext("How"), [InputRequired()], choices=lambda: choices("channel"), default="phone")
    outcome = RadioField(
        lazy_gettext("Outcome"), [InputRequired()], choices=lambda: choices("outcome"), default="spoken"
    )
    started_by = SelectField(lazy_gettext("Started by"), choices=lambda: choices("started_by"), default="coach")
    topics = SelectMultipleField(
        lazy_gettext("Topics"), choices=lambda: choices("topic"),
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip
    own_words = TextAreaField(
        lazy_gettext("In the client's own words"),
        description=lazy_gettext("What did the client say that should not get lost? Never required."),
    )
    note = TextAreaField(lazy_gettext("Note"))
    agreed_next = StringField(lazy_gettext("Agreed next"))
    agreed_on = DateField(lazy_gettext("On which day"), [Optional()])
    minutes_with_client = IntegerField(lazy_gettext("Minutes with the client"), [Optional()])
    minutes_administration = IntegerField(lazy_gettext("Minutes on administration"), [Optional()])


class CorrectionForm(ContactForm):
    shown = HiddenField()
    reason = StringField(lazy_gettext("What was wrong"), [InputRequired()])


def _values(form: ContactForm, client_id: UUID) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "contact_id": as_uuid(form.contact_id.data) or abort(400),
        "held_on": form.held_on.data,
        "channel": Channel(form.channel.data),
        "started_by": StartedBy(form.started_by.data),
        "outcome": Outcome(form.outcome.data),
        "topics": [Topic(code) for code in form.topics.data or []],
        "note": blank_to_none(form.note.data),
        "own_words": blank_to_none(form.own_words.data),
        "minutes_with_client": form.minutes_with_client.data,
        "minutes_administration": form.minutes_administration.data,
        "agreed_next": blank_to_none(form.agreed_next.data),
        "agreed_on": form.agreed_on.data,
    }


@page.route("/contact", methods=["GET", "POST"])
@access(opens_files)
def record(client_id: UUID) -> str | Response | tuple[str, int]:
    client = recordable_client(client_id)
    kept = None if request.method == "POST" else _kept(client_id)
    form = ContactForm(data=kept[0] if kept else _offered(client_id)) if request.method == "GET" else ContactForm()
    if not form.is_submitted():
        return _shown(form, client, kept_at=kept[1] if kept else None)
    if request.form.get("go_on") == "draft":
        _keep(client_id)
        return redirect(url_for("today.today_page"), 303)
    if form.validate():
        try:
            answer = services().clients.handle(RecordContact(**_values(form, client_id)), moment(), command_id())
            with services().database.write() as connection:
                drafts.forget(connection, viewer().account_id, client_id, DRAFT)
            return _go_on(answer.position, client_id)
        except Refused as refused:
            form.refuse(refused)
    return _shown(form, client), 400


def _go_on(position: int, client_id: UUID) -> Response:
    """To the file, or straight to the next client whose contact is due."""
    if request.form.get("go_on") == "next":
        me = viewer()
        with services().database.read() as connection:
            rows = caseload.clients(connection, Scope(coach_id=me.account_id), [quick("contact_due", today())], limit=2)
        following = next((row["client_id"] for row in rows if row["client_id"] != client_id), None)
        if following is None:
            return recorded(position, "today.today_page")
        return recorded(position, "contact.record", client_id=following)
    return recorded(position, "client.client", client_id=client_id)


def _offered(client_id: UUID) -> dict[str, Any] | None:
    """The channel and topics of the last contact: most go like the one before."""
    with services().database.read() as connection:
        before = contacts.last(connection, client_id)
    if before is None:
        return None
    log = services().log
    said = log.versions(client_id, [before["words"]] if before["words"] else [])
    opened = opened_contact(before, said, log.opener([client_id]))
    return {"channel": before["channel"], "topics": opened["topics"] or []}


@page.post("/contact/draft")
@access(opens_files)
def keep_draft(client_id: UUID) -> Response:
    """Keep what the form holds while it is being written; sent by the page itself now and then."""
    recordable_client(client_id)
    _keep(client_id)
    return Response(status=204)


@page.post("/contact/draft/forget")
@access(opens_files)
def forget_draft(client_id: UUID) -> Response:
    recordable_client(client_id)
    with services().database.write() as connection:
        drafts.forget(connection, viewer().account_id, client_id, DRAFT)
    return redirect(url_for("contact.record", client_id=client_id), 303)


def _keep(client_id: UUID) -> None:
    form = {name: values for name, values in request.form.lists() if name in KEPT}
    with services().database.write() as connection:
        drafts.save(connection, services().log, viewer().account_id, client_id, DRAFT, form, services().clock())


def _kept(client_id: UUID) -> tuple[dict[str, Any], datetime] | None:
    """What a draft holds, as the form's fields take it, and when it was kept."""
    with services().database.read() as connection:
        found = drafts.find(connection, services().log, viewer().account_id, client_id, DRAFT)
    if found is None:
        return None
    recorded_as = as_uuid(next(iter(found[0].get("contact_id", [])), None))
    if recorded_as is not None and _is_recorded(client_id, recorded_as):
        # What was kept became a contact, and nobody came to forget it; or the page kept it once more on its way out.
        with services().database.write() as connection:
            drafts.forget(connection, viewer().account_id, client_id, DRAFT)
        return None
    values: dict[str, Any] = {name: texts[0] for name, texts in found[0].items() if texts and name != "topics"}
    if recorded_as is None:
        values.pop("contact_id", None)
    for name in ("held_on", "agreed_on"):
        try:
            values[name] = date.fromisoformat(values.get(name, ""))
        except ValueError:
            values.pop(name, None)
    for name in ("minutes_with_client", "minutes_administration"):
        if not str(values.get(name, "")).isdecimal():
            values.pop(name, None)
    return values | {"topics": found[0].get("topics", [])}, found[1]


def _is_recorded(client_id: UUID, contact_id: UUID) -> bool:
    client = services().clients.state(client_id)
    return client is not None and contact_id in client.contacts


@page.route("/contacts/<uuid:contact_id>", methods=["GET", "POST"])
@access(opens_files)
def correct(client_id: UUID, contact_id: UUID) -> str | Response | tuple[str, int]:
    client, row = _correctable(client_id, contact_id)
    form = CorrectionForm(data=None if request.method == "POST" else _data(row))
    if not form.is_submitted():
        return _shown(form, client, row)
    theirs = None
    if form.validate():
        shown = int(form.shown.data) if (form.shown.data or "").isdecimal() else None
        command = CorrectContact(
            **_values(form, client_id) | {"contact_id": contact_id}, reason=form.reason.data, shown=shown
        )
        try:
            answer = services().clients.handle(command, moment(), command_id())
            return recorded(answer.position, "client.client", client_id=client_id)
        except Conflict as conflict:
            form.refuse(conflict)
            theirs = row
            form.shown.data = str(row["version"])
        except Refused as refused:
            form.refuse(refused)
    return (_shown(form, client, row, theirs=theirs), 409 if theirs else 400)


@page.post("/contacts/<uuid:contact_id>/strike-out")
@access(opens_files)
def strike_out(client_id: UUID, contact_id: UUID) -> Response:
    _correctable(client_id, contact_id)
    shown = request.form.get("shown", type=int)
    command = StrikeContact(
        client_id=client_id, contact_id=contact_id, reason=request.form.get("reason", ""), shown=shown
    )
    answer = services().clients.handle(command, moment(), command_id())
    return recorded(answer.position, "client.client", client_id=client_id)


def _correctable(client_id: UUID, contact_id: UUID) -> tuple[Row, Row]:
    client = readable_client(client_id)
    if not viewer().may_correct(client["team_id"], client["coach_id"]):
        abort(403)
    # Conflicts are judged by what others recorded a moment ago: look at that, not at an older row.
    services().engine.catch_up(["contacts"], wait=True)
    with services().database.read() as connection:
        row = contacts.contact(connection, client_id, contact_id)
    if row is None:
        abort(404)
    log = services().log
    said = log.versions(client_id, [row["words"]] if row["words"] else [])
    return client, opened_contact(row, said, log.opener([client_id]))


def _data(row: Row) -> Row:
    return row | {"shown": str(row["version"])}


def _shown(
    form: ContactForm,
    client: Row,
    row: Row | None = None,
    *,
    theirs: Row | None = None,
    kept_at: datetime | None = None,
) -> str:
    if form.errors and not form.form_errors:
        form.form_errors.append(gettext("Please mend what is marked below."))
    name = display_names([client])[client["client_id"]]
    return render_template(
        "contact.html", form=form, client=client, name=name, contact=row, theirs=theirs, kept_at=kept_at
    )

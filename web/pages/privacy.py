"""The privacy officer's pages: who looked at what, who somebody is who asks, and erasures; no file."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField

from application import privacy as operations
from application.privacy import PersonFound
from application.refusals import NotThereError
from domain.client import ErasureReason
from domain.refusal import Refused
from web.asked import asked, asked_id
from web.context import as_position, as_uuid, colleagues, look, services, viewer
from web.fields import CodeField, Needed, TickField
from web.forms import CommandForm, Form
from web.freshness import recorded
from web.language import _
from web.permissions import access

page = Blueprint("privacy", __name__)


class FindForm(Form):
    words = StringField(
        _("Name or client number"), default="", render_kw={"autocomplete": "off", "maxlength": 200, "required": True}
    )


class ErasureForm(CommandForm):
    client = HiddenField(default="")
    reason = CodeField(_("Reason"), [Needed(_("Choose a reason."))], codes=ErasureReason, words="erasure_reason")
    sure = TickField(
        _("This is the person who is meant, and I know that it can’t be undone"),
        [Needed(_("Confirm that this is the person, and that it can't be undone."))],
    )

    @property
    def client_id(self) -> UUID:
        """Raises Refused where it is no id."""
        self.refuse_too_long()
        client_id = as_uuid(self.client.data.strip())
        if client_id is None:
            raise Refused("Find the person first: by name or client number.")
        return client_id


@page.route("/privacy", methods=["GET", "POST"])
@access(operations.looks_and_erasures)
def privacy() -> str | Response | tuple[str, int]:
    form = ErasureForm()
    if not form.is_submitted():
        return _page()
    try:
        return recorded(_erase(form), "privacy.privacy")
    except Refused as refused:
        form.refuse(refused)
        form.sure.data = False
    client_id = as_uuid(form.client.data or "")
    try:
        return (_person(client_id, form) if client_id else _page(form)), 400
    except NotThereError:
        return _page(form), 400


@page.post("/privacy/people")
@access(operations.find_person)
def found() -> str | tuple[str, int]:
    """Who has this name or number: sent as a form, so that nobody's name stands in an address."""
    form = FindForm()
    if form.validate():
        try:
            return _page(find=form, people=operations.find_person(services(), look(), form.words.data or ""))
        except Refused as refused:
            form.refuse(refused)
    return _page(find=form), 400


@page.get("/privacy/people/<uuid:client_id>")
@access(operations.person)
def person(client_id: UUID) -> str:
    """Who this is, before anything is erased."""
    return _person(client_id, ErasureForm.empty(client=str(client_id)))


def _person(client_id: UUID, form: ErasureForm) -> str:
    found = operations.person(services(), look(), client_id)
    return render_template("privacy_person.html", person=found, form=form, names=colleagues())


def _page(
    form: ErasureForm | None = None, *, find: FindForm | None = None, people: Sequence[PersonFound] | None = None
) -> str:
    before = asked("before", as_position)
    found = operations.looks_and_erasures(services(), viewer(), asked_id("client"), before)
    return render_template(
        "privacy.html",
        reads=found.looks,
        earlier=found.earlier,
        before=before,
        erasures=found.erasures,
        names=colleagues(),
        form=form or ErasureForm.empty(),
        find=find or FindForm.empty(),
        people=people,
        asked=request.args.get("client", ""),
    )


def _erase(form: ErasureForm) -> int:
    client_id = form.client_id
    form.check()
    return operations.erase_client(services(), viewer(), client_id, form.reason.given, form.once).position

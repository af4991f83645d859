"""The privacy officer's page: who looked at what, and erasures; no client's data."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response
from wtforms import StringField

from application import privacy as operations
from domain.client import ErasureReason
from domain.refusal import Refused
from web.asked import asked, asked_id
from web.context import as_position, as_uuid, colleagues, services, viewer
from web.fields import CodeField, Needed, TickField
from web.forms import CommandForm
from web.freshness import recorded
from web.language import _
from web.permissions import access

page = Blueprint("privacy", __name__)


class ErasureForm(CommandForm):
    client = StringField(_("Client’s id, from the address of the file"), default="", render_kw={"autocomplete": "off"})
    reason = CodeField(_("Reason"), [Needed(_("Choose a reason."))], codes=ErasureReason, words="erasure_reason")
    sure = TickField(_("I know that this can’t be undone"), [Needed(_("Confirm that this can't be undone."))])

    @property
    def client_id(self) -> UUID:
        """Raises Refused where it is no id."""
        self.refuse_too_long()
        client_id = as_uuid(self.client.data.strip())
        if client_id is None:
            raise Refused("Give the client's id as it stands in the address of the file.", field="client")
        return client_id


@page.route("/privacy", methods=["GET", "POST"])
@access(operations.looks_and_erasures)
def privacy() -> str | Response | tuple[str, int]:
    form = ErasureForm()
    if form.is_submitted():
        try:
            return recorded(_erase(form), "privacy.privacy")
        except Refused as refused:
            form.refuse(refused)
            form.sure.data = False
    before = asked("before", as_position)
    found = operations.looks_and_erasures(services(), viewer(), asked_id("client"), before)
    html = render_template(
        "privacy.html",
        reads=found.looks,
        earlier=found.earlier,
        before=before,
        erasures=found.erasures,
        names=colleagues(),
        form=form,
        asked=request.args.get("client", ""),
    )
    return (html, 400) if form.is_submitted() else html


def _erase(form: ErasureForm) -> int:
    client_id = form.client_id
    form.check()
    return operations.erase_client(services(), viewer(), client_id, form.reason.given, form.once).position

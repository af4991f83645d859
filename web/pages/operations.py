"""How the read models are, the rebuild that is going on, and the mail: what waits, and what could not leave."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import rights
from application.operations import machinery, send_mail_again
from domain.refusal import Refused
from web.context import as_uuid, services, viewer
from web.freshness import freshness
from web.permissions import access

page = Blueprint("operations", __name__)


@page.get("/operations")
@access(machinery)
def operations() -> str:
    found = machinery(services(), viewer())
    return render_template(
        "operations.html",
        head=found.head,
        read_models=list(freshness().values()),
        running=found.running,
        pace=found.pace,
        past=found.past,
        undelivered=found.mail.undelivered,
        counts=found.mail.counts,
        away=found.mail.away,
        reasons=found.mail.reasons,
        sends_again=rights.SEND_MAIL_AGAIN.held_by(viewer()),
        weekly=found.weekly,
        mail=found.mail.set_up,
    )


@page.post("/operations/mail")
@access(send_mail_again)
def send_again() -> Response:
    """Try mail again that failed: one message, or all of it. Sent twice, the form changes nothing more."""
    wanted = request.form.get("message", "")
    message_id = as_uuid(wanted)
    if message_id is None and wanted != "all":
        raise Refused("Choose a message.", field="message")
    send_mail_again(services(), viewer(), message_id)
    return redirect(url_for("operations.operations", _anchor="mail"), 303)

"""How the read models are, the rebuild that is going on, and the mail: what waits, and what could not leave."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import StringField

from application import rights
from application.operations import machinery, send_mail_again
from domain.refusal import Refused
from web.asked import one_of
from web.context import as_uuid, services, viewer
from web.forms import Form
from web.freshness import freshness
from web.going import go
from web.permissions import access

page = Blueprint("operations", __name__)


class MailForm(Form):
    message = StringField("", default="")

    @property
    def message_id(self) -> UUID | None:
        """Which message, None for all of them. Raises Refused for anything else."""
        message_id = as_uuid(self.message.data)
        if message_id is None and self.message.data != "all":
            raise Refused("Choose a message.", field="message")
        return message_id


@page.get("/operations")
@access(machinery)
def operations() -> str:
    found = machinery(services(), viewer(), everything=one_of("all", {"yes"}) is not None)
    return render_template(
        "operations.html",
        head=found.head,
        read_models=list(freshness().values()),
        running=found.running,
        pace=found.pace,
        past=found.past,
        past_count=found.past_count,
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
    send_mail_again(services(), viewer(), MailForm().message_id)
    return go(url_for("operations.operations", _anchor="mail"), 303)

"""How the read models are, the rebuild that is going on, and the mail: what waits, and what could not leave."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import rights
from domain.refusal import Refused
from projections import weekly_figures
from projections.engine import rebuilds
from projections.engine.rebuilds import Rebuild
from records import mail_server, outbox
from web.context import as_uuid, services, viewer
from web.freshness import freshness
from web.permissions import access

page = Blueprint("operations", __name__)


@page.get("/operations")
@access(rights.SEE_OPERATIONS)
def operations() -> str:
    engine = services().engine
    running = rebuilds.current(services().database)
    with services().database.read() as connection:
        past = rebuilds.history(connection)
        undelivered = outbox.failures(connection)
        counts, away = outbox.counts(connection), mail_server.away(connection)
        reasons = outbox.by_reason(connection)
        weekly = weekly_figures.built_upto(connection)
    return render_template(
        "operations.html",
        head=engine.log.head(),
        read_models=list(freshness().values()),
        running=running,
        pace=_pace(running) if running else None,
        past=past,
        undelivered=undelivered,
        counts=counts,
        away=away,
        reasons=reasons,
        sends_again=rights.SEND_MAIL_AGAIN.held_by(viewer()),
        weekly=weekly,
        mail=bool(services().settings.smtp_url),
    )


@page.post("/operations/mail")
@access(rights.SEND_MAIL_AGAIN)
def send_again() -> Response:
    """Try mail again that failed: one message, or all of it. Sent twice, the form changes nothing more."""
    wanted = request.form.get("message", "")
    message_id = as_uuid(wanted)
    if message_id is None and wanted != "all":
        raise Refused("Choose a message.", field="message")
    with services().database.write() as connection:
        outbox.send_again(connection, services().clock(), None if message_id is None else [message_id])
        mail_server.is_back(connection)
    return redirect(url_for("operations.operations", _anchor="mail"), 303)


def _pace(running: Rebuild) -> tuple[int, timedelta] | None:
    """Events a second, and the time left; None while nothing is known."""
    if running.updated_at is None or running.events == 0:
        return None
    seconds = (running.updated_at - running.started_at).total_seconds()
    if seconds <= 0:
        return None
    rate = running.events / seconds
    return round(rate), timedelta(seconds=round((running.total - running.events) / rate))

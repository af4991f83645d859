"""What is new for the viewer: answers on signals they reported, support or follow; and how they hear of it by mail."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import rights
from domain.refusal import Refused
from feedback.news import asked_whether_it_helped, unheard
from records import heard, people
from web.context import command_id, services, today, viewer
from web.forms import sentence
from web.pages.signals import opened
from web.permissions import access

page = Blueprint("news", __name__, url_prefix="/news")


@page.get("")
@access(rights.LOG_SIGNALS)
def news() -> str:
    return _page()


def _page(error: str | None = None) -> str:
    me = viewer().account_id
    with services().database.read() as connection:
        rows = unheard(connection, services().desk, me, today())
        asked = asked_whether_it_helped(connection, services().desk, me, today())
        account = people.account(connection, me)
    return render_template(
        "news.html", rows=opened(rows), asked=opened(asked), account=account, ways=people.NEWS, error=error,
        mail=bool(services().settings.smtp_url),
    )  # fmt: skip


@page.post("/heard")
@access(rights.LOG_SIGNALS)
def mark() -> Response:
    """All of it has been seen."""
    command_id()
    me = viewer().account_id
    with services().database.read() as connection:
        rows = unheard(connection, services().desk, me, today())
    with services().database.write() as connection:
        heard.note(connection, me, {row["signal_id"]: row["version"] for row in rows})
    return redirect(url_for("news.news"), 303)


@page.post("/mail")
@access(rights.LOG_SIGNALS)
def choose() -> Response | tuple[str, int]:
    """By mail in a daily digest, at once, or not at all; and where to."""
    command_id()
    try:
        with services().database.write() as connection:
            people.set_news(connection, viewer().account_id, request.form.get("news", ""))
            people.set_email(connection, viewer().account_id, request.form.get("email"))
    except Refused as refused:
        return _page(sentence(refused)), 400
    return redirect(url_for("news.news"), 303)

"""What is new for the viewer: answers on signals they reported, support or follow; and how they hear of it by mail."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import news as operations
from domain.refusal import Refused
from web.context import command_id, services, viewer
from web.forms import sentence
from web.permissions import access

page = Blueprint("news", __name__, url_prefix="/news")


@page.get("")
@access(operations.unheard)
def news() -> str:
    return _page()


def _page(error: str | None = None) -> str:
    found = operations.unheard(services(), viewer())
    return render_template(
        "news.html",
        rows=found.rows,
        asked=found.asked,
        account=found.account,
        ways=operations.WAYS,
        error=error,
        mail=found.mail,
    )


@page.post("/heard")
@access(operations.hear_all)
def mark() -> Response:
    """All of it has been seen."""
    command_id()
    operations.hear_all(services(), viewer())
    return redirect(url_for("news.news"), 303)


@page.post("/mail")
@access(operations.choose_mail)
def choose() -> Response | tuple[str, int]:
    """By mail in a daily digest, at once, or not at all; and where to."""
    command_id()
    try:
        operations.choose_mail(services(), viewer(), request.form.get("news", ""), request.form.get("email"))
    except Refused as refused:
        return _page(sentence(refused)), 400
    return redirect(url_for("news.news"), 303)

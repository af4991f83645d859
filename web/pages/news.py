"""What is new for the viewer: answers on signals they reported, support or follow."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from application import news as operations
from web.context import services, viewer
from web.forms import CommandForm
from web.going import go
from web.permissions import access

page = Blueprint("news", __name__, url_prefix="/news")


@page.get("")
@access(operations.unheard)
def news() -> str:
    found = operations.unheard(services(), viewer())
    return render_template("news.html", rows=found.rows, asked=found.asked)


@page.post("/heard")
@access(operations.hear_all)
def mark() -> Response:
    """All of it has been seen."""
    CommandForm().must_be_sent()
    operations.hear_all(services(), viewer())
    return go(url_for("news.news"), 303)

"""Practising with an invented client: what it is, beginning, and beginning again."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from application import practice as operations
from web.context import services, viewer
from web.forms import CommandForm
from web.going import go
from web.permissions import access
from web.practice import within

page = Blueprint("practice", __name__, url_prefix="/help/practise")


@page.get("")
@access(operations.is_begun)
def start() -> str:
    return _page(CommandForm.empty())


@page.post("")
@access(operations.begin)
def begin() -> str | Response | tuple[str, int]:
    """Begin, or begin again, and go to the file of the invented client."""
    form = CommandForm()
    if not form.validate():
        return _page(form), 400
    name, task = gettext("Noor Example (invented)"), gettext("Ask about childcare")
    client_id = operations.begin(services(), viewer(), name, task)
    return go(within(url_for("client.client", client_id=client_id)), 303)


def _page(form: CommandForm) -> str:
    begun = operations.is_begun(services(), viewer())
    file = within(url_for("client.client", client_id=operations.client_of(viewer().account_id)))
    return render_template("practice.html", form=form, begun=begun, file=file)

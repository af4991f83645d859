"""The privacy officer's page of closed files that are past their term: by number, to be erased some at a time."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from application import retention as operations
from application.retention import SHOWN
from domain.refusal import Refused
from domain.retention import LEAST_YEARS, MOST_YEARS
from web.asked import asked
from web.context import as_page, look, services, viewer
from web.fields import ChosenIdsField, Needed, TickField, WholeField
from web.forms import CommandForm
from web.freshness import recorded
from web.going import go
from web.permissions import access

page = Blueprint("retention", __name__, url_prefix="/privacy/retention")


class TermForm(CommandForm):
    years = WholeField(
        lazy_gettext("Years after closing"),
        [Needed(lazy_gettext("Enter a whole number."))],
        render_kw={"min": LEAST_YEARS, "max": MOST_YEARS},
    )


class EraseForm(CommandForm):
    files = ChosenIdsField(lazy_gettext("Files to erase"))
    sure = TickField(
        lazy_gettext("I know that this can’t be undone"), [Needed(lazy_gettext("Confirm that this can't be undone."))]
    )


@page.get("")
@access(operations.past_term)
def past_term() -> str:
    return _html(asked("page", as_page) or 1, EraseForm.empty(files=[]))


@page.post("/term")
@access(operations.set_term)
def set_term() -> Response | tuple[str, int]:
    form = TermForm()
    try:
        form.must_be_sent()
        form.check()
        operations.set_term(services(), viewer(), form.years.given)
        return go(url_for("retention.past_term"), 303)
    except Refused as refused:
        form.refuse(refused)
    return _html(1, EraseForm.empty(files=[]), form), 400


@page.post("/erase")
@access(operations.erase_past_term)
def erase() -> Response | tuple[str, int]:
    form = EraseForm()
    try:
        form.check()
        position = operations.erase_past_term(services(), viewer(), form.files.data, form.once)
        return recorded(position, "retention.past_term")
    except Refused as refused:
        form.refuse(refused)
        form.sure.data = False
    return _html(1, form), 400


def _html(nth: int, form: EraseForm, term: TermForm | None = None) -> str:
    found = operations.past_term(services(), look(), nth)
    return render_template(
        "retention.html",
        found=found,
        form=form,
        term=term or TermForm.empty(years=found.years),
        page=nth,
        pages=-(-found.total // SHOWN),
    )

"""Back to the caseload that somebody came from: its filters, order and page, the row, and the name searched for.

The name stands in no address: it goes along in what is sent, and is sent on as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import StringField

from web import caseload_query
from web.forms import CommandForm, Form
from web.freshness import recorded
from web.going import go

MOST_BACK = 2000  # letters of an address to go back to


class SearchedForm(Form):
    """A form beside a caseload: it takes along the name that was searched for."""

    name = StringField("", default="")


class CellForm(SearchedForm):
    """A cell of the list, `client:field`, and how the list was chosen."""

    cell = StringField("", default="")
    back = StringField("", default="", render_kw={"maxlength": MOST_BACK})

    @property
    def way_back(self) -> str:
        """How the list was chosen, and that one came from it where it is chosen in no way."""
        return self.back.data or "all=1"


class InPlaceForm(CommandForm):
    """A form that may be opened from a cell of a caseload, and goes back there."""

    name = StringField("", default="")
    # Sent by the list alone, which opens the form.
    cell = StringField("", default="")

    @property
    def is_answer(self) -> bool:
        """Whether the form itself was sent, and not the cell that opens it."""
        return bool(self.is_submitted()) and not self.cell.data


def to_list(arguments: Mapping[str, Any], searched: str, position: int | None = None) -> Response:
    """To the list as it was chosen, which shows what was recorded at `position`."""
    endpoint = "caseload.search" if searched else "caseload.caseload"
    if position is None:
        return go(url_for(endpoint, **arguments), 307 if searched else 303)
    return recorded(position, endpoint, again=bool(searched), **arguments)


def chosen(back: str) -> caseload_query.Chosen:
    """How the caseload was chosen that a form was opened from, read as any address is."""
    return caseload_query.chosen(MultiDict(parse_qsl(back)))


def row(back: str, client_id: UUID) -> dict[str, Any]:
    """The arguments of the caseload that a form was opened from, at the row of a client."""
    return {**chosen(back).here(), "_anchor": caseload_query.row_of(client_id)}


def cancel(back: str | None, client_id: UUID, searched: str) -> dict[str, str]:
    """Where somebody goes who records nothing, by what the page calls it: to the row, or to the file."""
    if not back:
        return {"cancel": url_for("client.client", client_id=client_id)}
    there = row(back, client_id)
    if searched:
        return {"cancel_search": url_for("caseload.search", **there)}
    return {"cancel": url_for("caseload.caseload", **there)}

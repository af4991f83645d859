"""Back to the caseload that somebody came from: its filters, order and page, the row, and the name searched for.

The name stands in no address: it goes along in what is sent, and is sent on as it is.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import StringField

from application.registrations import PLAN
from web import caseload_query
from web.forms import CommandForm, Form
from web.freshness import recorded, recorded_among_found
from web.going import go

MOST_BACK = 2000  # letters of an address to go back to
MOST_PACKED = 10_000  # letters that the ids of a page take


T = TypeVar("T")


def _at(place: str, listed: Sequence[T]) -> T | None:
    """What stands at a place of a list that somebody sent, if anything does."""
    return listed[int(place)] if place.isascii() and place.isdigit() and int(place) < len(listed) else None


def packed(ids: Iterable[UUID]) -> str:
    """The ids of a page of clients in few letters."""
    return urlsafe_b64encode(b"".join(each.bytes for each in ids)).decode()


def unpacked(text: str) -> list[UUID]:
    """The ids that were packed; none where it is something else."""
    try:
        found = urlsafe_b64decode(text)
    except ValueError:
        return []
    return [UUID(bytes=found[at : at + 16]) for at in range(0, len(found) - len(found) % 16, 16)]


class SearchedForm(Form):
    """A form beside a caseload: it takes along the name that was searched for."""

    name = StringField("", default="")


class CellForm(SearchedForm):
    """A cell of the list, `row:field` by their numbers, whose rows and which fields these are, and how the list was
    chosen."""

    cell = StringField("", default="")
    rows = StringField("", default="", render_kw={"maxlength": MOST_PACKED})
    fields = StringField("", default="", render_kw={"maxlength": MOST_BACK})
    back = StringField("", default="", render_kw={"maxlength": MOST_BACK})

    @property
    def chosen(self) -> tuple[UUID | None, str | None]:
        """Whose cell it is, and of which field; None for what is none of those."""
        nth, _colon, place = self.cell.data.partition(":")
        return _at(nth, unpacked(self.rows.data)), _at(place, self.fields.data.split())

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
    return (recorded_among_found if searched else recorded)(position, endpoint, **arguments)


def form_of(client_id: UUID, key: str, back: str) -> str:
    """The address of the form of a field, or of a part of the plan, that goes back to the caseload."""
    if key in PLAN:
        return url_for("plan.plan", client_id=client_id, part=key, back=back)
    return url_for("registration.register", client_id=client_id, field_key=key, back=back)


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

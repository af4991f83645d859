"""Measures what registering costs, by the server alone: minutes from a form to what was sent of it, requests, saves.

A form's token against forged requests says when it was made. What was counted is kept by form, field and team in this
process, and added to the sums of the week when something is saved: of nobody's doing there is a line anywhere.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import structlog
from flask import Flask, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from application import registration_costs
from application.failures import AWAY_FROM_COMMANDS
from application.registration_costs import FILTERED, WHOLE, Counted
from domain.roles import Viewer
from web.context import practising, services
from web.forms import sent_token

# The forms in which something is registered of clients, by their endpoints.
MEASURED = {
    "contact.record": "contact",
    "group_contact.record": "group_contact",
    "registration.register": "registration",
    "field_group.register": "field_group",
    "weekly_list.line": "weekly_list",
    "plan.plan": "plan",
    "intake.intake": "intake",
    "client_answers.answers": "client_answers",
    "contact_details.change": "contact_details",
}
# A form that stood open for longer was left meanwhile.
LEFT_OPEN = 30 * 60  # seconds

log = structlog.get_logger()

Key = tuple[UUID, str, str]


class Sums:
    """What this process counted and has not written yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[Key, Counted] = {}

    def add(self, key: Key, counted: Counted) -> None:
        with self._lock:
            self._counted[key] = self._counted.get(key, Counted()) + counted

    def take(self) -> dict[Key, Counted]:
        """All of it, which is nobody else's to write then."""
        with self._lock:
            taken, self._counted = self._counted, {}
        return taken


def measure(app: Flask) -> None:
    """Count each request to a form in which something is registered."""
    sums = Sums()

    @app.after_request
    def count(response: Response) -> Response:
        viewer: Viewer | None = g.get("viewer")
        if practising() or viewer is None or viewer.team_id is None or response.status_code >= 500:
            return response
        for field in g.get("looked_through", ()):
            sums.add((viewer.team_id, FILTERED, field), Counted(requests=1))
        form = MEASURED.get(request.endpoint or "")
        if form is None or response.status_code in (403, 404):
            return response
        position: int | None = g.get("recorded")
        seconds = _since_it_was_made() if request.method == "POST" else 0
        sums.add((viewer.team_id, form, WHOLE), Counted(int(position is not None), 1, seconds))
        if position is not None:
            _write(sums, (viewer.team_id, form), position, seconds)
        return response


def _since_it_was_made() -> int:
    """Seconds; none where that can't be read, or the form was left open."""
    if not g.get("csrf_valid"):
        # What was sent could not be read, perhaps.
        return 0
    signed = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
    try:
        made = signed.loads(sent_token(), return_timestamp=True)[1]
    except BadData:
        return 0
    seconds = int((datetime.now(UTC) - made).total_seconds())
    return seconds if 0 <= seconds <= LEFT_OPEN else 0


def _write(sums: Sums, form: tuple[UUID, str], position: int, seconds: int) -> None:
    """Add what was counted to the sums of the week, the time of this form in equal parts to the fields saved by it."""
    counted = sums.take()
    try:
        fields = registration_costs.fields_recorded(services(), position)
        saved = {(*form, field): Counted(1, 0, seconds // len(fields)) for field in fields}
        registration_costs.note_costs(services(), counted | saved)
    except AWAY_FROM_COMMANDS as error:
        # What was recorded is stored; what it cost is counted with the next one.
        for key, each in counted.items():
            sums.add(key, each)
        log.warning("costs_not_noted", error=type(error).__name__)


def looked_through(fields: Iterable[str]) -> None:
    """Say by which fields this request looks through a caseload."""
    g.looked_through = tuple(dict.fromkeys(fields))

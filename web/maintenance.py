"""While Werkpad is in maintenance, or being restored, every page and the API say so, and that they come back."""

from __future__ import annotations

from apiflask import APIFlask
from flask import make_response, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from application.failures import AWAY, OPEN, RESTORING, ClosedError, State
from web import errors
from web.context import services

AGAIN_AFTER = "60"  # seconds


def hold(app: APIFlask) -> None:
    """Answer every request but those of who watches, and for style, with 503 while the door is shut."""

    @app.before_request
    def refuse() -> Response | None:
        if request.endpoint in ("static", "home.style") or request.path.startswith(("/health/", "/metrics")):
            return None
        try:
            state = services().door.glance()
        except AWAY:
            # What needs the database says so itself.
            return None
        return None if state.kind == OPEN else told(state)

    @app.errorhandler(ClosedError)
    def closed(error: ClosedError) -> Response:
        return told(error.state)


def told(state: State) -> Response:
    title = gettext("Werkpad is closed for a short while")
    if state.kind == RESTORING:
        text = gettext(
            "Werkpad is being restored from a backup. Please come back in a few minutes. If you have just sent"
            " something, look then whether it is there."
        )
    else:
        text = gettext(
            "Werkpad is being maintained. Please come back in a few minutes. If you have just sent something, send it"
            " again then: it is saved once."
        )
    answer = make_response(errors.told(503, title, text))
    answer.headers["Retry-After"] = AGAIN_AFTER
    return answer

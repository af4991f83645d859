"""What went wrong, told calmly: to people as a page, to programs as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

import structlog
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from eventsourcing.persistence import PersistenceError
from flask import jsonify, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from domain.refusal import Refused
from eventlog.handler import BusyError
from web import freshness
from web.forms import sentence
from web.permissions import is_asked_by_a_program

log = structlog.get_logger()

Told = Response | tuple[str, int]


def explain(app: APIFlask) -> None:
    app.error_processor(_unreadable)

    @app.errorhandler(CSRFError)
    def csrf(_: CSRFError) -> Told:
        text = gettext("This form is too old. Go back, reload the page and send it again; nothing was stored.")
        return told(400, gettext("Please try again"), text)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Told:
        return told(409, gettext("That can't be done"), sentence(error), error.field)

    @app.errorhandler(BusyError)
    def busy(_: BusyError) -> Told:
        text = gettext("Others are changing this at the same moment. Nothing was stored; please send it again.")
        return told(503, gettext("Please try again"), text)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Told:
        texts = {
            401: gettext("Log in first."),
            403: gettext("In your role you can't open this page."),
            404: gettext("There is no such page, or it is not for you."),
            405: gettext("This page can't be used in that way."),
            413: gettext("That is too large."),
        }
        status = error.code or 500
        return told(
            status,
            error.name if status not in texts else gettext("Not here"),
            texts.get(status, gettext("Something is wrong with the address or the form.")),
        )

    @app.errorhandler(PersistenceError)
    def storing(error: PersistenceError) -> Told:
        log.error("log", error=type(error).__name__, endpoint=request.endpoint)
        text = gettext("The database can't be reached just now. Nothing was stored. Please try again.")
        return told(503, gettext("Please try again"), text)

    @app.errorhandler(DBAPIError)
    def database(error: DBAPIError) -> Told:
        due = [f.projection for f in freshness.freshness().values() if f.rebuild_due]
        log.error("database", error=type(error.orig).__name__, endpoint=request.endpoint, rebuild_due=due)
        if due and isinstance(error, ProgrammingError | OperationalError):
            # The code is newer than the tables that go on serving, and asks for what they lack.
            text = gettext("This page is being renewed and can be used again soon. Nothing is lost.")
            return told(503, gettext("Please try again later"), text)
        text = gettext("The database can't be reached just now. Nothing was stored. Please try again.")
        return told(503, gettext("Please try again"), text)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Told:
        # Never the text of the error: it may hold what somebody typed.
        log.error("unexpected", error=type(error).__name__, endpoint=request.endpoint, exc_info=app.debug)
        text = gettext("Something went wrong on our side. Nothing was stored. Please try again.")
        return told(500, gettext("Something went wrong"), text)


def told(status: int, title: str, text: str, field: str | None = None) -> Told:
    if is_asked_by_a_program():
        return _problem(status, title, text, field=field)
    return render_template("error.html", title=title, text=text), status


def _problem(status: int, title: str, detail: str, **more: Any) -> Response:
    told = {name: value for name, value in more.items() if value is not None}
    answer = jsonify(type="about:blank", status=status, title=title, detail=detail, **told)
    answer.status_code = status
    answer.content_type = "application/problem+json"
    return answer


def _unreadable(error: HTTPError) -> Response:
    """The request has not the shape that the description asks for: what is wrong where, and not what was sent."""
    title = gettext("Something is wrong with the address or the form.")
    return _problem(error.status_code, title, str(error.message), errors=error.detail or None)

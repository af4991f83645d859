"""What went wrong, told calmly: to people as a page, to programs as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

import structlog
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import jsonify, make_response, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, HTTPException, NotFound
from werkzeug.wrappers import Response

from application.failures import (
    AWAY,
    UNFIT,
    BusyError,
    DBAPIError,
    KeyGoneError,
    PoisonError,
    ProgrammingError,
    ReusedError,
    StoppedError,
    StreamErasedError,
    TooManyAtOnceError,
    VaultError,
)
from application.refusals import MergedError, NotAllowedError, NotThereError, PasswordToChangeError, StoodInError
from domain.refusal import Refused
from web import freshness, happened
from web.forms import sentence
from web.going import go
from web.permissions import is_asked_by_a_program

log = structlog.get_logger()

Told = Response

# In the WSGI environment of a request that is not to be carried out, since too many others are.
REFUSED = "werkpad.refused"

TRY_AGAIN = 5  # seconds, told to programs and proxies with each 503


class TooBusyError(Exception):
    """The request is not carried out, since too many others are."""


def turn_away() -> None:
    """Before everything else: whoever let the request in may have said that it is not to be carried out."""
    if request.environ.get(REFUSED):
        raise TooBusyError


def explain(app: APIFlask) -> None:
    app.error_processor(_unreadable)
    _explain_refusals(app)
    _explain_the_log(app)
    _explain_keys(app)

    @app.errorhandler(CSRFError)
    def csrf(_: CSRFError) -> Told:
        text = gettext("This form is too old. Go back, reload the page and send it again; nothing was saved.")
        return told(400, gettext("Please try again"), text)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Told:
        return told(409, gettext("That can't be done"), sentence(error), error.field)

    @app.errorhandler(ReusedError)
    def reused(_: ReusedError) -> Told:
        text = gettext(
            "This form was sent before with something else in it. What was recorded then is saved; what is in it now"
            " is not. Open the page again and fill in what is new."
        )
        return told(422 if is_asked_by_a_program() else 409, gettext("Not saved"), text)

    @app.errorhandler(BusyError)
    def busy(_: BusyError) -> Told:
        return _failed(503, gettext("Please try again"), gettext("Others are changing this at the same moment."))

    @app.errorhandler(TooManyAtOnceError)
    @app.errorhandler(TooBusyError)
    def too_busy(_: Exception) -> Told:
        return _failed(503, gettext("Please try again"), gettext("Too many people are at work at this moment."))

    for unfit in UNFIT:
        app.register_error_handler(unfit, _unfit)

    for kind in AWAY:
        app.register_error_handler(kind, _database_is_away)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Told:
        # Its class and where it was, never its text, which may hold what somebody typed.
        log.error("unexpected", error=type(error).__name__, endpoint=request.endpoint, exc_info=error)
        return _failed(500, gettext("Something went wrong"), gettext("Something went wrong on our side."))


def _explain_refusals(app: APIFlask) -> None:
    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Told:
        texts = {
            401: gettext("Log in first."),
            403: gettext("In your role you can't open this page."),
            404: gettext("There is no such page, or you may not open it."),
            405: gettext("This page can't be used in that way."),
            413: gettext("That is too large."),
            414: gettext("That is too large."),
        }
        status = error.code or 500
        if status >= 500:
            return _failed(status, gettext("Something went wrong"), gettext("Something went wrong on our side."))
        return told(
            status,
            error.name if status not in texts else gettext("Page not found"),
            texts.get(status, gettext("Something is wrong with the address or the form.")),
        )

    @app.errorhandler(NotAllowedError)
    def not_allowed(_: NotAllowedError) -> Told:
        return http(Forbidden())

    @app.errorhandler(PasswordToChangeError)
    def to_change(_: PasswordToChangeError) -> Told:
        text = gettext("You came in with a one-time password. Choose your own first, on the page of your account.")
        return told(403, gettext("Choose your own password"), text)

    @app.errorhandler(MergedError)
    def merged(error: MergedError) -> Told:
        # An address of before leads to where the person goes on; what was to be recorded is not carried along unseen.
        asked = dict(request.view_args or {})
        if request.method == "GET" and "client_id" in asked and not is_asked_by_a_program():
            return go(url_for(request.endpoint or "", **asked | {"client_id": error.kept}))
        text = gettext("This file was merged with another one. Record it there.")
        return told(409, gettext("That can't be done"), text)

    @app.errorhandler(StoodInError)
    def stood_in(_: StoodInError) -> Told:
        if request.method == "GET":
            return http(NotFound())
        text = gettext(
            "You no longer stand in for this client’s coach: the last day of the leave has passed. Nothing was"
            " recorded. Tell your colleague what is still to be recorded, or ask your team manager to extend the leave."
        )
        return told(409, gettext("That can't be done"), text)

    @app.errorhandler(NotThereError)
    def not_there(_: NotThereError) -> Told:
        return http(NotFound())


def _failed(status: int, title: str, cause: str) -> Told:
    """Something failed that is not the command's own fault: say what happened to the command."""
    failure = happened.failure(status, title, cause)
    reload = request.script_root + request.full_path if failure.stored and request.method == "GET" else None
    return told(failure.status, failure.title, failure.text, stored=failure.stored or None, reload=reload)


def _unfit(error: Exception) -> Told:
    """The database is there and took a value for too long or too large: something that a check here had to refuse."""
    log.error("unfit_value", error=type(error).__name__, endpoint=request.endpoint)
    return _failed(
        400, gettext("That can't be done"), gettext("A text in this form is too long, or a number is too large.")
    )


def _database_is_away(error: Exception) -> Told:
    """Told without asking the database anything, since that is what is away."""
    due = _rebuild_due() if _lacks_something(error) else []
    cause = error.orig if isinstance(error, DBAPIError) else error
    log.error("database", error=type(cause).__name__, endpoint=request.endpoint, rebuild_due=due)
    if due and not happened.is_after_a_command():
        # The code is newer than the tables that go on serving, and asks for what they lack.
        text = gettext("This page is being renewed and can be used again soon. Nothing is lost.")
        return told(503, gettext("Please try again later"), text)
    return _failed(503, gettext("Please try again"), gettext("The database can't be reached at the moment."))


def _lacks_something(error: Exception) -> bool:
    """Whether the database answered that it has no such table or column."""
    asked_for = isinstance(error, ProgrammingError) or "no such" in str(getattr(error, "orig", ""))
    return asked_for and isinstance(error, DBAPIError) and not error.connection_invalidated


def _rebuild_due() -> list[str]:
    try:
        return [f.projection for f in freshness.freshness().values() if f.rebuild_due]
    except AWAY:
        return []


def _explain_the_log(app: APIFlask) -> None:
    @app.errorhandler(PoisonError)
    def poison(error: PoisonError) -> Told:
        log.error("event_not_usable", position=error.position, what=error.what, endpoint=request.endpoint)
        text = gettext(
            "Something that was recorded here can't be read by this version of Werkpad. Nothing is lost. Please tell"
            " your administrator."
        )
        return _failed(503, gettext("This can't be shown just now"), text)

    @app.errorhandler(StoppedError)
    def stopped(error: StoppedError) -> Told:
        log.error("read_model_needed", reason=str(error), endpoint=request.endpoint)
        text = gettext(
            "This isn’t possible just now: what it is based on is out of date. Your administrator sees the reason "
            "on the page Operations."
        )
        return _failed(503, gettext("Please try again later"), text)


def _explain_keys(app: APIFlask) -> None:
    @app.errorhandler(KeyGoneError)
    def shut(error: KeyGoneError) -> Told:
        log.warning("key_gone", stream=str(error.stream_id), endpoint=request.endpoint)
        text = gettext(
            "Personal data can't be recorded here: the key of this file (%(number)s) is missing or "
            "damaged. Nothing was saved. Please tell the administrator of Werkpad.",
            number=error.stream_id.hex[:8],
        )
        return told(409, gettext("That can't be done"), text)

    @app.errorhandler(StreamErasedError)
    def erased(_: StreamErasedError) -> Told:
        text = gettext("Nothing can be recorded for a client who was erased.")
        return told(409, gettext("That can't be done"), text)

    @app.errorhandler(VaultError)
    def vault(error: VaultError) -> Told:
        log.error("vault", error=str(error), endpoint=request.endpoint)
        text = gettext(
            "The key that protects personal data has changed. The administrator of Werkpad has to "
            "start it with the right key."
        )
        return _failed(503, gettext("Please try again later"), text)


def told(
    status: int,
    title: str,
    text: str,
    field: str | None = None,
    *,
    stored: bool | None = None,
    reload: str | None = None,
) -> Told:
    if is_asked_by_a_program():
        answer = _problem(status, title, text, field=field, stored=stored)
    else:
        answer = make_response(render_template("error.html", title=title, text=text, reload=reload), status)
    if status == 503:
        answer.headers["Retry-After"] = str(TRY_AGAIN)
    return answer


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

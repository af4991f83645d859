"""Makes the web application: pages and health over the services, guarded and hardened."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

import msgspec
import structlog
from apiflask import APIFlask
from eventsourcing.persistence import PersistenceError
from flask import Flask, g, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from domain.calendar import local_day
from domain.refusal import Refused
from eventlog.handler import BusyError
from records import leave, sessions
from web import freshness, language, pages, permissions, security
from web.context import Bench, as_uuid, definitions, new_id
from web.context import services as at_hand
from web.headlines import news_count, norms_here
from web.legend import TERM_OF
from web.words import choices, with_word, word
from werkpad.wiring import Services

log = structlog.get_logger()

SESSION_COOKIE = "werkpad_session"


def create_app(services: Services, nudge: Callable[[], None]) -> Flask:
    """The application. `nudge` tells the workers that something was recorded."""
    settings = services.settings
    app = APIFlask(__name__, docs_path=None, spec_path=None, json_errors=False)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=1_000_000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
        DEMO=settings.demo,
        THEME=settings.theme is not None,
    )
    app.extensions["werkpad"] = Bench(services, nudge)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(recognise)
    security.harden(app, secure=settings.secure_cookies)
    permissions.guard(app)
    freshness.await_write(app)
    language.speak(app)
    CSRFProtect(app)
    pages.register(app)
    _explain_errors(app)
    # A proxy: pages that show no field, and those about a database that is away, look nothing up.
    catalogue = LocalProxy(lambda: definitions().catalogue)
    app.jinja_env.globals.update(word=word, freshness=freshness.freshness, new_id=new_id, catalogue=catalogue)
    app.jinja_env.globals.update(
        local_day=local_day, all_words=choices, term_of=TERM_OF, news=news_count, norms_here=norms_here
    )
    app.jinja_env.filters.update(from_json=msgspec.json.decode, as_uuid=as_uuid, with_word=with_word)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return app


def recognise() -> None:
    """Find out who is asking, from the session's token."""
    g.viewer = g.account = None
    token = request.cookies.get(SESSION_COOKIE)
    if not token or request.endpoint == "static":
        return
    bench = at_hand()
    now = bench.clock()
    with bench.database.read() as connection:
        found = sessions.find(connection, token, now)
        if found is None:
            return
        g.account, touch = found
        g.viewer = g.account.viewer
        if g.viewer.coaches:
            away = leave.stood_in_for(connection, g.account.account_id, bench.today)
            g.viewer = replace(g.viewer, stands_in_for=away)
    if touch:
        with bench.database.write() as connection:
            sessions.touch(connection, token, now)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def _explain_errors(app: Flask) -> None:
    def page(status: int, title: str, text: str) -> tuple[str, int]:
        return render_template("error.html", title=title, text=text), status

    @app.errorhandler(CSRFError)
    def csrf(_: CSRFError) -> tuple[str, int]:
        text = gettext("This form is too old. Go back, reload the page and send it again; nothing was stored.")
        return page(400, gettext("Please try again"), text)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> tuple[str, int]:
        return page(409, gettext("That can't be done"), gettext(error.message) % error.values)

    @app.errorhandler(BusyError)
    def busy(_: BusyError) -> tuple[str, int]:
        text = gettext("Others are changing this at the same moment. Nothing was stored; please send it again.")
        return page(503, gettext("Please try again"), text)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | tuple[str, int]:
        texts = {
            403: gettext("In your role you can't open this page."),
            404: gettext("There is no such page, or it is not for you."),
            405: gettext("This page can't be used in that way."),
            413: gettext("That is too large."),
        }
        status = error.code or 500
        return page(
            status,
            error.name if status not in texts else gettext("Not here"),
            texts.get(status, gettext("Something is wrong with the address or the form.")),
        )

    @app.errorhandler(PersistenceError)
    def storing(error: PersistenceError) -> tuple[str, int]:
        log.error("log", error=type(error).__name__, endpoint=request.endpoint)
        text = gettext("The database can't be reached just now. Nothing was stored. Please try again.")
        return page(503, gettext("Please try again"), text)

    @app.errorhandler(DBAPIError)
    def database(error: DBAPIError) -> tuple[str, int]:
        due = [f.projection for f in freshness.freshness().values() if f.rebuild_due]
        log.error("database", error=type(error.orig).__name__, endpoint=request.endpoint, rebuild_due=due)
        if due and isinstance(error, ProgrammingError | OperationalError):
            # The code is newer than the tables that go on serving, and asks for what they lack.
            text = gettext("This page is being renewed and can be used again soon. Nothing is lost.")
            return page(503, gettext("Please try again later"), text)
        text = gettext("The database can't be reached just now. Nothing was stored. Please try again.")
        return page(503, gettext("Please try again"), text)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> tuple[str, int]:
        # Never the text of the error: it may hold what somebody typed.
        log.error("unexpected", error=type(error).__name__, endpoint=request.endpoint, exc_info=app.debug)
        text = gettext("Something went wrong on our side. Nothing was stored. Please try again.")
        return page(500, gettext("Something went wrong"), text)

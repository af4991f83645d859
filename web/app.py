"""Makes the web application: pages and health over the services, guarded and hardened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version
from typing import Any

import msgspec
import structlog
from apiflask import APIFlask
from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from application.definitions import TERM_OF
from application.failures import patience
from application.services import Services
from domain.calendar import local_day
from web import (
    api,
    confirmations,
    errors,
    freshness,
    happened,
    installation,
    language,
    lengths,
    maintenance,
    measuring,
    pages,
    permissions,
    practice,
    rendering,
    security,
    seen,
    session,
    static_files,
    stylesheet,
)
from web.context import WebContext, as_uuid, definitions, new_id, practising
from web.context import services as at_hand
from web.explained import counted_otherwise, figure_label, is_explained
from web.facts import because, shown
from web.help_here import help_here, release_here, tour_here
from web.legend import definition_of, label_of
from web.navigation import navigation
from web.page_notices import chosen_here, codes, news_count, norms_here, stood_in_for_here
from web.signal_fields import signals_to_choose
from web.templating import Templates
from web.words import choices, with_word, word
from werkpad.figures import Counted, Queues
from werkpad.health import Watch

log = structlog.get_logger()


def create_app(services: Services, nudge: Callable[[], None], queues: Queues | None = None) -> Flask:
    """The application. `nudge` tells the workers that something was recorded; `queues` how many messages wait for
    them, where there is a broker."""
    settings = services.settings
    app = APIFlask(__name__, "Werkpad", version("werkpad"), docs_path=None, spec_path=api.DESCRIPTION)
    app.jinja_environment = Templates
    app.json = api.StrictJson(app)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=lengths.FORM,
        MAX_FORM_PARTS=lengths.FORM_PARTS,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
        DEMO=settings.demo,
        THEME=settings.theme is not None,
        VALIDATION_ERROR_STATUS_CODE=400,
        OPENAPI_VERSION="3.1.0",
    )
    app.extensions["werkpad"] = WebContext(services, nudge, Watch(services), Counted(services, queues))
    app.wsgi_app = practice.Mounted(app.wsgi_app)  # type: ignore[method-assign]  # replaced on purpose
    app.wsgi_app = _Patient(app.wsgi_app, settings.lock_timeout + 1)  # type: ignore[method-assign]  # replaced on purpose
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # replaced on purpose
    seen.see(app)
    happened.keep_track(app)
    app.before_request(errors.turn_away)
    maintenance.hold(app)
    app.before_request(look_once)
    app.teardown_request(end_look)
    app.before_request(session.recognise)
    security.harden(app, secure=settings.secure_cookies)
    practice.enter(app)
    permissions.guard(app)
    installation.hold(app)
    freshness.await_write(app)
    confirmations.confirm(app)
    measuring.measure(app)
    language.speak(app)
    rendering.hasten(app)
    static_files.keep(app)
    CSRFProtect(app)
    pages.register(app)
    api.register(app)
    errors.explain(app)
    app.jinja_env.globals.update(
        word=word,
        freshness=freshness.freshness,
        new_id=new_id,
        may=permissions.may,
        called=label_of,
        is_late=happened.is_late,
        definition_of=definition_of,
        term=lambda key: definitions().term(key),
        local_day=local_day,
        all_words=choices,
        term_of=TERM_OF,
        figure_label=figure_label,
        counted_otherwise=counted_otherwise,
        is_explained=is_explained,
        every_rule=lambda: definitions().first_declared.contradictions,
        news=news_count,
        chosen_here=chosen_here,
        signals_to_choose=signals_to_choose,
        norms_here=norms_here,
        stood_in_for_here=stood_in_for_here,
        stylesheet=stylesheet.stylesheet,
        navigation=navigation,
        help_here=help_here,
        tour_here=tour_here,
        release_here=release_here,
        practising=practising,
        outside=practice.outside,
    )
    app.jinja_env.filters.update(
        from_json=msgspec.json.decode, as_uuid=as_uuid, with_word=with_word, codes=codes, shown=shown, because=because
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return app


def look_once() -> None:
    """Let all that a page reads be one look at the database: it costs less, and its figures agree with each other.

    Not where a page waits for what was just recorded, or records something: there the data moves on meanwhile.
    """
    if request.method in ("GET", "HEAD") and "at" not in request.args and request.endpoint not in security.KEPT:
        g.look = ExitStack()
        g.look.enter_context(at_hand().database.shared_look())


def end_look(_error: BaseException | None) -> None:
    if "look" in g:
        g.pop("look").close()


class _Patient:
    """A WSGI application whose requests wait `seconds` at most for a database that gives no sign of life.

    Somewhat longer than for a lock, which the database itself answers about.
    """

    def __init__(self, application: Callable[..., Any], seconds: float) -> None:
        self._application = application
        self._seconds = seconds

    def __call__(self, environ: Any, start_response: Any) -> Any:
        with patience(self._seconds):
            return self._application(environ, start_response)

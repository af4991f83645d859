"""One's own write is on the next page: wait for its position, at most a second, then catch up oneself."""

from __future__ import annotations

import threading
import time

import structlog
from flask import Flask, g, request, url_for
from werkzeug.wrappers import Response

from application import freshness as views
from application.failures import AWAY_FROM_COMMANDS
from web.context import services, web_context
from web.going import go

log = structlog.get_logger()

PATIENCE = 1.0
LOOK_AGAIN = 0.02
# Pages that are read by a form, since what they are asked stands in no address.
READ_BY_FORM = {"caseload.search"}


def await_write(app: Flask) -> None:
    """Make each page that a redirect sent here with `?at=POSITION` show that position."""
    looking = threading.Lock()

    @app.before_request
    def wait() -> None:
        position = request.args.get("at", type=int)
        is_read = request.method == "GET" or request.endpoint in READ_BY_FORM
        if position is None or not is_read or g.get("viewer") is None:
            return
        if views.shows(services(), position):
            return
        # A position that nobody wrote yet is a made-up address, not something to wait for.
        position = min(position, views.head(services()))
        if not services().settings.embedded and _comes(position, looking):
            return
        try:
            views.catch_up(services())
            g.late = not views.shows(services(), position)
        except AWAY_FROM_COMMANDS as error:
            # It is stored; that it is not on the page yet is said there.
            log.warning("page_not_up_to_date", error=type(error).__name__, endpoint=request.endpoint)
            g.late = True


def _comes(position: int, looking: threading.Lock) -> bool:
    """Whether the workers bring the read models to a position soon. One looks again and again, and others wait for it,
    since what it waits for comes to them as well."""
    until = time.monotonic() + PATIENCE
    while (left := until - time.monotonic()) > 0:
        if not looking.acquire(timeout=left):
            break
        try:
            if views.shows(services(), position):
                return True
            time.sleep(LOOK_AGAIN)
        finally:
            looking.release()
    return views.shows(services(), position)


def freshness() -> dict[str, views.Freshness]:
    """How current each read model is, read once a request."""
    if "freshness" not in g:
        g.freshness = views.freshness(services())
    found: dict[str, views.Freshness] = g.freshness
    return found


def recorded(position: int, endpoint: str, **values: object) -> Response:
    """Nudge the workers and go on to a page, which will show what was just recorded."""
    _nudge(position)
    return go(url_for(endpoint, at=position, **values), 303)  # type: ignore[arg-type]  # checked as the command's fields are


def recorded_among_found(position: int, endpoint: str, **values: object) -> Response:
    """The same to a page that is read by a form: what was sent is sent on, since it may stand in no address."""
    _nudge(position)
    return go(url_for(endpoint, at=position, **values), 307)  # type: ignore[arg-type]  # checked as the command's fields are


def _nudge(position: int) -> None:
    g.recorded = position
    try:
        web_context().nudge()
    except AWAY_FROM_COMMANDS as error:
        # Without a broker the nudge folds right here. What was recorded is stored, whatever becomes of that.
        log.warning("not_folded", error=type(error).__name__, endpoint=request.endpoint)

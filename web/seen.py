"""Each request is seen by whoever watches: counted, and a line in the log; by its endpoint, never by its path."""

from __future__ import annotations

import time

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

from application.failures import Outcome, outcome
from web.errors import REFUSED
from werkpad import logs, metrics

REQUEST_ID = "X-Request-ID"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

SIGNALS = ("signal", "signal_new", "signals", "news", "api_signals")

log = structlog.get_logger()


def see(app: Flask) -> None:
    """To be called before anything else asks to be called before requests: then nothing is missed."""

    @app.before_request
    def begin() -> None:
        g.began_at = time.perf_counter()
        g.status = 500
        structlog.contextvars.clear_contextvars()
        g.request_id = logs.as_request_id(request.headers.get(REQUEST_ID))
        structlog.contextvars.bind_contextvars(**{logs.REQUEST_ID: g.request_id})
        g.counted_in = REFUSED not in request.environ
        if g.counted_in:
            metrics.in_work.inc()
        else:
            metrics.turned_away.inc()

    @app.after_request
    def name(response: Response) -> Response:
        g.status = response.status_code
        if "request_id" in g:
            response.headers[REQUEST_ID] = g.request_id
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        if "began_at" not in g:
            return
        _tell(time.perf_counter() - g.pop("began_at"))
        # What this thread says next, such as of a request that can't be read, is not about this one.
        structlog.contextvars.clear_contextvars()


def _tell(seconds: float) -> None:
    if g.counted_in:
        metrics.in_work.dec()
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    metrics.requests.labels(endpoint, method, f"{g.status // 100}xx").inc()
    metrics.request_seconds.labels(endpoint).observe(seconds)
    viewer = g.get("viewer")
    log.info(
        "request",
        endpoint=endpoint,
        method=method,
        status=g.status,
        outcome=_outcome(),
        duration_ms=round(seconds * 1000, 1),
        # Not where signals are logged and read: in a role of few, the moment would tell who logged one without a name.
        role=viewer.role.value if viewer and request.blueprint not in SIGNALS else None,
    )


def _outcome() -> str:
    """What came of it: of a command that was stored that is said, whatever failed afterwards."""
    came = outcome.of_this_request()
    if came is Outcome.STORED:
        return "stored"
    if not g.counted_in:
        return "turned_away"
    if g.status >= 500:
        return "unknown" if came is Outcome.UNKNOWN else "failed"
    return "refused" if g.status >= 400 else "answered"

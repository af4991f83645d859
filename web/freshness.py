"""One's own write is on the next page: wait for its position, at most a second, then catch up oneself."""

from __future__ import annotations

import time

from flask import Flask, g, redirect, request, url_for
from werkzeug.wrappers import Response

from projections.engine import Freshness
from web.context import bench, services

PATIENCE = 1.0
LOOK_AGAIN = 0.02


def await_write(app: Flask) -> None:
    """Make each page that a redirect sent here with `?at=POSITION` show that position."""

    @app.before_request
    def wait() -> None:
        position = request.args.get("at", type=int)
        if position is None or request.method != "GET" or g.get("viewer") is None:
            return
        engine = services().engine
        # A position that nobody wrote yet is a made-up address, not something to wait for.
        position = min(position, engine.log.head())
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if all(f.position >= position for f in engine.freshness().values()):
                return
            time.sleep(LOOK_AGAIN)
        engine.catch_up(wait=True)


def freshness() -> dict[str, Freshness]:
    """How current each read model is, read once a request."""
    if "freshness" not in g:
        g.freshness = services().engine.freshness()
    found: dict[str, Freshness] = g.freshness
    return found


def recorded(position: int, endpoint: str, **values: object) -> Response:
    """Nudge the workers and go on to a page, which will show what was just recorded."""
    bench().nudge()
    return redirect(url_for(endpoint, at=position, **values), 303)  # type: ignore[arg-type]

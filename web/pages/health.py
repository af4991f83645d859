"""Is it alive, and is it ready: for load balancers and container engines."""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from web.context import services
from web.permissions import access, everybody

page = Blueprint("health", __name__, url_prefix="/health")


@page.get("/live")
@access(everybody)
def live() -> Response:
    return jsonify(status="live")


@page.get("/ready")
@access(everybody)
def ready() -> tuple[Response, int]:
    """Ready when log and read models can be read and go on; tells how far behind they are, which ones stopped at which
    position, and nothing else."""
    try:
        fresh = services().engine.freshness()
        behind = {name: f.behind for name, f in fresh.items()}
        stopped = {name: f.stopped_at for name, f in fresh.items() if f.stopped_at is not None}
    except Exception as error:
        return jsonify(status="not ready", reason=type(error).__name__), 503
    if len(stopped) == len(fresh):
        # Nothing that is recorded comes onto any page any more. As long as others go on, they are to be served.
        return jsonify(status="not ready", reason="all read models stopped", behind=behind, stopped=stopped), 503
    return jsonify(status="ready", behind=behind, stopped=stopped), 200

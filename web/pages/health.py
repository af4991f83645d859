"""Is it alive, and is it ready: for load balancers and container engines."""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from eventlog.door import OPEN
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
    """Ready when log and read models can be read; tells how far behind they are, and nothing else."""
    try:
        if (state := services().door.look()).kind != OPEN:
            return jsonify(status=state.kind, stage=state.stage), 503
        behind = {name: f.behind for name, f in services().engine.freshness().items()}
    except Exception as error:
        return jsonify(status="not ready", reason=type(error).__name__), 503
    return jsonify(status="ready", behind=behind), 200

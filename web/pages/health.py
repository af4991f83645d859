"""Is it alive, and is it ready: for load balancers and container engines."""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from web.context import watch
from web.permissions import access, everybody

page = Blueprint("health", __name__, url_prefix="/health")


@page.get("/live")
@access(everybody)
def live() -> Response:
    return jsonify(status="live")


@page.get("/ready")
@access(everybody)
def ready() -> tuple[Response, int]:
    """Ready when people can be served; tells how far behind the read models are, and by name what is not in order."""
    health = watch().look()
    findings = [{"name": f.name, "says": f.says, "unready": f.unready} for f in health.findings]
    told = {"behind": health.behind, "stopped": health.stopped, "findings": findings}
    if not health.ready:
        reason = next(f.says for f in health.findings if f.unready)
        return jsonify(status="not ready", reason=reason, **told), 503
    return jsonify(status="ready", **told), 200

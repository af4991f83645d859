"""Default deny: each route says beside it who may call it, and one that says nothing is refused."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from domain.roles import Role, Viewer

Rule = Callable[[Viewer | None], bool]
F = TypeVar("F", bound=Callable[..., Any])

ACCESS = "werkpad_access"


def everybody(_: Viewer | None) -> bool:
    """Also those who are not logged in; name it sparingly."""
    return True


def logged_in(viewer: Viewer | None) -> bool:
    return viewer is not None


def only(*roles: Role) -> Rule:
    def rule(viewer: Viewer | None) -> bool:
        return viewer is not None and viewer.role in roles

    return rule


def logs_signals(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.logs_signals


def triages_signals(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.triages_signals


def decides_signals(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.decides_signals


def decides_alone(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.decides_alone


def takes_intakes(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.takes_intakes


# Those who work with clients; whose clients, each page asks the viewer.
opens_files = only(Role.WORK_COACH, Role.QUALITY_OFFICER, Role.TEAM_MANAGER)


# Whoever comes through a proxy has one of them: that the proxy is on this machine says nothing then.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def watchers(_: Viewer | None) -> bool:
    """Programs that watch Werkpad: those on this machine, and those that bring the token."""
    token: str = current_app.extensions["werkpad"].services.settings.metrics_token
    told = request.headers.get("Authorization", "").partition("Bearer ")[2].strip()
    if token and hmac.compare_digest(told.encode(), token.encode()):
        return True
    return _is_of_this_machine() and not any(name in request.headers for name in _FORWARDED)


def _is_of_this_machine() -> bool:
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


NOT_A_WATCHER = (
    "These figures are for callers on this machine, and for those who send the header"
    " 'Authorization: Bearer' with what WERKPAD_METRICS_TOKEN holds.\n"
)


def is_asked_by_a_program() -> bool:
    return request.path.startswith("/api/")


def access(rule: Rule) -> Callable[[F], F]:
    """Say who may call a route."""

    def mark(view: F) -> F:
        setattr(view, ACCESS, rule)
        return view

    return mark


def guard(app: Flask) -> None:
    """Refuse every request whose route does not let its viewer in."""

    @app.before_request
    def refuse() -> Response | None:
        if request.endpoint is None or request.endpoint == "static":
            return None
        rule: Rule | None = getattr(current_app.view_functions[request.endpoint], ACCESS, None)
        viewer: Viewer | None = g.get("viewer")
        if rule is not None and rule(viewer):
            return None
        if rule is watchers:
            return Response(NOT_A_WATCHER, 403, content_type="text/plain; charset=utf-8")
        if viewer is None and rule is not None:
            if is_asked_by_a_program():
                return abort(401)
            here = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("log_in.log_in", next=here))
        return abort(403)

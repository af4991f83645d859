"""Default deny: each route says beside it who may call it, and one that says nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
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
        if viewer is None and rule is not None:
            if is_asked_by_a_program():
                return abort(401)
            here = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("log_in.log_in", next=here))
        return abort(403)

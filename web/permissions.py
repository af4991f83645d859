"""Default deny: each route says beside it who may call it, and one that says nothing is refused."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, abort, current_app, g, request, url_for
from werkzeug.wrappers import Response

from application.refusals import PasswordToChangeError
from application.rights import Right
from domain.roles import Viewer
from web.context import is_practised, practising
from web.going import go

Rule = Callable[[Viewer | None], bool]
F = TypeVar("F", bound=Callable[..., Any])

# What opens while somebody has a one-time password: to choose one's own, in either language, or to leave.
OPEN_AT_FIRST = frozenset(
    {
        "account.account",
        "home.language",
        "home.style",
        "home.theme",
        "log_in.log_in",
        "log_in.log_out",
        "health.live",
        "health.ready",
    }
)

ACCESS, RIGHTS = "werkpad_access", "werkpad_rights"


class Declared(Protocol):
    """An operation or a view of `application`, with the right that it needs."""

    right: Right


def everybody(_: Viewer | None) -> bool:
    """Also those who are not logged in; name it sparingly."""
    return True


def logged_in(viewer: Viewer | None) -> bool:
    return viewer is not None


def in_demonstration(_: Viewer | None) -> bool:
    """Everybody in the demonstration, and nobody elsewhere."""
    return bool(current_app.config["DEMO"])


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


def access(*of: Right | Declared | Rule) -> Callable[[F], F]:
    """Say who may call a route: whoever holds one of these rights, or the right that one of these operations needs."""
    rules = [_rule(each) for each in of]

    def mark(view: F) -> F:
        setattr(view, ACCESS, rules[0] if len(rules) == 1 else _any_of(rules))
        setattr(view, RIGHTS, tuple(right for right in map(_right, of) if right))
        return view

    return mark


def _right(of: Right | Declared | Rule) -> Right | None:
    return of if isinstance(of, Right) else getattr(of, "right", None)


def _rule(of: Right | Declared | Rule) -> Rule:
    right = _right(of)
    if right is None:
        return cast("Rule", of)
    return lambda viewer: viewer is not None and right.allows(viewer)


def _any_of(rules: Sequence[Rule]) -> Rule:
    return lambda viewer: any(rule(viewer) for rule in rules)


def may(endpoint: str) -> bool:
    """Whether the one at the screen is let in there: for links that lead nowhere else. Within a practice, whether the
    page is there, too."""
    if practising() and not is_practised(endpoint):
        return False
    return bool(getattr(current_app.view_functions[endpoint], ACCESS)(g.get("viewer")))


def guard(app: Flask) -> None:
    """Refuse every request whose route does not let its viewer in."""

    @app.before_request
    def refuse() -> Response | None:
        if request.endpoint is None or request.endpoint == "static":
            return None
        rule: Rule | None = getattr(current_app.view_functions[request.endpoint], ACCESS, None)
        viewer: Viewer | None = g.get("viewer")
        if viewer is not None and viewer.one_time_password and request.endpoint not in OPEN_AT_FIRST:
            if is_asked_by_a_program():
                raise PasswordToChangeError
            return go(url_for("account.account"), 303)
        if rule is not None and rule(viewer):
            return None
        if rule is watchers:
            return Response(NOT_A_WATCHER, 403, content_type="text/plain; charset=utf-8")
        if viewer is None and rule is not None:
            if is_asked_by_a_program():
                return abort(401)
            here = request.full_path.rstrip("?") if request.method == "GET" else None
            return go(url_for("log_in.log_in", next=here))
        return abort(403)

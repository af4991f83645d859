"""Who is asking: found out from the token of a session before anything else asks for it."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import Request, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from application import people
from application.failures import AWAY
from web.context import as_uuid, services

SESSION_COOKIE = "werkpad_session"
# Whose browser it is, long after a session has ended.
BROWSER_COOKIE = "werkpad_browser"
BROWSER_KEPT = 180 * 86_400  # seconds

# Who asks makes no difference there, so nobody is looked up: they answer while the database is away.
OF_CLIENTS = frozenset({"questionnaire", "invitation"})
FOR_NOBODY = frozenset({"static", "home.style", "home.theme", "health.live", "health.ready", "metrics.metrics"})


def recognise() -> None:
    """Find out who is asking, from the session's token."""
    g.viewer = g.account = None
    token = request.cookies.get(SESSION_COOKIE)
    # At the client's own door it makes no difference either: a coach may have lent the browser.
    if not token or request.endpoint in FOR_NOBODY or request.blueprint in OF_CLIENTS:
        return
    try:
        _look_up(token)
    except AWAY:
        # An address that does not exist does not need the database to say so.
        if request.endpoint is not None:
            raise


def _look_up(token: str) -> None:
    found = people.recognise(services(), token)
    if found is not None:
        g.account, g.viewer = found


def begin(answer: Response, token: str, account_id: UUID) -> Response:
    """Let the browser come with this token from now on, and know whose it is."""
    hidden = {"httponly": True, "samesite": "Lax", "secure": current_app.config["SESSION_COOKIE_SECURE"]}
    answer.set_cookie(SESSION_COOKIE, token, **hidden)
    answer.set_cookie(BROWSER_COOKIE, sign_browser(account_id), max_age=BROWSER_KEPT, **hidden)
    return answer


def new_token() -> str:
    """A token for a new session."""
    return secrets.token_urlsafe(32)


def sign_browser(account_id: UUID) -> str:
    """What a browser keeps of whose account was logged into there."""
    return _signed().dumps(account_id.hex)


def browser_of(asked: Request) -> UUID | None:
    """Whose account was logged into with this browser last, if anybody's."""
    try:
        return as_uuid(_signed().loads(asked.cookies.get(BROWSER_COOKIE, ""), max_age=BROWSER_KEPT))
    except BadData:
        return None


def _signed() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="whose browser")

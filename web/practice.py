"""Practising with an invented client: the pages of the work with clients once more, below one address, over the
viewer's own practice. This is the one place where it is known which of the two a request is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, g, request, url_for
from werkzeug.wrappers import Response

from application import practice
from application.practice import Practice
from application.refusals import NotThereError
from web.context import WebContext, is_practised, services, web_context
from web.going import go
from web.happened import SAFE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BELOW = "/practice"
_KEY = "werkpad.practice"
# What pages are made of, whichever they are about.
_STYLE = frozenset({"static", "home.style", "home.theme"})


class Mounted:
    """A WSGI application that answers below `/practice`, too; links on a page that was asked there lead there."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == BELOW or path.startswith(f"{BELOW}/"):
            environ[_KEY] = environ.get("SCRIPT_NAME", "")
            environ["SCRIPT_NAME"] = environ[_KEY] + BELOW
            environ["PATH_INFO"] = path.removeprefix(BELOW)
        return self._application(environ, start_response)


def enter(app: Flask) -> None:
    """Open the viewer's practice for each request to it, keep what was recorded there, and close it."""

    @app.before_request
    def open_it() -> Response | None:
        if _KEY not in request.environ or request.endpoint is None or request.endpoint in _STYLE:
            return None
        if not is_practised(request.endpoint):
            # There is one of these for all, and what was sent to it goes along.
            return go(request.full_path.rstrip("?"), 307, outside=True)
        if g.get("viewer") is None:
            return None
        try:
            opened = practice.enter(services(), g.viewer)
        except NotThereError:
            return go(outside(url_for("practice.start")), 303, outside=True)
        real = web_context()
        g.opened_practice = opened
        g.practising = WebContext(opened.services, opened.fold, real.watch, real.counted)
        return None

    @app.after_request
    def keep(response: Response) -> Response:
        if "opened_practice" in g and request.method not in SAFE and response.status_code < 500:
            cast("Practice", g.opened_practice).keep()
        return response

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        if "opened_practice" in g:
            g.pop("practising", None)
            cast("Practice", g.pop("opened_practice")).close()


def outside(address: str) -> str:
    """An address of a page outside of the practice, as `url_for` gave it."""
    before: Any = request.environ.get(_KEY)
    return address if before is None else before + address.removeprefix(request.script_root)


def within(address: str) -> str:
    """The same address, within the practice."""
    return request.script_root + BELOW + address.removeprefix(request.script_root)

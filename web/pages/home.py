"""The first page: where each role starts."""

from __future__ import annotations

from flask import Blueprint, abort, request, url_for
from werkzeug.wrappers import Response
from wtforms import StringField

from application import people
from web import stylesheet
from web.context import services, viewer
from web.forms import Form
from web.going import go
from web.language import COOKIE, LANGUAGES
from web.navigation import STARTS
from web.permissions import access, everybody, logged_in

page = Blueprint("home", __name__)


class LanguageForm(Form):
    language = StringField("", default="")
    here = StringField("", default="/")


@page.get("/")
@access(logged_in)
def home() -> Response:
    return go(url_for(STARTS[viewer().role]))


@page.get("/theme.css")
@access(everybody)
def theme() -> Response:
    """The city's own design tokens, mounted over ours."""
    path = services().settings.theme or abort(404)
    return stylesheet.css(path.read_bytes(), request)


@page.get("/werkpad.css")
@access(everybody)
def style() -> Response:
    return stylesheet.answer(request)


@page.post("/language")
@access(everybody)
def language() -> Response:
    """Read on in the other language; remembered with the account, or in a cookie before logging in."""
    from flask import g

    form = LanguageForm()
    form.refuse_too_long()
    wanted = form.language.data
    answer = go(form.here.data, 303)
    if wanted in LANGUAGES:
        answer.set_cookie(COOKIE, wanted, max_age=31_536_000, samesite="Lax", httponly=True, secure=request.is_secure)
        if g.viewer is not None:
            people.choose_language(services(), g.viewer, wanted)
    return answer

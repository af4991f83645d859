"""A client chooses a time, without an account: opened by code and birth date, one of the times chosen, once.

Nothing after the first page has the code in its address, and no page is kept by a browser.
"""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from application import choosing
from application.failures import HeldBackError
from application.one_time_links import NotOpenError
from domain.refusal import Refused
from web.context import services, web_context
from web.going import go
from web.invitation_forms import ChooseForm, as_slot
from web.link_forms import OpenForm, held_back, keep_to_itself
from web.permissions import access, everybody
from web.session import new_token

page = Blueprint("invitation", __name__, url_prefix="/invitation")
page.after_request(keep_to_itself)

CLIENT_COOKIE = "werkpad_invitation"


@page.errorhandler(NotOpenError)
def not_open(_error: NotOpenError) -> Response:
    answer = go(url_for("invitation.enter", over="1"), 303)
    answer.delete_cookie(CLIENT_COOKIE, path=page.url_prefix or "/")
    return answer


@page.get("")
@access(everybody)
def enter() -> str:
    return render_template("invitation_open.html", form=OpenForm(), over="over" in request.args)


@page.get("/<code>")
@access(everybody)
def follow(code: str) -> str:
    """The page that a link leads to; it says nothing of the link, so nobody learns here which there are."""
    return render_template("invitation_open.html", form=OpenForm.empty(code=code[:100]), over=False)


@page.post("")
@access(everybody)
def unlock() -> Response | tuple[str, int]:
    form, token = OpenForm(), new_token()
    if form.validate():
        try:
            if choosing.open_invitation(services(), form.opening, token):
                answer = go(url_for("invitation.times"), 303)
                secure = current_app.config["SESSION_COOKIE_SECURE"]
                answer.set_cookie(
                    CLIENT_COOKIE, token, path=page.url_prefix, httponly=True, samesite="Lax", secure=secure
                )
                return answer
        except HeldBackError as held:
            return held_back(form, held.wait, "invitation_open.html")
        form.form_errors.append(
            gettext(
                "This code and this birth date do not match, or you can no longer choose a time here. "
                "Check both again. If that does not help, ask your work coach for an appointment."
            )
        )
    return render_template("invitation_open.html", form=form, over=False), 400


@page.get("/times/choose")
@access(everybody)
def times() -> str | Response:
    found = choosing.choice(services(), _token())
    if found.chosen is not None:
        return go(url_for("invitation.chosen"), 303)
    return _shown(ChooseForm(), found)


@page.post("/times/choose")
@access(everybody)
def choose() -> Response | tuple[str, int]:
    form = ChooseForm()
    try:
        form.refuse_too_long()
        choosing.choose(services(), _token(), form.chosen, form.once)
    except Refused as refused:
        found = choosing.choice(services(), _token())
        form.refuse(refused)
        return _shown(form, found), 400
    web_context().nudge()
    return go(url_for("invitation.chosen"), 303)


@page.get("/times/chosen")
@access(everybody)
def chosen() -> str | Response:
    found = choosing.choice(services(), _token())
    if found.chosen is None:
        return go(url_for("invitation.times"), 303)
    return render_template("invitation_chosen.html", found=found)


def _shown(form: ChooseForm, found: choosing.Choice) -> str:
    return render_template("invitation_times.html", form=form, found=found, as_slot=as_slot)


def _token() -> str:
    return request.cookies.get(CLIENT_COOKIE, "")

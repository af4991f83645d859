"""Logging in and out."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import format_timedelta, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from application import log_ins
from application.failures import HeldBackError
from application.log_ins import LogIn
from web.context import services
from web.forms import Form
from web.going import go
from web.permissions import access, everybody, logged_in
from web.session import SESSION_COOKIE, begin, browser_of, new_token

page = Blueprint("log_in", __name__)


class LogInForm(Form):
    username = StringField(lazy_gettext("Name"), [InputRequired()], render_kw={"autocomplete": "username"})
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired()], render_kw={"autocomplete": "current-password"}
    )


@page.route("/log-in", methods=["GET", "POST"])
@access(everybody)
def log_in() -> str | Response | tuple[str, int]:
    form = LogInForm()
    if not form.validate_on_submit():
        return render_template("log_in.html", form=form), 200 if request.method == "GET" else 400
    token = new_token()
    given = LogIn(form.username.data.strip(), form.password.data, request.remote_addr or "", browser_of(request))
    try:
        account = log_ins.log_in(services(), given, token)
    except HeldBackError as held:
        return _held_back(form, held.wait)
    if account is None:
        form.form_errors.append(gettext("Username or password is incorrect."))
        return render_template("log_in.html", form=form), 400
    return begin(go(request.args.get("next", "/"), 303), token, account.account_id)


def _held_back(form: LogInForm, wait: timedelta) -> Response:
    seconds = ceil(wait.total_seconds())
    form.form_errors.append(
        gettext(
            "There were too many failed attempts with this name, or from your location. Wait %(wait)s and try again.",
            wait=format_timedelta(timedelta(seconds=seconds), granularity="second", threshold=1.5),
        )
    )
    answer = make_response(render_template("log_in.html", form=form), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


@page.post("/log-out")
@access(logged_in)
def log_out() -> Response:
    token = request.cookies.get(SESSION_COOKIE, "")
    log_ins.log_out(services(), token, request.remote_addr or "")
    answer = go(url_for("log_in.log_in"), 303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer

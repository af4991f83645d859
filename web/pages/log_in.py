"""Logging in and out."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from application import people
from web.context import services
from web.forms import Form
from web.permissions import access, everybody, logged_in
from web.session import SESSION_COOKIE, new_token

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
    if not people.log_in(services(), form.username.data.strip(), form.password.data, token):
        form.form_errors.append(gettext("This name and password don't belong together."))
        return render_template("log_in.html", form=form), 400
    wanted = request.args.get("next", "")
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    answer = redirect(wanted if inside else url_for("home.home"), 303)
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


@page.post("/log-out")
@access(logged_in)
def log_out() -> Response:
    token = request.cookies.get(SESSION_COOKIE, "")
    people.log_out(services(), token)
    answer = redirect(url_for("log_in.log_in"), 303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer

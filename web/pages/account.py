"""One's own account: who one is here, and another password."""

from __future__ import annotations

from math import ceil

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import format_timedelta, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField

from application import own_account as operations
from application.failures import HeldBackError
from domain.refusal import Refused
from web.context import services, viewer
from web.fields import Needed
from web.forms import Form
from web.going import go
from web.permissions import access
from web.session import begin, new_token

page = Blueprint("account", __name__)


class PasswordForm(Form):
    current = PasswordField(
        lazy_gettext("Current password"),
        [Needed(lazy_gettext("Please fill this in."))],
        default="",
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        lazy_gettext("New password"),
        [Needed(lazy_gettext("Please fill this in."))],
        default="",
        description=lazy_gettext("At least 10 characters, and neither your name nor your username."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("New password once more"),
        [Needed(lazy_gettext("Please fill this in."))],
        default="",
        render_kw={"autocomplete": "new-password"},
    )

    def change(self) -> operations.PasswordChange:
        self.check()
        return operations.PasswordChange(
            self.current.data, self.password.data, self.again.data, request.remote_addr or ""
        )


@page.route("/account", methods=["GET", "POST"])
@access(operations.change_password)
def account() -> str | Response | tuple[str, int]:
    form = PasswordForm()
    if not form.is_submitted():
        return render_template("account.html", form=form)
    token = new_token()
    try:
        operations.change_password(services(), viewer(), form.change(), token)
    except HeldBackError as held:
        return _held_back(form, ceil(held.wait.total_seconds()))
    except Refused as refused:
        form.refuse(refused)
        return render_template("account.html", form=form), 400
    flash(gettext("Your password was changed. Your other sessions have ended."))
    onwards = url_for("home.home" if viewer().one_time_password else "account.account")
    return begin(go(onwards, 303), token, viewer().account_id)


def _held_back(form: PasswordForm, seconds: int) -> Response:
    wait = format_timedelta(seconds, granularity="second", threshold=1.5)
    form.form_errors.append(gettext("There were too many failed attempts. Wait %(wait)s and try again.", wait=wait))
    answer = make_response(render_template("account.html", form=form), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer

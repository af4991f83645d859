"""How somebody hears of what concerns them: one place for all kinds of notices, and the address that mails go to."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, render_template, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.widgets import EmailInput

from application import notifications as operations
from domain.refusal import Refused
from web.context import services, viewer
from web.fields import TextField, offered
from web.forms import CommandForm
from web.going import go
from web.permissions import access
from web.words import word

page = Blueprint("notifications", __name__, url_prefix="/notifications")


class NotificationsForm(CommandForm):
    """`form_for` adds a field for each kind of which something is to choose."""

    email = TextField(
        lazy_gettext("E-mail address at work"),
        widget=EmailInput(),
        render_kw={"autocomplete": "email", "maxlength": 200},
    )


@cache
def form_for(kinds: tuple[str, ...]) -> type[NotificationsForm]:
    """The form of somebody who may choose about these kinds."""
    fields = {kind: RadioField(validate_choice=False, choices=[]) for kind in kinds}
    return type("NotificationsFormOfKinds", (NotificationsForm,), fields)


@page.route("", methods=["GET", "POST"])
@access(operations.choose)
def notifications() -> str | Response | tuple[str, int]:
    found = operations.notifications(services(), viewer())
    to_choose = [notice for notice in found.notices if len(notice.ways) > 1]
    made = form_for(tuple(notice.kind for notice in to_choose))
    form = made()
    if form.is_submitted():
        try:
            form.must_be_sent()
            chosen = {notice.kind: form[notice.kind].data or "" for notice in to_choose}
            operations.choose(services(), viewer(), chosen, form.email.data)
            return go(url_for("notifications.notifications"), 303)
        except Refused as refused:
            form.refuse(refused)
    else:
        form = made.empty(email=found.email, **{notice.kind: notice.way for notice in to_choose})
    for notice in to_choose:
        form[notice.kind].label.text = word("notice", notice.kind)
        form[notice.kind].choices = offered([(way, word("notice_way", way)) for way in notice.ways])
    html = render_template("notifications.html", found=found, form=form)
    return (html, 400) if form.is_submitted() else html

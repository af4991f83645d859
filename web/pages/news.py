"""What is new for the viewer: answers on signals they reported, support or follow; and how they hear of it by mail."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.widgets import EmailInput

from application import news as operations
from domain.refusal import Refused
from web.context import services, viewer
from web.fields import TextField, offered
from web.forms import CommandForm
from web.going import go
from web.permissions import access
from web.words import choices

page = Blueprint("news", __name__, url_prefix="/news")


class MailForm(CommandForm):
    news = RadioField(
        lazy_gettext("How often"), choices=lambda: offered(choices("news_by")), validate_choice=False, default=""
    )
    email = TextField(
        lazy_gettext("E-mail address at work"),
        widget=EmailInput(),
        render_kw={"autocomplete": "email", "maxlength": 200},
    )


@page.get("")
@access(operations.unheard)
def news() -> str:
    return _page()


def _page(form: MailForm | None = None) -> str:
    found = operations.unheard(services(), viewer())
    form = form or MailForm(obj=found.account)
    return render_template("news.html", rows=found.rows, asked=found.asked, form=form, mail=found.mail)


@page.post("/heard")
@access(operations.hear_all)
def mark() -> Response:
    """All of it has been seen."""
    CommandForm().must_be_sent()
    operations.hear_all(services(), viewer())
    return go(url_for("news.news"), 303)


@page.post("/mail")
@access(operations.choose_mail)
def choose() -> Response | tuple[str, int]:
    """By mail in a daily digest, or not at all; and where to."""
    form = MailForm()
    try:
        form.must_be_sent()
        operations.choose_mail(services(), viewer(), form.news.data, form.email.data)
    except Refused as refused:
        form.refuse(refused)
        return _page(form), 400
    return go(url_for("news.news"), 303)

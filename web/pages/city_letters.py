"""The monthly letter: read by everybody; drafted, edited and sent once by the improvement team."""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, render_template, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField

from application import city_letters as operations
from domain.refusal import Refused
from web.asked import asked
from web.context import services, today, viewer
from web.fields import VersionField
from web.going import go
from web.language import language
from web.permissions import access
from web.public_texts import PublicForm, PublicTextField

page = Blueprint("city_letters", __name__, url_prefix="/letters")

SEND = "send"


class LetterForm(PublicForm):
    what = HiddenField()
    shown = VersionField()
    en = PublicTextField(
        lazy_gettext("The letter, in English"), render_kw={"rows": 16, "maxlength": operations.LONGEST, "lang": "en"}
    )
    nl = PublicTextField(
        lazy_gettext("The letter, in Dutch"), render_kw={"rows": 16, "maxlength": operations.LONGEST, "lang": "nl"}
    )


@page.get("")
@access(operations.letters)
def letters() -> str:
    found = operations.letters(services(), viewer(), asked("month", _month))
    return render_template("city_letters.html", found=found, own="nl" if language() == "nl" else "en", as_of=today())


@page.route("/write", methods=["GET", "POST"])
@access(operations.draft)
def write() -> str | Response | tuple[str, int]:
    """Edit the draft of a month; save it, or send it to everybody."""
    try:
        draft = operations.draft(services(), viewer(), asked("month", _month))
    except Refused:
        # It was sent, perhaps by the same form a moment ago: what stands there is the letter.
        return go(url_for("city_letters.letters"), 303)
    form = LetterForm(data={**draft.texts, "shown": draft.version})
    if form.validate_on_submit():
        try:
            form.must_be_sent()
            texts, sends = {"en": form.en.data, "nl": form.nl.data}, form.what.data == SEND
            operations.write_letter(services(), viewer(), draft.month, texts, form.shown.data or 0, send=sends)
            where = "city_letters.letters" if sends else "city_letters.write"
            return go(url_for(where, month=draft.month.strftime("%Y-%m")), 303)
        except Refused as refused:
            form.refuse(refused)
    html = render_template("city_letter.html", form=form, month=draft.month, saved=draft.version > 0)
    return (html, 400) if form.is_submitted() else html


def _month(text: str) -> date:
    if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) and not text.startswith("0000"):
        return date.fromisoformat(f"{text}-01")
    raise Refused("Choose a month, such as 2026-11.", field="month")

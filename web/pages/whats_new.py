"""What is new: what releases changed for the reader; changes that were delivered, definitions revised and norms set,
each with the signals behind it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from application import changelog as operations
from application import learning
from domain.refusal import Refused
from feedback.change import RecordChange
from web.context import new_id, services, today, viewer
from web.fields import ChosenIdsField, SentIdField
from web.freshness import recorded
from web.language import language
from web.legend import label_of
from web.permissions import access
from web.public_texts import PublicForm, PublicLineField, PublicTextField
from web.releases import releases

page = Blueprint("whats_new", __name__, url_prefix="/whats-new")


class ChangeForm(PublicForm):
    change_id = SentIdField(default=new_id)
    title_en = PublicLineField(lazy_gettext("In a few words, in English"), render_kw={"maxlength": 120, "lang": "en"})
    title_nl = PublicLineField(lazy_gettext("In a few words, in Dutch"), render_kw={"maxlength": 120, "lang": "nl"})
    text_en = PublicTextField(
        lazy_gettext("What is different now, in English"), render_kw={"rows": 3, "maxlength": 1000, "lang": "en"}
    )
    text_nl = PublicTextField(
        lazy_gettext("What is different now, in Dutch"), render_kw={"rows": 3, "maxlength": 1000, "lang": "nl"}
    )
    signal = ChosenIdsField(lazy_gettext("The signals that are delivered with it"))

    def command(self) -> RecordChange:
        """Raises Refused where the form brings no id along."""
        if self.change_id.data is None:
            raise Refused("This form is too old. Reload the page and send it again.")
        return RecordChange(
            change_id=self.change_id.data,
            viewer=viewer(),
            title_en=self.title_en.data,
            title_nl=self.title_nl.data,
            text_en=self.text_en.data,
            text_nl=self.text_nl.data,
            signals=self.signal.data,
        )

    def said(self) -> str:
        """What those who are concerned are told, in the viewer's language."""
        title, text = (self.title_nl, self.text_nl) if language() == "nl" else (self.title_en, self.text_en)
        return f"{title.data}\n\n{text.data}"


@page.get("")
@access(learning.seen)
def whats_new() -> str:
    """What releases changed for the viewer, and, for those who log signals, what became of these."""
    of_releases = [(release, release.for_viewer(viewer())) for release in releases().values()]
    heard = viewer().logs_signals
    found = operations.whats_new(services(), viewer()) if heard else []
    return render_template(
        "whats_new.html",
        releases=[(release, notes) for release, notes in of_releases if notes],
        heard=heard,
        entries=[_entry(entry) for entry in found],
        as_of=today(),
    )


def _entry(entry: operations.Entry) -> dict[str, Any]:
    """An entry in the reader's language."""
    own = "nl" if language() == "nl" else "en"
    return {
        "kind": entry.kind,
        "title": label_of(entry.subject) if entry.subject else entry.titles[own],
        "text": entry.texts[own],
        "signals": entry.signals,
        "on": entry.on,
        "subject": entry.subject,
    }


@page.route("/new", methods=["GET", "POST"])
@access(operations.deliver_change)
def new() -> str | Response | tuple[str, int]:
    """Tell what was delivered; the signals that it came from are delivered with it, all or none."""
    form = ChangeForm(data=_begun())
    if form.validate_on_submit():
        try:
            answer = operations.deliver_change(services(), viewer(), form.command(), form.said(), form.once)
            return recorded(answer.position, "whats_new.whats_new")
        except Refused as refused:
            form.refuse(refused)
    waiting = operations.waiting_for_delivery(services(), viewer())
    html = render_template("change.html", form=form, waiting=waiting)
    return (html, 400) if form.is_submitted() else html


def _begun() -> dict[str, Any]:
    """What an address chooses."""
    return {"signal": request.args.getlist("signal")}

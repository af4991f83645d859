"""What is new: changes that were delivered, definitions revised and norms set, each with the signals behind it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from application import changelog as operations
from domain.refusal import Refused
from feedback.change import RecordChange
from web.context import as_uuid, command_id, new_id, services, today, viewer
from web.forms import sentence
from web.freshness import recorded
from web.language import language
from web.legend import label_of
from web.permissions import access
from web.persons import pointing_at_persons, typed

page = Blueprint("whats_new", __name__, url_prefix="/whats-new")

_TEXTS = ("title_en", "title_nl", "text_en", "text_nl")


@page.get("")
@access(operations.whats_new)
def whats_new() -> str:
    found = operations.whats_new(services(), viewer())
    return render_template("whats_new.html", entries=[_entry(entry) for entry in found], as_of=today())


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
    errors: dict[str, str] = {}
    named = pointing_at_persons(_TEXTS)
    if request.method == "POST" and not named:
        try:
            return _record()
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    waiting = operations.waiting_for_delivery(services(), viewer())
    html = render_template(
        "change.html",
        waiting=waiting,
        errors=errors,
        named=named,
        posted=request.form,
        change_id=new_id(),
        chosen=set(request.values.getlist("signal")),
    )
    return (html, 400) if errors or named else html


def _record() -> Response:
    form = request.form
    ids = list(dict.fromkeys(s for text in form.getlist("signal") if (s := as_uuid(text))))
    texts = {name: typed(name) for name in _TEXTS}
    change_id = as_uuid(form.get("change_id"))
    if change_id is None:
        raise Refused("This form is too old. Reload the page and send it again.")
    command = RecordChange(change_id=change_id, viewer=viewer(), signals=ids, **texts)
    own = "nl" if language() == "nl" else "en"
    said = f"{texts[f'title_{own}']}\n\n{texts[f'text_{own}']}"
    answer = operations.deliver_change(services(), viewer(), command, said, command_id())
    return recorded(answer.position, "whats_new.whats_new")

"""What is new: changes that were delivered, definitions revised and norms set, each with the signals behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from application import rights
from application.signals import opened
from domain.calendar import local_day
from domain.refusal import Refused
from eventlog.commands import Step
from feedback import board, changelog, norms
from feedback.change import Change, RecordChange
from feedback.signal import MoveSignal, SignalState
from feedback.signals import signals
from projections import definitions as revised
from web.context import as_uuid, command_id, moment, new_id, services, today, viewer
from web.forms import sentence
from web.freshness import recorded
from web.language import language
from web.legend import label_of
from web.permissions import access
from web.persons import pointing_at_persons, typed

page = Blueprint("whats_new", __name__, url_prefix="/whats-new")

_TEXTS = ("title_en", "title_nl", "text_en", "text_nl")


@page.get("")
@access(rights.LOG_SIGNALS)
def whats_new() -> str:
    with services().database.read() as connection:
        changes = changelog.latest(connection)
        revisions = [r for r in revised.revisions(connection) if r.withdrawn_at is None]
        holding = norms.holding(connection)
    entries = [_change(row) for row in changes] + [_revision(r) for r in revisions] + [_norm(row) for row in holding]
    entries.sort(key=lambda entry: entry["at"], reverse=True)
    return render_template("whats_new.html", entries=entries, as_of=today())


def _change(row: dict[str, Any]) -> dict[str, Any]:
    own = "nl" if language() == "nl" else "en"
    return {
        "kind": "change", "at": row["recorded_at"], "title": row[f"title_{own}"], "text": row[f"text_{own}"],
        "signals": row["signals"], "on": row["delivered_on"],
    }  # fmt: skip


def _revision(revision: revised.Revision) -> dict[str, Any]:
    return {
        "kind": "definition", "at": revision.revised_at, "title": label_of(revision.subject), "text": revision.reason,
        "signals": [revision.signal_id] if revision.signal_id else [], "on": revision.valid_from,
        "subject": revision.subject,
    }  # fmt: skip


def _norm(row: dict[str, Any]) -> dict[str, Any]:
    at: datetime = row["set_at"]
    return {
        "kind": "norm", "at": at, "title": row["nl" if language() == "nl" else "en"], "text": row["reason"],
        "signals": [row["signal_id"]] if row["signal_id"] else [], "on": local_day(at),
    }  # fmt: skip


@page.route("/new", methods=["GET", "POST"])
@access(rights.DECIDE)
def new() -> str | Response | tuple[str, int]:
    """Tell what was delivered; the signals that it came from are delivered with it, all or none."""
    errors: dict[str, str] = {}
    named = pointing_at_persons(_TEXTS)
    if request.method == "POST" and not named:
        try:
            return _record()
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    states = [SignalState.ACCEPTED, SignalState.PLANNED]
    with services().database.read() as connection:
        waiting = opened(services(), board.board(connection, [signals.c.state.in_(states)], 200), ["seen"])
    html = render_template(
        "change.html", waiting=waiting, errors=errors, named=named, posted=request.form, change_id=new_id(),
        chosen=set(request.values.getlist("signal")),
    )  # fmt: skip
    return (html, 400) if errors or named else html


def _record() -> Response:
    form, me = request.form, viewer()
    ids = list(dict.fromkeys(s for text in form.getlist("signal") if (s := as_uuid(text))))
    texts = {name: typed(name) for name in _TEXTS}
    change_id = as_uuid(form.get("change_id"))
    if change_id is None:
        raise Refused("This form is too old. Reload the page and send it again.")
    record = RecordChange(change_id=change_id, viewer=me, signals=ids, **texts)
    now = moment()
    first: Step[Change] = Step(record, now, command_id())
    parts: list[Any] = [[(services().changes, [first])]]
    own = "nl" if language() == "nl" else "en"
    said = f"{texts[f'title_{own}']}\n\n{texts[f'text_{own}']}"
    for signal_id in ids:
        state = services().signals.state(signal_id)
        plan = [MoveSignal(signal_id=signal_id, viewer=me, transition="plan", on=today())]
        deliver = MoveSignal(signal_id=signal_id, viewer=me, transition="deliver", reason=said[:2000])
        accepted = state is not None and state.state is SignalState.ACCEPTED
        parts.append(services().desk.parts([*(plan if accepted else []), deliver], now, new_id()))
    answer = services().desk.together(parts)
    return recorded(answer.position, "whats_new.whats_new")

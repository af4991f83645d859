"""Signals: log one from any page, see one's own, and the board of the improvement team."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired

from domain.catalogue import load
from domain.refusal import Refused
from feedback import clocks, voices
from feedback import signals as model
from feedback.persons import found_in, without
from feedback.signal import (
    TRANSITIONS,
    Kind,
    LogSignal,
    MoveSignal,
    SignalState,
    SupportSignal,
    open_transitions,
)
from projections.database import Row
from projections.filters import parse
from records import people
from web import exports
from web.context import as_uuid, colleagues, command_id, moment, new_id, services, today, viewer
from web.forms import CommandForm, blank_to_none
from web.freshness import recorded
from web.permissions import access, logs_signals
from web.words import choices

page = Blueprint("signals", __name__, url_prefix="/signals")

# What of an address may come along with a signal: codes and opaque ids of settings, never of a person.
FILTERS = frozenset({"show", "f", "sort", "desc", "field", "is", "week", "from"})
CLOCKS = ("near", "passed")
COLUMNS = (
    SignalState.LOGGED, SignalState.NEEDS_ANSWER, SignalState.TRIAGED, SignalState.IN_DISCUSSION,
    SignalState.ACCEPTED, SignalState.PLANNED, SignalState.DELIVERED, SignalState.REOPENED,
    SignalState.CONFIRMED, SignalState.DECLINED, SignalState.DUPLICATE,
)  # fmt: skip


class SignalForm(CommandForm):
    signal_id = HiddenField(default=lambda: str(new_id()))
    page = HiddenField()
    field = HiddenField()
    filter = HiddenField()
    kind = RadioField(lazy_gettext("What is it about"), [InputRequired()], choices=lambda: choices("signal_kind"))
    seen = TextAreaField(
        lazy_gettext("What do you see"),
        [InputRequired()],
        description=lazy_gettext("Please name no client, neither by name nor by number."),
    )
    expected = TextAreaField(lazy_gettext("What did you expect"))


@page.route("/new", methods=["GET", "POST"])
@access(logs_signals)
def new() -> str | Response | tuple[str, int]:
    form = SignalForm(data=None if request.method == "POST" else _context())
    named = []
    if form.is_submitted() and request.form.get("send") != "anyway":
        named = found_in(form.seen.data, form.expected.data)
    if named and request.form.get("send") == "without":
        form.seen.data, form.expected.data = (without(text.data) for text in (form.seen, form.expected))
        named = []
    if not named and form.is_submitted() and form.validate():
        field = form.field.data if form.field.data in load().fields else None
        command = LogSignal(
            signal_id=as_uuid(form.signal_id.data) or abort(400),
            viewer=viewer(),
            kind=Kind(form.kind.data),
            page=_page_name(form.page.data),
            field=field,
            filter=_only_codes(form.filter.data),
            definition_version=load().version,
            seen=form.seen.data,
            expected=blank_to_none(form.expected.data),
        )
        try:
            answer = services().signals.handle(command, moment(), command_id())
            return recorded(answer.position, "signals.mine")
        except Refused as refused:
            form.refuse(refused)
    status = 400 if form.is_submitted() else 200
    return render_template("signal_new.html", form=form, catalogue=load(), named=named), status


def _context() -> dict[str, str | None]:
    """Page, field and filter of where the viewer came from."""
    here = urlsplit(request.args.get("here", ""))
    query = dict(parse_qsl(here.query))
    return {
        "page": _page_name(request.args.get("page", "")),
        "field": request.args.get("field") or query.get("field"),
        "filter": _only_codes(here.query),
    }


def _page_name(text: str | None) -> str:
    """The name of a page of ours, without the ids in its address."""
    from flask import current_app

    return text if text and text in current_app.view_functions else ""


def _only_codes(query: str | None) -> str | None:
    codes = set(load().fields) | {c for f in load().fields.values() for c in getattr(f.kind, "codes", ())}

    def is_code(name: str, value: str) -> bool:
        return _is_filter(value) if name == "f" else value in codes or value.replace("_", "").isalnum()

    kept = [(name, value) for name, value in parse_qsl(query or "") if name in FILTERS and is_code(name, value)]
    return urlencode(kept) or None


def _is_filter(text: str) -> bool:
    try:
        return str(parse(text)) == text
    except Refused:
        return False


@page.get("/mine")
@access(logs_signals)
def mine() -> str:
    with services().database.read() as connection:
        rows = model.reported_by(connection, viewer().account_id)
    return render_template("signals_mine.html", signals=opened(rows), catalogue=load())


@page.get("")
@access(logs_signals)
def board() -> str:
    rows, everything = _shown()
    columns = [(state, [row for row in rows if row["state"] == state]) for state in COLUMNS]
    counts = {clock: sum(row["clock"] == clock for row in everything) for clock in CLOCKS}
    chosen = {name: request.args[name] for name in ("kind", "field", "state", "clock") if request.args.get(name)}
    return render_template(
        "signals_board.html", columns=columns, kinds=list(Kind), catalogue=load(), total=len(rows), chosen=chosen,
        kind=chosen.get("kind"), clock=chosen.get("clock"), passed=counts["passed"], near=counts["near"],
    )  # fmt: skip


def _shown() -> tuple[list[Row], list[Row]]:
    """The signals that the address asks for, and those before its clock was looked at."""
    kind, field, state = (request.args.get(name) for name in ("kind", "field", "state"))
    conditions: list[Any] = []
    if kind in set(Kind):
        conditions.append(model.signals.c.kind == kind)
    if field in load().fields:
        conditions.append(model.signals.c.field == field)
    if state in set(SignalState):
        conditions.append(model.signals.c.state == state)
    with services().database.read() as connection:
        rows = opened(model.board(connection, conditions))
    clock = request.args.get("clock")
    return [row for row in rows if row["clock"] == clock] if clock in CLOCKS else rows, rows


@page.post("/export")
@access(logs_signals)
def export() -> Response:
    """What the board shows, as a file: no reporter, and nothing by team and role together."""
    command_id()
    rows, _ = _shown()
    columns = ("kind", "state", "logged_on", "page", "field", "support", "due_on", "seen", "expected", "reason")
    table = [[row["logged_at"].date() if name == "logged_on" else row[name] for name in columns] for row in rows]
    kind, name = request.form.get("format", "csv"), f"werkpad-signals-{today().isoformat()}"
    if kind == "json":
        body = json.dumps([dict(zip(columns, line, strict=True)) for line in table], default=str, ensure_ascii=False)
        disposition = f'attachment; filename="{name}.json"'
        return Response(body, mimetype="application/json", headers={"Content-Disposition": disposition})
    about = [(gettext("Made on"), today()), (gettext("Signals"), len(table))]
    return exports.answer(exports.Sheet(gettext("Signals"), about, columns, table), kind, name)


@page.get("/voices")
@access(logs_signals)
def whose_voice() -> str:
    """Whose voice counts: by kind, by role in the city and by team, never crossed, and no group under five."""
    with services().database.read() as connection:
        found = {name: voices.by(connection, name) for name in voices.GROUPS}
        teams = {str(team.team_id): team.name for team in people.all_teams(connection)}
    return render_template("whose_voice.html", found=found, steps=voices.STEPS, teams=teams)


@page.route("/<uuid:signal_id>", methods=["GET", "POST"])
@access(logs_signals)
def one(signal_id: UUID) -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            answer = services().signals.handle(_command(signal_id), moment(), command_id())
            return recorded(answer.position, "signals.one", signal_id=signal_id)
        except Refused as refused:
            message = gettext(refused.message)
            errors[refused.field or "form"] = message % refused.values if refused.values else message
    with services().database.read() as connection:
        row = model.signal(connection, signal_id) or abort(404)
    state = services().signals.state(signal_id) or abort(404)
    html = render_template(
        "signal.html",
        signal=opened([row])[0],
        reopen=_reopen(row),
        steps=open_transitions(state, viewer()),
        may_support=state.reporter != viewer().account_id and viewer().account_id not in state.supporters,
        errors=errors,
        posted=request.form,
        names=colleagues(),
        catalogue=load(),
    )
    return (html, 400) if errors else html


def _command(signal_id: UUID) -> Any:
    step = request.form.get("step", "")
    if step == "support":
        return SupportSignal(signal_id=signal_id, viewer=viewer())
    if step not in TRANSITIONS:
        abort(400)
    original = as_uuid((request.form.get("of") or "").strip().rpartition("/")[2])
    if original is not None and services().signals.state(original) is None:
        raise Refused("There is no such signal.", field="of")
    return MoveSignal(
        signal_id=signal_id, viewer=viewer(), transition=step,
        reason=blank_to_none(request.form.get("reason")), of=original,
    )  # fmt: skip


def opened(rows: list[Row]) -> list[Row]:
    """Signals with their texts opened."""
    opener = services().log.opener([row["signal_id"] for row in rows])
    return [
        row | _clock(row) | {name: opener.text(row[name]) for name in ("seen", "expected", "reason")} for row in rows
    ]


def _clock(row: Row) -> Row:
    """The day that runs for a signal, and whether it has passed or comes near."""
    due_on = clocks.due(SignalState(row["state"]), row["triage_by"], row["answer_by"])
    return {"due_on": due_on, "clock": clocks.standing(due_on, today())}


def _reopen(row: Row) -> str | None:
    """The page as the reporter had it, where its address needs no id; who may see it is asked there."""
    try:
        address = url_for(row["page"])
    except BuildError:
        return None
    return f"{address}?{row['filter']}" if row["filter"] else address

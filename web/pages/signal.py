"""One signal: its whole history, what is said about it, and the steps that the viewer can take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

from application import signal_steps
from application.signal import OneSignal, one_signal
from domain.refusal import Refused
from feedback.signal import TRANSITIONS, AssignSignal, Help, JudgeHelp, Kind, MoveSignal
from web.context import as_uuid, colleagues, command_id, definitions, services, viewer
from web.forms import blank_to_none, day_of, sentence
from web.freshness import recorded
from web.handing import named_team, signal_at
from web.language import language
from web.permissions import access
from web.persons import pointing_at_persons, typed

page = Blueprint("signal", __name__, url_prefix="/signals")

_TEXTS = ("reason", "text", "note", "why", "words")


@page.route("/<uuid:signal_id>", methods=["GET", "POST"])
@access(one_signal)
def one(signal_id: UUID) -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    named: list[str] = []
    if request.method == "POST":
        named = pointing_at_persons(_TEXTS)
        try:
            if not named:
                return recorded(_step_taken(signal_id), "signal.one", signal_id=signal_id)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    found = one_signal(services(), viewer(), signal_id, definitions())
    html = render_template(
        "signal.html",
        **{f.name: getattr(found, f.name) for f in fields(OneSignal)},
        reopen=_reopen(found.signal),
        team_names={t.team_id: t.name for t in found.teams},
        names=colleagues(),
        errors=errors,
        posted=request.form,
        helps=list(Help),
        named=named,
        kinds=list(Kind),
    )
    return (html, 400) if errors or named else html


def _step_taken(signal_id: UUID) -> int:
    """Do what the form asks for; the position to wait for."""
    what = request.form.get("step", "")
    if what in TRANSITIONS:
        return _moved(signal_id, what)
    if what not in _STEPS:
        abort(400)
    return _STEPS[what](signal_id)


def _moved(signal_id: UUID, step: str) -> int:
    form = request.form
    command = MoveSignal(
        signal_id=signal_id,
        viewer=viewer(),
        transition=step,
        reason=blank_to_none(typed("reason")),
        of=signal_at(form.get("of") or form.get("of_address")),
        on=day_of(form.get("on"), "on"),
    )
    # What points at a person was held back already, whatever field it was in.
    return signal_steps.move_signal(
        services(),
        viewer(),
        command,
        command_id(),
        reply_id=as_uuid(form.get("reply")),
        language=language(),
        points_at_nobody=True,
    ).position


def _commented(signal_id: UUID) -> int:
    return signal_steps.comment_on_signal(services(), viewer(), signal_id, typed("text"), command_id()).position


def _noted(signal_id: UUID) -> int:
    return signal_steps.add_note(services(), viewer(), signal_id, typed("note"), command_id()).position


def _assigned(signal_id: UUID) -> int:
    command = AssignSignal(
        signal_id=signal_id,
        viewer=viewer(),
        team=named_team(request.form.get("team", "")),
        person=as_uuid(request.form.get("person")),
        reason=blank_to_none(typed("why")),
    )
    return signal_steps.assign_signal(services(), viewer(), command, command_id()).position


def _classified(signal_id: UUID) -> int:
    kind, field = request.form.get("kind"), request.form.get("field") or None
    if kind not in set(Kind):
        raise Refused("Choose one of these.", field="kind")
    return signal_steps.classify_signal(services(), viewer(), signal_id, Kind(kind), field, command_id()).position


def _judged(signal_id: UUID) -> int:
    if request.form.get("help") not in set(Help):
        raise Refused("Choose one of these.", field="help")
    command = JudgeHelp(
        signal_id=signal_id, viewer=viewer(), help=Help(request.form["help"]), words=blank_to_none(typed("words"))
    )
    return signal_steps.judge_help(services(), viewer(), command, command_id()).position


def _supported(signal_id: UUID, *, back: bool = False) -> int:
    return signal_steps.support_signal(services(), viewer(), signal_id, command_id(), back=back).position


def _followed(signal_id: UUID, *, back: bool = False) -> int:
    return signal_steps.follow_signal(services(), viewer(), signal_id, command_id(), back=back).position


def _redacted(signal_id: UUID) -> int:
    passage = request.form.get("passage", "")
    return signal_steps.redact_passage(services(), viewer(), signal_id, passage, command_id()).position


_STEPS: dict[str, Callable[[UUID], int]] = {
    "support": _supported,
    "no_support": lambda signal_id: _supported(signal_id, back=True),
    "follow": _followed,
    "unfollow": lambda signal_id: _followed(signal_id, back=True),
    "comment": _commented,
    "note": _noted,
    "assign": _assigned,
    "classify": _classified,
    "judge": _judged,
    "redact": _redacted,
}


def _reopen(row: dict[str, Any]) -> str | None:
    """The page as the reporter had it, where its address needs no person's id; who may see it is asked there."""
    chosen: dict[str, Any] = MultiDict(parse_qsl(row["filter"] or "")).to_dict(flat=False)
    try:
        return url_for(row["page"], **{name: v if len(v) > 1 else v[0] for name, v in chosen.items()})
    except BuildError:
        return None

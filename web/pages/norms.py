"""Norms: agreements about proper use of the dashboard; all of them, each with its history, and setting one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from application import rights
from domain.refusal import Refused
from feedback import norms as model
from feedback.norm import SetNorm, WithdrawNorm
from web.context import as_uuid, colleagues, command_id, moment, new_id, services, today, viewer
from web.deciding import deciding_meeting, meetings_to_decide_in, signal_behind
from web.forms import day_of, sentence
from web.freshness import recorded
from web.permissions import access
from web.persons import pointing_at_persons, typed
from web.words import WORDS

page = Blueprint("norms", __name__, url_prefix="/norms")

_TEXTS = ("en", "nl", "reason", "withdrawn_because")


@page.get("")
@access(rights.LOG_SIGNALS)
def norms() -> str:
    with services().database.read() as connection:
        holding, ended = model.holding(connection), model.ended(connection)
    return render_template("norms.html", holding=holding, ended=ended, names=colleagues(), as_of=today())


@page.route("/new", methods=["GET", "POST"])
@access(rights.DECIDE)
def new() -> str | Response | tuple[str, int]:
    return _form(new_id(), None)


@page.route("/<uuid:norm_id>", methods=["GET", "POST"])
@access(rights.DECIDE)
def one(norm_id: UUID) -> str | Response | tuple[str, int]:
    """Put a norm into other words, look at it again, or withdraw it."""
    with services().database.read() as connection:
        found = model.history(connection, norm_id) or abort(404)
    return _form(norm_id, found[0])


def _form(norm_id: UUID, row: dict[str, Any] | None) -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    form = request.form
    # Norms stand in the clear: nobody can take a passage out of one later.
    named = pointing_at_persons(_TEXTS)
    if request.method == "POST" and not named:
        try:
            answer = services().norms.handle(
                _command(norm_id if row else as_uuid(form.get("norm_id"))), moment(), command_id()
            )
            return recorded(answer.position, "norms.norms")
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    with services().database.read() as connection:
        meetings = meetings_to_decide_in(connection)
    here = request.args.get("page")
    given = {
        "en": form.get("en"), "nl": form.get("nl"), "reason": form.get("reason"), "pages": form.getlist("pages"),
        "review_on": form.get("review_on"),
    } if errors or named else row or {"pages": [here] if here in WORDS["page"] else []}  # fmt: skip
    html = render_template(
        "norm.html", norm_id=norm_id, row=row, given=given, errors=errors, named=named, meetings=meetings, posted=form,
        pages=sorted(WORDS["page"], key=lambda name: str(WORDS["page"][name]).casefold()), as_of=today(),
        signal_id=as_uuid(request.values.get("signal")), meeting_id=as_uuid(request.values.get("meeting")),
    )  # fmt: skip
    return (html, 400) if errors or named else html


def _command(norm_id: UUID | None) -> SetNorm | WithdrawNorm:
    form, me, meeting = request.form, viewer(), deciding_meeting()
    if norm_id is None:
        abort(400)
    if form.get("what") == "withdraw":
        return WithdrawNorm(norm_id=norm_id, viewer=me, reason=typed("withdrawn_because"), meeting=meeting)
    return SetNorm(
        norm_id=norm_id, viewer=me, meeting=meeting, en=typed("en"), nl=typed("nl"), reason=typed("reason"),
        pages=[name for name in form.getlist("pages") if name in WORDS["page"]],
        review_on=day_of(form.get("review_on"), "review_on"), signal=signal_behind(meeting),
    )  # fmt: skip

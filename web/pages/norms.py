"""Norms: agreements about proper use of the dashboard; all of them, each with its history, and setting one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from application import norms as operations
from domain.refusal import Refused
from feedback.norm import SetNorm, WithdrawNorm
from web.context import as_uuid, colleagues, command_id, new_id, services, today, viewer
from web.deciding import named_meeting, named_signal
from web.forms import day_of, sentence
from web.freshness import recorded
from web.permissions import access
from web.persons import pointing_at_persons, typed
from web.words import WORDS

page = Blueprint("norms", __name__, url_prefix="/norms")

_TEXTS = ("en", "nl", "reason", "withdrawn_because")


@page.get("")
@access(operations.every_norm)
def norms() -> str:
    found = operations.every_norm(services(), viewer())
    return render_template("norms.html", holding=found.holding, ended=found.ended, names=colleagues(), as_of=today())


@page.route("/new", methods=["GET", "POST"])
@access(operations.set_norm)
def new() -> str | Response | tuple[str, int]:
    return _form(new_id(), None)


@page.route("/<uuid:norm_id>", methods=["GET", "POST"])
@access(operations.set_norm)
def one(norm_id: UUID) -> str | Response | tuple[str, int]:
    """Put a norm into other words, look at it again, or withdraw it."""
    return _form(norm_id, operations.one_norm(services(), viewer(), norm_id))


def _form(norm_id: UUID, row: dict[str, Any] | None) -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    form = request.form
    # Norms stand in the clear: nobody can take a passage out of one later.
    named = pointing_at_persons(_TEXTS)
    if request.method == "POST" and not named:
        try:
            return recorded(_decided(norm_id if row else as_uuid(form.get("norm_id"))), "norms.norms")
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    meetings = operations.meetings_to_set_in(services(), viewer())
    here = request.args.get("page")
    given = (
        {
            "en": form.get("en"),
            "nl": form.get("nl"),
            "reason": form.get("reason"),
            "pages": form.getlist("pages"),
            "review_on": form.get("review_on"),
        }
        if errors or named
        else row or {"pages": [here] if here in WORDS["page"] else []}
    )
    html = render_template(
        "norm.html",
        norm_id=norm_id,
        row=row,
        given=given,
        errors=errors,
        named=named,
        meetings=meetings,
        posted=form,
        pages=sorted(WORDS["page"], key=lambda name: str(WORDS["page"][name]).casefold()),
        as_of=today(),
        signal_id=as_uuid(request.values.get("signal")),
        meeting_id=as_uuid(request.values.get("meeting")),
    )
    return (html, 400) if errors or named else html


def _decided(norm_id: UUID | None) -> int:
    """Withdraw a norm or set it, as the form says; the position to wait for."""
    form, me, meeting = request.form, viewer(), named_meeting()
    if norm_id is None:
        abort(400)
    if form.get("what") == "withdraw":
        withdraw = WithdrawNorm(norm_id=norm_id, viewer=me, reason=typed("withdrawn_because"), meeting=meeting)
        return operations.withdraw_norm(services(), me, withdraw, command_id()).position
    wanted = SetNorm(
        norm_id=norm_id,
        viewer=me,
        meeting=meeting,
        en=typed("en"),
        nl=typed("nl"),
        reason=typed("reason"),
        pages=[name for name in form.getlist("pages") if name in WORDS["page"]],
        review_on=day_of(form.get("review_on"), "review_on"),
        signal=named_signal(),
    )
    return operations.set_norm(services(), me, wanted, command_id()).position

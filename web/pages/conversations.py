"""Monthly conversations: planned by the manager, on figures the coach sees first, with what both agree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from database.rows import Row
from domain.conversation import ConfirmAgreement, NoteAgreement, PlanConversation, ShareSheet
from domain.refusal import Refused
from domain.roles import Role
from projections import caseload_figures, contacts, data_gaps
from projections import conversations as model
from projections.caseload import Scope
from records import people
from web.context import as_uuid, colleagues, command_id, moment, services, today, viewer
from web.forms import needed_day, sentence
from web.freshness import recorded
from web.permissions import access, only

page = Blueprint("conversations", __name__, url_prefix="/conversations")

MINUTES_IN = timedelta(weeks=4)


@page.route("", methods=["GET", "POST"])
@access(only(Role.WORK_COACH, Role.TEAM_MANAGER))
def conversations() -> str | Response | tuple[str, int]:
    me = viewer()
    plans = me.role is Role.TEAM_MANAGER
    with services().database.read() as connection:
        rows = model.of(connection, me.account_id)
        coaches = people.coaches(connection, me.team_id) if plans and me.team_id else []
    errors = []
    if request.method == "POST":
        if not plans:
            abort(403)
        try:
            answer = services().conversations.handle(_plan({c.account_id for c in coaches}), moment(), command_id())
            return recorded(answer.position, "conversations.conversations")
        except Refused as refused:
            errors.append(sentence(refused))
    html = render_template(
        "conversations.html", rows=rows, plans=plans, coaches=coaches, names=colleagues(), errors=errors,
        posted=request.form, as_of=today(),
    )  # fmt: skip
    return (html, 400) if errors else html


def _plan(coaches: set[UUID]) -> PlanConversation:
    coach_id, team_id = as_uuid(request.form.get("coach")), viewer().team_id
    if coach_id not in coaches or coach_id is None or team_id is None:
        raise Refused("Choose a coach of your team.", field="coach")
    held_on = needed_day(request.form.get("held_on"), "held_on")
    return PlanConversation(
        conversation_id=command_id(), coach=coach_id, team=team_id, held_on=held_on, figures=sheet(coach_id)
    )


def sheet(coach_id: UUID) -> dict[str, int]:
    """A coach's own figures of today, from the read models that the coach's own pages use."""
    as_of = today()
    with services().database.read() as connection:
        found = caseload_figures.totals(connection, as_of, Scope(coach_id=coach_id))
        totals: dict[str, int] = {}
        for team in found.values():
            totals = {name: totals.get(name, 0) + number for name, number in team.items()}
        listed = len(data_gaps.listed(connection, as_of, coach_id))
        minutes = contacts.minutes_by_day(connection, coach_id, as_of - MINUTES_IN)
    shown = {name: totals.get(name, 0) for name in ("open", "no_plan", "not_seen", "contact_due")}
    return shown | {
        "listed": listed,
        "minutes_with_client": sum(day[1] for day in minutes),
        "minutes_administration": sum(day[2] for day in minutes),
    }


@page.route("/<uuid:conversation_id>", methods=["GET", "POST"])
@access(only(Role.WORK_COACH, Role.TEAM_MANAGER))
def one(conversation_id: UUID) -> str | Response | tuple[str, int]:
    """The sheet of one conversation: the coach sees it first, the manager from then on or on the day itself."""
    me = viewer()
    with services().database.read() as connection:
        row = model.conversation(connection, conversation_id) or abort(404)
    if me.account_id not in (row["coach_id"], row["planned_by"]):
        abort(404)
    errors = []
    if request.method == "POST":
        try:
            answer = services().conversations.handle(_step(conversation_id, row), moment(), command_id())
            return recorded(answer.position, "conversations.one", conversation_id=conversation_id)
        except Refused as refused:
            errors.append(sentence(refused))
    is_coach = me.account_id == row["coach_id"]
    html = render_template(
        "conversation.html", c=row, is_coach=is_coach, names=colleagues(), errors=errors, words=_words(row),
        figures=services().log.opener([conversation_id]).text(row["figures"]) or [],
        open_to_me=is_coach or row["seen_on"] is not None or row["held_on"] <= today(), posted=request.form,
        may_confirm=row["agreement"] and row["noted_by"] != me.account_id and row["confirmed_on"] is None,
        now=sheet(row["coach_id"]) if is_coach or row["seen_on"] else {},
    )  # fmt: skip
    return (html, 400) if errors else html


def _step(conversation_id: UUID, row: Row) -> Any:
    what = request.form.get("what")
    if what == "share":
        return ShareSheet(conversation_id=conversation_id, remark=request.form.get("remark", ""))
    if what == "note":
        return NoteAgreement(conversation_id=conversation_id, text=request.form.get("text", ""))
    if what == "confirm":
        return ConfirmAgreement(conversation_id=conversation_id, noted_by=row["noted_by"])
    raise Refused("Choose what happened.")


def _words(row: Row) -> dict[str, str]:
    """The remark and what was agreed, opened out of the log."""
    wanted = {"remark": (row["remark"], "remark"), "agreement": (row["agreement"], "text")}
    versions = [version for version, _ in wanted.values() if version]
    events = services().log.versions(row["conversation_id"], versions)
    opener = services().log.opener([row["conversation_id"]])
    return {
        name: opener.value(events[version], attribute) or ""
        for name, (version, attribute) in wanted.items()
        if version in events
    }

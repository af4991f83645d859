"""Review meetings: planning one, its agenda, recording what was decided, confirming it, and the minutes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from application import meetings as operations
from application import minutes as views
from application import rights
from application.meetings import AgendaChange, ItemDecided, MeetingRecord
from application.minutes import Minutes
from domain.refusal import Refused
from feedback.meeting import Decision, PlanMeeting
from web.context import as_uuid, colleagues, command_id, new_id, services, today, viewer
from web.forms import blank_to_none, day_of, sentence
from web.freshness import recorded
from web.handing import named_team, signal_at
from web.language import day
from web.permissions import access
from web.persons import pointing_at_persons, typed
from web.words import word

page = Blueprint("meetings", __name__, url_prefix="/meetings")


@page.route("", methods=["GET", "POST"])
@access(views.all_meetings)
def meetings() -> str | Answer | tuple[str, int]:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            meeting_id = as_uuid(request.form.get("meeting_id")) or abort(400)
            answer = operations.plan_meeting(services(), viewer(), _plan(meeting_id), command_id())
            return recorded(answer.position, "meetings.one", meeting_id=meeting_id)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    found = views.all_meetings(services(), viewer())
    html = render_template(
        "meetings.html",
        found=found,
        errors=errors,
        meeting_id=new_id(),
        posted=request.form,
        may_plan=rights.DECIDE.held_by(viewer()),
    )
    return (html, 400) if errors else html


def _plan(meeting_id: UUID) -> PlanMeeting:
    form = request.form
    return PlanMeeting(
        meeting_id=meeting_id,
        viewer=viewer(),
        team=named_team(form.get("team", "")),
        held_on=day_of(form.get("held_on"), "held_on"),
        begins=form.get("begins", ""),
        place=form.get("place", ""),
    )


@page.get("/<uuid:meeting_id>")
@access(views.minutes)
def one(meeting_id: UUID) -> str:
    """What lies ahead: the agenda. What was recorded or held: the minutes."""
    found = views.minutes(services(), viewer(), meeting_id)
    if found is None or (found.leads and found.recorded and "anew" in request.args):
        return _agenda(meeting_id)
    return _minutes(found)


def _agenda(meeting_id: UUID, errors: dict[str, str] | None = None, named: Sequence[str] = ()) -> str:
    return render_template(
        "meeting.html",
        found=views.agenda(services(), viewer(), meeting_id),
        decisions=list(Decision),
        errors=errors or {},
        posted=request.form,
        names=colleagues(),
        as_of=today(),
        named=named,
    )


def _minutes(found: Minutes, errors: dict[str, str] | None = None) -> str:
    return render_template("minutes.html", found=found, errors=errors or {})


@page.post("/<uuid:meeting_id>/agenda")
@access(operations.arrange_agenda)
def arrange(meeting_id: UUID) -> Answer | tuple[str, int]:
    form = request.form
    up, first, out = (as_uuid(form.get(name)) for name in ("up", "first", "out"))
    change = AgendaChange(up, first, out, back=form.get("back") == "all")
    return _done(meeting_id, lambda: operations.arrange_agenda(services(), viewer(), meeting_id, change, command_id()))


@page.post("/<uuid:meeting_id>/move")
@access(operations.plan_meeting)
def move(meeting_id: UUID) -> Answer | tuple[str, int]:
    """Move a meeting to another day, time or place."""
    return _done(meeting_id, lambda: operations.plan_meeting(services(), viewer(), _plan(meeting_id), command_id()))


@page.post("/<uuid:meeting_id>/cancel")
@access(operations.cancel_meeting)
def cancel(meeting_id: UUID) -> Answer | tuple[str, int]:
    return _done(meeting_id, lambda: operations.cancel_meeting(services(), viewer(), meeting_id, command_id()))


@page.post("/<uuid:meeting_id>/decisions")
@access(operations.record_decisions)
def decide(meeting_id: UUID) -> Answer | tuple[str, int]:
    """Record the decisions; the page says which one can't be carried out."""
    form = request.form
    if named := pointing_at_persons([name for name in form if name == "remarks" or name.startswith("reason-")]):
        return _agenda(meeting_id, named=named), 400
    return _done(
        meeting_id, lambda: operations.record_decisions(services(), viewer(), _record(meeting_id), command_id())
    )


def _record(meeting_id: UUID) -> MeetingRecord:
    form = request.form
    chosen = [
        (signal_id, Decision(form[f"decision-{signal_id}"]))
        for text in dict.fromkeys(form.getlist("item"))
        if (signal_id := as_uuid(text)) and form.get(f"decision-{signal_id}") in set(Decision)
    ]
    return MeetingRecord(
        meeting_id,
        present=[account_id for text in form.getlist("present") if (account_id := as_uuid(text))],
        items=[_item(signal_id, decision) for signal_id, decision in chosen],
        remarks=blank_to_none(typed("remarks")),
    )


def _item(signal_id: UUID, decision: Decision) -> ItemDecided:
    form = request.form
    try:
        planned_for = day_of(form.get(f"on-{signal_id}"), "on")
    except Refused as refused:
        raise Refused(refused.message, field=f"item-{signal_id}") from None
    return ItemDecided(
        signal_id,
        decision,
        of=signal_at(form.get(f"of-{signal_id}")),
        on=planned_for,
        reason=blank_to_none(typed(f"reason-{signal_id}")),
    )


def _done(meeting_id: UUID, operation: Callable[[], Any]) -> Answer | tuple[str, int]:
    try:
        answer = operation()
    except Refused as refused:
        return _agenda(meeting_id, {refused.field or "form": sentence(refused)}), 400
    return recorded(answer.position, "meetings.one", meeting_id=meeting_id)


@page.post("/<uuid:meeting_id>/confirmation")
@access(operations.confirm_decisions)
def confirm(meeting_id: UUID) -> Answer | tuple[str, int]:
    """Confirm what somebody else recorded: it takes effect."""
    version = request.form.get("recorded", type=int) or 0
    try:
        answer = operations.confirm_decisions(services(), viewer(), meeting_id, version, command_id())
    except Refused as refused:
        found = views.minutes(services(), viewer(), meeting_id)
        errors = {refused.field or "form": sentence(refused)}
        return (_minutes(found, errors) if found else _agenda(meeting_id, errors)), 400
    return recorded(answer.position, "meetings.one", meeting_id=meeting_id)


@page.get("/<uuid:meeting_id>/minutes.txt")
@access(views.minutes)
def minutes_text(meeting_id: UUID) -> Response:
    """The minutes as plain text, to take along."""
    found = views.minutes(services(), viewer(), meeting_id)
    if found is None or found.recorded:
        abort(404)
    held_on = found.meeting["held_on"]
    title = gettext("Minutes of the review meeting of %(day)s", day=day(held_on))
    lines = [f"{title}, {found.team or gettext('the city')}", ""]
    lines += [gettext("Present: %(names)s", names=", ".join(found.present)), ""]
    for nth, item in enumerate(found.items, start=1):
        kind = word("signal_kind", item.signal["kind"]) if item.signal else gettext("(erased)")
        lines.append(f"{nth}. {kind}: {(item.signal or {}).get('seen') or gettext('(erased)')}")
        planned = f", {day(item.on)}" if item.on else ""
        original = f" → {item.original['seen'] or gettext('(erased)')}" if item.original else ""
        lines.append(f"   {word('decision', item.decision)}{planned}{original}")
        lines += [f"   {item.reason}"] if item.reason else []
        lines.append("")
    lines += [gettext("Remarks"), found.remarks] if found.remarks else []
    return Response(
        "\n".join(lines) + "\n",
        mimetype="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="werkpad-{held_on.isoformat()}.txt"'},
    )

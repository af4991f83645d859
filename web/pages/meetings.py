"""Review meetings: planning one, its agenda, recording what was decided, confirming it, and the minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from application import meetings as operations
from application import minutes as views
from application import rights
from application.minutes import Minutes
from application.services import Services
from domain.refusal import Refused
from domain.roles import Viewer
from web.asked import one_of
from web.context import colleagues, services, today, viewer
from web.forms import CommandForm
from web.freshness import recorded
from web.language import day
from web.meeting_forms import AgendaForm, ConfirmationForm, DecisionsForm, PlanForm
from web.permissions import access
from web.words import word

page = Blueprint("meetings", __name__, url_prefix="/meetings")


@page.route("", methods=["GET", "POST"])
@access(views.all_meetings)
def meetings() -> str | Answer | tuple[str, int]:
    form = PlanForm()
    if form.validate_on_submit():
        try:
            meeting_id = form.meeting_id.data or abort(400)
            answer = operations.plan_meeting(services(), viewer(), form.command(meeting_id), form.once)
            return recorded(answer.position, "meetings.one", meeting_id=meeting_id)
        except Refused as refused:
            form.refuse(refused)
    found = views.all_meetings(services(), viewer())
    form.team.offer(found.led, city_first=False)
    if found.led and not form.is_submitted():
        form.team.data = found.led[0].team_id
    html = render_template("meetings.html", found=found, form=form, may_plan=rights.DECIDE.held_by(viewer()))
    return (html, 400) if form.is_submitted() else html


@page.get("/<uuid:meeting_id>")
@access(views.minutes)
def one(meeting_id: UUID) -> str:
    """What lies ahead: the agenda. What was recorded or held: the minutes."""
    found = views.minutes(services(), viewer(), meeting_id)
    if found is None or (found.leads and found.recorded and one_of("anew", {"1"})):
        return _agenda(meeting_id)
    return _minutes(found)


def _agenda(meeting_id: UUID, sent: CommandForm | None = None) -> str:
    """The agenda, with the form that was sent as it was sent."""
    found = views.agenda(services(), viewer(), meeting_id)
    meeting = found.meeting
    planned = {name: getattr(meeting, name) for name in ("held_on", "begins", "place")}
    return render_template(
        "meeting.html",
        found=found,
        sent=sent,
        form=sent if isinstance(sent, DecisionsForm) else DecisionsForm.empty(present=[viewer().account_id]),
        plan=sent if isinstance(sent, PlanForm) else PlanForm.empty(**planned),
        names=colleagues(),
        as_of=today(),
    )


def _minutes(found: Minutes, sent: ConfirmationForm | None = None) -> str:
    return render_template("minutes.html", found=found, sent=sent)


@page.post("/<uuid:meeting_id>/agenda")
@access(operations.arrange_agenda)
def arrange(meeting_id: UUID) -> Answer | tuple[str, int]:
    form = AgendaForm()
    return _done(meeting_id, form, lambda: operations.arrange_agenda(*_me(), meeting_id, form.change(), form.once))


@page.post("/<uuid:meeting_id>/move")
@access(operations.plan_meeting)
def move(meeting_id: UUID) -> Answer | tuple[str, int]:
    """Move a meeting to another day, time or place."""
    form = PlanForm()
    return _done(meeting_id, form, lambda: operations.plan_meeting(*_me(), form.command(meeting_id), form.once))


@page.post("/<uuid:meeting_id>/cancel")
@access(operations.cancel_meeting)
def cancel(meeting_id: UUID) -> Answer | tuple[str, int]:
    form = CommandForm()
    return _done(meeting_id, form, lambda: operations.cancel_meeting(*_me(), meeting_id, form.once))


@page.post("/<uuid:meeting_id>/decisions")
@access(operations.record_decisions)
def decide(meeting_id: UUID) -> Answer | tuple[str, int]:
    """Record the decisions; the page says which one can't be carried out."""
    form = DecisionsForm()
    return _done(meeting_id, form, lambda: operations.record_decisions(*_me(), form.record(meeting_id), form.once))


def _me() -> tuple[Services, Viewer]:
    return services(), viewer()


def _done(meeting_id: UUID, form: CommandForm, operation: Callable[[], Any]) -> Answer | tuple[str, int]:
    if form.validate():
        try:
            return recorded(operation().position, "meetings.one", meeting_id=meeting_id)
        except Refused as refused:
            form.refuse(refused)
    return _agenda(meeting_id, form), 400


@page.post("/<uuid:meeting_id>/confirmation")
@access(operations.confirm_decisions)
def confirm(meeting_id: UUID) -> Answer | tuple[str, int]:
    """Confirm what somebody else recorded: it takes effect."""
    form = ConfirmationForm()
    try:
        answer = operations.confirm_decisions(*_me(), meeting_id, form.recorded.data or 0, form.once)
    except Refused as refused:
        form.refuse(refused)
        found = views.minutes(services(), viewer(), meeting_id)
        return (_minutes(found, form) if found else _agenda(meeting_id, form)), 400
    return recorded(answer.position, "meetings.one", meeting_id=meeting_id)


@page.get("/<uuid:meeting_id>/minutes.txt")
@access(views.minutes)
def minutes_text(meeting_id: UUID) -> Response:
    """The minutes as plain text, to take along."""
    found = views.minutes(services(), viewer(), meeting_id)
    if found is None or found.recorded:
        abort(404)
    held_on = found.meeting.held_on
    title = gettext("Minutes of the review meeting of %(day)s", day=day(held_on))
    lines = [f"{title}, {found.team or gettext('the city')}", ""]
    lines += [gettext("Present: %(names)s", names=", ".join(found.present)), ""]
    for nth, item in enumerate(found.items, start=1):
        kind = word("signal_kind", item.signal.kind) if item.signal else gettext("(erased)")
        lines.append(f"{nth}. {kind}: {(item.signal and item.signal.seen) or gettext('(erased)')}")
        planned = f", {day(item.on)}" if item.on else ""
        original = f" → {item.original.seen or gettext('(erased)')}" if item.original else ""
        lines.append(f"   {word('decision', item.decision)}{planned}{original}")
        lines += [f"   {item.reason}"] if item.reason else []
        lines.append("")
    lines += [gettext("Remarks"), found.remarks] if found.remarks else []
    return Response(
        "\n".join(lines) + "\n",
        mimetype="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="werkpad-{held_on.isoformat()}.txt"'},
    )

"""Review meetings: planning one, its agenda, recording what was decided in one go, and the minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from application import rights
from application.meetings import invited, require_invited
from database.rows import Row
from domain.refusal import Refused
from eventlog.commands import Step
from feedback import meetings as model
from feedback import norms
from feedback.meeting import (
    ArrangeAgenda,
    CancelMeeting,
    Decided,
    Decision,
    Meeting,
    PlanMeeting,
    RecordDecisions,
    leads,
    steps_to,
)
from feedback.signal import MoveSignal, SignalMoved, texts_of
from records import people
from web.context import as_uuid, colleagues, command_id, moment, new_id, services, today, viewer
from web.forms import blank_to_none, day_of, sentence
from web.freshness import recorded
from web.handing import signal_at, team_or_city
from web.language import day
from web.pages.signals import chosen_rows, opened
from web.permissions import access
from web.persons import pointing_at_persons, typed
from web.words import word

page = Blueprint("meetings", __name__, url_prefix="/meetings")


@page.route("", methods=["GET", "POST"])
@access(rights.LOG_SIGNALS)
def meetings() -> str | Answer | tuple[str, int]:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            meeting_id = as_uuid(request.form.get("meeting_id")) or abort(400)
            answer = services().meetings.handle(_plan(meeting_id), moment(), command_id())
            return recorded(answer.position, "meetings.one", meeting_id=meeting_id)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    with services().database.read() as connection:
        found, teams = _placed(model.latest(connection)), people.all_teams(connection)
    html = render_template(
        "meetings.html", meetings=found, teams=[t for t in teams if leads(viewer(), t.team_id)], errors=errors,
        team_names={t.team_id: t.name for t in teams}, meeting_id=new_id(), posted=request.form,
        may_plan=viewer().decides_signals, as_of=today(),
    )  # fmt: skip
    return (html, 400) if errors else html


def _plan(meeting_id: UUID) -> PlanMeeting:
    form, team = request.form, request.form.get("team", "")
    with services().database.read() as connection:
        chosen = team_or_city(connection, team)
    return PlanMeeting(
        meeting_id=meeting_id, viewer=viewer(), team=chosen, held_on=day_of(form.get("held_on"), "held_on"),
        begins=form.get("begins", ""), place=form.get("place", ""),
    )  # fmt: skip


@page.get("/<uuid:meeting_id>")
@access(rights.LOG_SIGNALS)
def one(meeting_id: UUID) -> str:
    """What lies ahead: the agenda. What was held: the minutes."""
    return _page(meeting_id)


def _page(meeting_id: UUID, errors: dict[str, str] | None = None, named: Sequence[str] = ()) -> str:
    with services().database.read() as connection:
        (row,) = _placed([model.meeting(connection, meeting_id) or abort(404)])
        teams = people.all_teams(connection)
        if row["state"] == model.HELD:
            return render_template("minutes.html", **_minutes(row))
        items, more = model.agenda(connection, row, today())
        again = norms.to_look_at_again(connection, row["held_on"])
    return render_template(
        "meeting.html", meeting=row, items=opened(items), invited=invited(services(), meeting_id),
        decisions=list(Decision),
        leads=leads(viewer(), row["team_id"]), errors=errors or {}, posted=request.form, names=colleagues(),
        team_names={t.team_id: t.name for t in teams}, as_of=today(), named=named, more=more, norms=again,
    )  # fmt: skip


def _placed(rows: list[Row]) -> list[Row]:
    """Meetings with their place opened."""
    opener = services().log.opener([row["meeting_id"] for row in rows])
    return [row | {"place": opener.text(row["place"])} for row in rows]


@page.post("/<uuid:meeting_id>/agenda")
@access(rights.DECIDE)
def arrange(meeting_id: UUID) -> Answer | tuple[str, int]:
    """Put one item of the agenda earlier or first, leave one out, or bring back what was left out."""
    form = request.form
    with services().database.read() as connection:
        row = model.meeting(connection, meeting_id) or abort(404)
        agenda, _ = model.agenda(connection, row, today())
    items = [item["signal_id"] for item in agenda]
    if (up := as_uuid(form.get("up"))) in items:
        at = items.index(up)
        items[max(at - 1, 0) : at + 1] = reversed(items[max(at - 1, 0) : at + 1])
    if (first := as_uuid(form.get("first"))) in items:
        items = [first, *(item for item in items if item != first)]
    out = as_uuid(form.get("out"))
    left_out = [*row["left_out"], *([out] if out in items else [])]
    back = form.get("back") == "all"
    command = ArrangeAgenda(
        meeting_id=meeting_id, viewer=viewer(), order=[i for i in items if i != out], left_out=[] if back else left_out
    )
    return _handled(meeting_id, command)


@page.post("/<uuid:meeting_id>/move")
@access(rights.DECIDE)
def move(meeting_id: UUID) -> Answer | tuple[str, int]:
    """Move a meeting to another day, time or place."""
    try:
        return _handled(meeting_id, _plan(meeting_id))
    except Refused as refused:
        return _page(meeting_id, {refused.field or "form": sentence(refused)}), 400


@page.post("/<uuid:meeting_id>/cancel")
@access(rights.DECIDE)
def cancel(meeting_id: UUID) -> Answer | tuple[str, int]:
    return _handled(meeting_id, CancelMeeting(meeting_id=meeting_id, viewer=viewer()))


def _handled(meeting_id: UUID, command: Any) -> Answer | tuple[str, int]:
    try:
        answer = services().meetings.handle(command, moment(), command_id())
    except Refused as refused:
        return _page(meeting_id, {refused.field or "form": sentence(refused)}), 400
    return recorded(answer.position, "meetings.one", meeting_id=meeting_id)


@page.post("/<uuid:meeting_id>/decisions")
@access(rights.DECIDE)
def decide(meeting_id: UUID) -> Answer | tuple[str, int]:
    """Record the decisions: the signals' states change in one go, or none does and the page says which refused."""
    form, me, now = request.form, viewer(), moment()
    if named := pointing_at_persons([name for name in form if name == "remarks" or name.startswith("reason-")]):
        return _page(meeting_id, named=named), 400
    signal_id: UUID | None = None
    try:
        decided = [
            Decided(signal, Decision(form[f"decision-{signal}"]))
            for text in dict.fromkeys(form.getlist("item"))
            if (signal := as_uuid(text)) and form.get(f"decision-{signal}") in set(Decision)
        ]
        record = RecordDecisions(
            meeting_id=meeting_id, viewer=me, decisions=decided, remarks=blank_to_none(typed("remarks")),
            present=[account for text in form.getlist("present") if (account := as_uuid(text))],
        )  # fmt: skip
        if services().log.written_by(command_id()):
            # Sent twice: the first time did it all, signals included.
            again = services().meetings.handle(record, now, command_id())
            return recorded(again.position, "meetings.one", meeting_id=meeting_id)
        require_invited(services(), meeting_id, record.present)
        # Refused as a whole before any signal is looked at.
        first: Step[Meeting] = Step(record, now, command_id())
        services().meetings.decide([first])
        parts: list[Any] = [[(services().meetings, [first])]]
        for item in decided:
            signal_id = item.signal
            if commands := _commands(item, meeting_id):
                part = services().desk.parts(commands, now, new_id())
                # Each alone first, so that the page can say which one was refused.
                for handler, steps in part:
                    handler.decide(steps)
                parts.append(part)
        signal_id = None
        answer = services().desk.together(parts)
    except Refused as refused:
        where = f"item-{signal_id}" if signal_id else refused.field or "form"
        return _page(meeting_id, {where: sentence(refused)}), 400
    return recorded(answer.position, "meetings.one", meeting_id=meeting_id)


def _commands(item: Decided, meeting_id: UUID) -> list[MoveSignal]:
    state = services().signals.state(item.signal)
    if state is None:
        raise Refused("There is no such signal.")
    form, steps = request.form, steps_to(state.state, item.decision)
    original = signal_at(form.get(f"of-{item.signal}"))
    planned_for = day_of(form.get(f"on-{item.signal}"), "on")
    reason = blank_to_none(typed(f"reason-{item.signal}"))
    if item.decision is Decision.DUPLICATE and original is not None and services().signals.state(original) is None:
        raise Refused("There is no such signal.", field="of")
    return [
        MoveSignal(
            signal_id=item.signal, viewer=viewer(), transition=step, of=original, on=planned_for, meeting=meeting_id,
            reason=reason if step == steps[-1] else None,
        )
        for step in steps
    ]  # fmt: skip


def _minutes(row: Row) -> dict[str, Any]:
    """The minutes: who was there, and each item with what was decided and why."""
    ids = [signal_id for signal_id, _ in row["decisions"]]
    with services().database.read() as connection:
        shown = chosen_rows(connection, ids)
        teams = {t.team_id: t.name for t in people.all_teams(connection)}
    opener = services().log.opener([row["meeting_id"], *ids])
    decided = []
    for signal_id, decision in row["decisions"]:
        events = services().log.stream(signal_id)
        texts = texts_of(events, opener.stream(signal_id))
        moves = [e for e in events if isinstance(e, SignalMoved) and e.meeting == row["meeting_id"]]
        said = [texts.get(f"{event.originator_version}.reason") for event in moves]
        decided.append(
            {
                "signal": shown.get(signal_id), "signal_id": signal_id, "decision": decision,
                "reason": next(filter(None, said), None), "on": next((e.on for e in moves if e.on), None),
                "of": next((e.of for e in moves if e.of), None),
            }
        )  # fmt: skip
    with services().database.read() as connection:
        originals = chosen_rows(connection, [item["of"] for item in decided if item["of"]])
    items = [item | {"original": originals.get(item["of"])} for item in decided]
    present = [colleagues().get(account, "–") for account in row["present"]]
    return {
        "meeting": row, "present": present, "items": items, "remarks": opener.text(row["remarks"]),
        "team": teams.get(row["team_id"]) if row["team_id"] else gettext("the city"),
        "may_decide": viewer().decides_signals and viewer().account_id in row["present"],
    }  # fmt: skip


@page.get("/<uuid:meeting_id>/minutes.txt")
@access(rights.LOG_SIGNALS)
def minutes_text(meeting_id: UUID) -> Response:
    """The minutes as plain text, to take along."""
    with services().database.read() as connection:
        row = model.meeting(connection, meeting_id) or abort(404)
    if row["state"] != model.HELD:
        abort(404)
    found = _minutes(row)
    title = gettext("Minutes of the review meeting of %(day)s", day=day(row["held_on"]))
    lines = [f"{title}, {found['team']}", ""]
    lines += [gettext("Present: %(names)s", names=", ".join(found["present"])), ""]
    for nth, item in enumerate(found["items"], start=1):
        signal = item["signal"]
        lines.append(f"{nth}. {word('signal_kind', signal['kind'])}: {signal['seen'] or gettext('(erased)')}")
        planned = f", {day(item['on'])}" if item["on"] else ""
        original = f" → {item['original']['seen'] or gettext('(erased)')}" if item["original"] else ""
        lines.append(f"   {word('decision', item['decision'])}{planned}{original}")
        lines += [f"   {item['reason']}"] if item["reason"] else []
        lines.append("")
    lines += [gettext("Remarks"), found["remarks"]] if found["remarks"] else []
    name = f"werkpad-{row['held_on'].isoformat()}.txt"
    return Response(
        "\n".join(lines) + "\n", mimetype="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )  # fmt: skip

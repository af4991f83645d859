"""Today: what a coach can best do now, why each thing stands here, and one step to do it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from application import rights
from database.rows import Row
from domain.calendar import Week
from domain.client import FinishTask, PlanTask, SettlePromise, TaskKind
from domain.refusal import Refused
from eventlog.events import Event
from eventlog.sealing import Opener
from projections import agenda, caseload, contacts, data_gaps, proposals
from projections.caseload import Scope
from projections.filters import count_each, quick
from records import drafts
from web import plots
from web.context import (
    as_uuid,
    colleagues,
    command_id,
    definitions,
    display_names,
    moment,
    recordable_client,
    services,
    today,
    viewer,
)
from web.forms import day_of
from web.freshness import recorded
from web.permissions import access

page = Blueprint("today", __name__)

AT_MOST = 4  # of each kind: the day has to fit on a screen
SOON = timedelta(days=7)
WEEKS_BACK = 8


@page.get("/today")
@access(rights.COACH_CLIENTS)
def today_page() -> str:
    me, as_of = viewer(), today()
    scope = Scope(coach_id=me.account_id)
    with services().database.read() as connection:
        items = agenda.open_items(connection, scope, as_of)
        due = caseload.clients(connection, scope, [quick("contact_due", as_of)], limit=AT_MOST)
        wanted = {name: quick(name, as_of) for name in ("contact_due", "not_seen", "never_seen", "no_plan")}
        numbers = count_each(connection, scope, [], wanted | {"open": caseload.is_open()})
        deadlines = data_gaps.due_between(connection, me.account_id, as_of, as_of + SOON)
        missing = data_gaps.count_listed(connection, as_of, me.account_id)
        quiet = caseload.clients(connection, scope, [quick("not_seen", as_of)], order="last_seen_on", limit=AT_MOST)
        without_offer = len(proposals.without_any(connection, scope))
        asked = agenda.transfers_waiting(connection, coach_id=me.account_id)
        left = drafts.of_account(connection, me.account_id)
        minutes = contacts.minutes_by_day(connection, me.account_id, as_of - timedelta(weeks=WEEKS_BACK))
    calls = [i for i in items if i["kind"] == TaskKind.CALL_BACK]
    others = [i for i in items if i["kind"] != TaskKind.CALL_BACK]
    shown = [*calls[:AT_MOST], *others[:AT_MOST]]
    drafted = [client_id for client_id, _, _ in left]
    with services().database.read() as connection:
        drafted_rows = caseload.these(connection, scope, drafted) if drafted else []
    open_clients, words = numbers["open"], _words([*shown, *asked])
    return render_template(
        "today.html", as_of=as_of, calls=calls[:AT_MOST], tasks=others[:AT_MOST], more=len(items) - len(shown),
        words=words, due=due, numbers=numbers, deadlines=deadlines[:AT_MOST], deadline_count=len(deadlines),
        missing=missing, quiet=quiet, without_offer=without_offer, asked=asked,
        names=display_names([*shown, *due, *quiet, *asked, *drafted_rows, *deadlines[:AT_MOST]]),
        drafts=[(row, form, at) for row in drafted_rows for c, form, at in left if c == row["client_id"]],
        open_clients=open_clients, limits=definitions().limits, load=plots.strip([open_clients], definitions().limits),
        weeks=_by_week(minutes), stands_in_for=me.stands_in_for, colleagues=colleagues(),
    )  # fmt: skip


def _words(items: list[Row]) -> dict[tuple[UUID, int], str]:
    """What was written of each, opened out of the log for those on the page."""
    opener = services().log.opener([i["client_id"] for i in items])
    events = services().log.at([(i["client_id"], i["words"]) for i in items])
    return {place: _said(event, opener) for place, event in events.items()}


def _said(event: Event, opener: Opener) -> str:
    attribute = next((a for a in ("what", "agreed_next", "reason") if hasattr(event, a)), "what")
    return opener.value(event, attribute) or ""


def _by_week(days: list[tuple[date, int, int]]) -> list[tuple[str, int, int]]:
    """Minutes with clients and on administration of each ISO week, the latest first."""
    weeks: dict[Week, list[int]] = {}
    for day, with_clients, administration in days:
        sums = weeks.setdefault(Week.of(day), [0, 0])
        sums[0] += with_clients
        sums[1] += administration
    return [(str(week), sums[0], sums[1]) for week, sums in sorted(weeks.items(), reverse=True)]


@page.post("/clients/<uuid:client_id>/tasks")
@access(rights.COACH_CLIENTS)
def plan_task(client_id: UUID) -> Response:
    """Note something to be done for a client, or that the client called."""
    recordable_client(client_id)
    kind = request.form.get("kind", TaskKind.OWN)
    if kind not in set(TaskKind):
        raise Refused("Choose what it is.", field="kind")
    due_on = day_of(request.form.get("due_on"), "due_on") or today()
    command = PlanTask(
        client_id=client_id, task_id=command_id(), what=request.form.get("what", ""), due_on=due_on,
        kind=TaskKind(kind),
    )  # fmt: skip
    answer = services().clients.handle(command, moment(), command_id())
    return recorded(answer.position, "client.client", client_id=client_id)


@page.post("/clients/<uuid:client_id>/tasks/<uuid:item_id>")
@access(rights.COACH_CLIENTS)
def finish(client_id: UUID, item_id: UUID) -> Response:
    """Tick off a task, or say what became of a promise."""
    recordable_client(client_id)
    if request.form.get("kind") == agenda.PROMISE:
        kept = request.form.get("kept", "1") == "1"
        command: FinishTask | SettlePromise = SettlePromise(client_id=client_id, contact_id=item_id, kept=kept)
    else:
        command = FinishTask(client_id=client_id, task_id=item_id)
    answer = services().clients.handle(command, moment(), command_id())
    back = as_uuid(request.form.get("back"))
    if back is not None:
        return recorded(answer.position, "client.client", client_id=client_id)
    return recorded(answer.position, "today.today_page")

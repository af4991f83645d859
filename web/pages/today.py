"""Today: what a coach can best do now, why each thing stands here, and one step to do it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response
from wtforms import StringField

from application import invitations, tasks
from application import today as view
from domain.refusal import Refused
from web import plots, tasks_return
from web.asked import one_of
from web.client_forms import TaskForm
from web.context import colleagues, definitions, look, services
from web.fields import IdField
from web.forms import CommandForm
from web.freshness import recorded
from web.pages.client import file_page
from web.permissions import access

page = Blueprint("today", __name__)


class FinishForm(CommandForm):
    kind = StringField("")
    kept = StringField("", default="1")
    back = IdField()
    to = StringField("", default="")


@page.get("/today")
@access(view.today)
def today_page() -> str:
    everything = one_of("all", {"yes"}) is not None
    day, limits = view.today(services(), look(), everything=everything), definitions().limits
    open_clients = day.numbers["open"]
    return render_template(
        "today.html",
        as_of=day.as_of,
        agreed=day.agreed,
        ended=day.ended,
        noted=day.noted,
        consents=day.consents,
        exempt=day.exempt,
        taken_over=day.taken_over,
        invited=invitations.unanswered(services(), look(), most=view.AT_MOST),
        calls=day.calls,
        tasks=day.tasks,
        call_count=day.call_count,
        task_count=day.task_count,
        words=day.texts,
        due=day.due,
        numbers=day.numbers,
        deadlines=day.deadlines,
        deadline_count=day.deadline_count,
        missing=day.missing,
        quiet=day.quiet,
        changed=day.changed,
        new=day.new,
        without_offer=day.without_offer,
        asked=day.asked,
        names=day.names,
        drafts=day.drafts,
        meetings=day.meetings,
        undelivered=day.undelivered,
        undelivered_count=day.undelivered_count,
        open_clients=open_clients,
        limits=limits,
        load=plots.strip([open_clients], limits),
        weeks=[(str(week), *minutes) for week, *minutes in day.minutes],
        standing_in=day.standing_in,
        colleagues=colleagues(),
    )


@page.post("/clients/<uuid:client_id>/tasks")
@access(tasks.plan_task)
def plan_task(client_id: UUID) -> Response | tuple[str, int]:
    """Note something to be done for a client, or that the client called."""
    form = TaskForm()
    try:
        form.check()
        what, due_on, kind = form.what.data, form.due_on.data, form.kind.data
        answer = tasks.plan_task(services(), look(), client_id, what, due_on, kind, form.once)
    except Refused as refused:
        form.refuse(refused)
        return file_page(client_id, task_form=form), 400
    return recorded(answer.position, "client.client", client_id=client_id)


@page.post("/clients/<uuid:client_id>/tasks/<uuid:item_id>")
@access(tasks.finish_item)
def finish(client_id: UUID, item_id: UUID) -> Response:
    """Tick off a task, or say what became of a promise."""
    form = FinishForm()
    kind, kept = form.kind.data, form.kept.data == "1"
    answer = tasks.finish_item(services(), look(), client_id, item_id, kind, kept=kept, command_id=form.once)
    if (there := tasks_return.place(form.to.data)) is not None:
        return recorded(answer.position, "tasks.mine", **there)
    if form.back.data is not None:
        return recorded(answer.position, "client.client", client_id=client_id)
    return recorded(answer.position, "today.today_page")

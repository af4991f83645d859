"""All tasks and commitments of a coach on one page, and that one of them waits for somebody else."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from application import my_tasks, tasks
from domain.refusal import Refused
from web.client_forms import WaitForm
from web.context import look, services
from web.freshness import recorded
from web.pages.client import file_page
from web.permissions import access

page = Blueprint("tasks", __name__)


@page.get("/tasks")
@access(my_tasks.my_tasks)
def mine() -> str:
    return _shown()


@page.post("/clients/<uuid:client_id>/tasks/<uuid:item_id>/waiting")
@access(tasks.wait_for)
def waiting(client_id: UUID, item_id: UUID) -> Response | tuple[str, int]:
    """It waits for the client or a third party since a day; or for nobody any more."""
    form = WaitForm()
    on_tasks = form.back.data == "tasks"
    try:
        form.check()
        whom, since, kind = form.chosen, form.since.given, form.kind.data
        answer = tasks.wait_for(services(), look(), client_id, item_id, kind, whom, since, form.once)
    except Refused as refused:
        form.refuse(refused)
        if on_tasks:
            return _shown(form, item_id), 400
        return file_page(client_id, wait_form=form, waits=item_id), 400
    if on_tasks:
        return recorded(answer.position, "tasks.mine")
    return recorded(answer.position, "client.client", client_id=client_id, _anchor="todo")


def _shown(sent: WaitForm | None = None, waits: UUID | None = None) -> str:
    found = my_tasks.my_tasks(services(), look())
    return render_template(
        "tasks.html",
        groups=found.groups,
        names=found.names,
        as_of=found.as_of,
        wait_form=WaitForm.empty(),
        sent_wait=sent,
        waits=waits,
        sentences=sent.sentences if sent else [],
    )

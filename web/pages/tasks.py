"""All tasks and commitments of a coach on one page, and that one of them waits for somebody else."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from application import my_tasks, tasks
from application.my_tasks import When
from domain.refusal import Refused
from web import tasks_return
from web.asked import asked
from web.client_forms import WaitForm
from web.context import look, services
from web.freshness import recorded
from web.pages.client import file_page
from web.permissions import access

page = Blueprint("tasks", __name__)


@page.get("/tasks")
@access(my_tasks.my_tasks)
def mine() -> str:
    return _shown(asked("when", _when), asked("from", _number) or 0)


def _when(text: str) -> When | None:
    return When(text) if text in set(When) else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


@page.post("/clients/<uuid:client_id>/tasks/<uuid:item_id>/waiting")
@access(tasks.wait_for)
def waiting(client_id: UUID, item_id: UUID) -> Response | tuple[str, int]:
    """It waits for the client or a third party since a day; or for nobody any more."""
    form = WaitForm()
    there = tasks_return.place(form.back.data)
    try:
        form.check()
        whom, since, kind = form.chosen, form.since.given, form.kind.data
        answer = tasks.wait_for(services(), look(), client_id, item_id, kind, whom, since, form.once)
    except Refused as refused:
        form.refuse(refused)
        if there is not None:
            return _shown(there.get("when"), there.get("from") or 0, form, item_id), 400
        return file_page(client_id, wait_form=form, waits=item_id), 400
    if there is not None:
        return recorded(answer.position, "tasks.mine", **there)
    return recorded(answer.position, "client.client", client_id=client_id, _anchor="todo")


def _shown(when: When | None, offset: int, sent: WaitForm | None = None, waits: UUID | None = None) -> str:
    found = my_tasks.my_tasks(services(), look(), when, offset)
    return render_template(
        "tasks.html",
        groups=found.groups,
        counts=found.counts,
        when=found.when,
        offset=found.offset,
        back=tasks_return.written(found.when, found.offset),
        names=found.names,
        as_of=found.as_of,
        wait_form=WaitForm.empty(),
        sent_wait=sent,
        waits=waits,
        sentences=sent.sentences if sent else [],
    )

"""Agreed steps of a client's plan: the forms that agree and change one, and say what became of it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from application import steps as operations
from domain.refusal import Conflict, Refused
from web import tasks_return
from web.context import look, services, today
from web.freshness import recorded
from web.permissions import access
from web.step_forms import EndStepForm, StepForm

page = Blueprint("steps", __name__, url_prefix="/clients/<uuid:client_id>/steps")


@page.route("/new", methods=["GET", "POST"])
@access(operations.agree_step)
def agree(client_id: UUID) -> str | Response | tuple[str, int]:
    form = StepForm()
    if not form.is_submitted():
        return _shown(StepForm.empty(), operations.step_form(services(), look(), client_id))
    try:
        form.check()
        answer = operations.agree_step(services(), look(), form.agreeing(client_id), form.once)
        return recorded(answer.position, "client.client", client_id=client_id, _anchor="steps")
    except Refused as refused:
        form.refuse_all(refused)
        return _shown(form, operations.step_form(services(), look(), client_id)), 400


@page.route("/<uuid:step_id>", methods=["GET", "POST"])
@access(operations.change_step)
def change(client_id: UUID, step_id: UUID) -> str | Response | tuple[str, int]:
    given = operations.step_to_change(services(), look(), client_id, step_id)
    form = StepForm()
    if not form.is_submitted():
        return _shown(_as_it_stands(given), given)
    status = 400
    try:
        form.check()
        answer = operations.change_step(services(), look(), form.changing(client_id, step_id), form.once)
        return recorded(answer.position, "client.client", client_id=client_id, _anchor="steps")
    except Conflict as conflict:
        form.refuse(conflict)
        # What stands there now is shown beside, and judged by from now on.
        form.shown.data, form.shown.raw_data, status = given.step.version if given.step else None, None, 409
    except Refused as refused:
        form.refuse_all(refused)
    return _shown(form, given, conflict=status == 409), status


@page.post("/<uuid:step_id>/end")
@access(operations.end_step)
def end(client_id: UUID, step_id: UUID) -> Response | tuple[str, int]:
    """What became of a step: done, stopped, or not relevant with a reason."""
    form = EndStepForm()
    try:
        answer = operations.end_step(services(), look(), form.ending(client_id, step_id), form.once)
    except Refused as refused:
        form.refuse_all(refused)
        given = operations.step_to_change(services(), look(), client_id, step_id)
        # What stands there now is shown, and judged by if it is sent again.
        form.shown.data, form.shown.raw_data = given.step.version if given.step else None, None
        conflict = isinstance(refused, Conflict)
        return _shown(_as_it_stands(given), given, end_form=form, conflict=conflict), 409 if conflict else 400
    if (there := tasks_return.place(form.back.data)) is not None:
        return recorded(answer.position, "tasks.mine", **there)
    if form.back.data == "today":
        return recorded(answer.position, "today.today_page")
    return recorded(answer.position, "client.client", client_id=client_id, _anchor="steps")


def _as_it_stands(given: operations.StepForm) -> StepForm:
    return StepForm.of(given.step) if given.step else StepForm.empty()


def _shown(
    form: StepForm, given: operations.StepForm, *, conflict: bool = False, end_form: EndStepForm | None = None
) -> str:
    step = given.step
    return render_template(
        "step.html",
        form=form,
        client=given.client,
        name=given.name,
        step=step,
        conflict=conflict,
        end_form=end_form or EndStepForm.empty(shown=step.version if step else None),
        as_of=today(),
    )

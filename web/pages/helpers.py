"""The team around a client: the forms that add and change a helper, ask for consent again, and remove one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from application import helpers as operations
from domain.refusal import Conflict, Refused
from web.context import look, services, today
from web.freshness import recorded
from web.helper_forms import AddForm, ChangeForm, RemoveForm, RenewForm
from web.permissions import access

page = Blueprint("helpers", __name__, url_prefix="/clients/<uuid:client_id>/helpers")


@page.route("/new", methods=["GET", "POST"])
@access(operations.add_helper)
def add(client_id: UUID) -> str | Response | tuple[str, int]:
    form = AddForm()
    if not form.is_submitted():
        return _shown(AddForm.empty(), operations.helper_form(services(), look(), client_id))
    try:
        answer = operations.add_helper(services(), look(), form.adding(client_id), form.once)
        return _back(answer.position, client_id)
    except Refused as refused:
        form.refuse_all(refused)
        return _shown(form, operations.helper_form(services(), look(), client_id)), _status(refused)


@page.route("/<uuid:helper_id>", methods=["GET", "POST"])
@access(operations.change_helper)
def change(client_id: UUID, helper_id: UUID) -> str | Response | tuple[str, int]:
    given = operations.helper_to_change(services(), look(), client_id, helper_id)
    form = ChangeForm()
    if not form.is_submitted():
        return _shown(_as_recorded(given), given)
    try:
        answer = operations.change_helper(services(), look(), form.changing(client_id, helper_id), form.once)
        return _back(answer.position, client_id)
    except Refused as refused:
        form.refuse_all(refused)
        if isinstance(refused, Conflict):
            # What is recorded now is shown above, and judged by if it is sent again.
            form.shown.data, form.shown.raw_data = given.helper.version if given.helper else None, None
        return _shown(form, given, conflict=isinstance(refused, Conflict)), _status(refused)


@page.post("/<uuid:helper_id>/consent")
@access(operations.renew_consent)
def renew(client_id: UUID, helper_id: UUID) -> Response | tuple[str, int]:
    """The client was asked again, and still consents."""
    form = RenewForm()
    try:
        answer = operations.renew_consent(services(), look(), form.renewing(client_id, helper_id), form.once)
        return _back(answer.position, client_id)
    except Refused as refused:
        form.refuse_all(refused)
        given = operations.helper_to_change(services(), look(), client_id, helper_id)
        form.shown.data, form.shown.raw_data = given.helper.version if given.helper else None, None
        return _shown(_as_recorded(given), given, renew_form=form), _status(refused)


@page.post("/<uuid:helper_id>/remove")
@access(operations.remove_helper)
def remove(client_id: UUID, helper_id: UUID) -> Response | tuple[str, int]:
    """Consent withdrawn, help ended, or a mistake."""
    form = RemoveForm()
    try:
        answer = operations.remove_helper(services(), look(), form.removing(client_id, helper_id), form.once)
        return _back(answer.position, client_id)
    except Refused as refused:
        form.refuse_all(refused)
        given = operations.helper_to_change(services(), look(), client_id, helper_id)
        return _shown(_as_recorded(given), given, remove_form=form), 400


def _back(position: int, client_id: UUID) -> Response:
    return recorded(position, "client.client", client_id=client_id, _anchor="helpers")


def _status(refused: Refused) -> int:
    return 409 if isinstance(refused, Conflict) else 400


def _as_recorded(given: operations.HelperForm) -> ChangeForm:
    return ChangeForm.of(given.helper) if given.helper else ChangeForm.empty()


def _shown(
    form: AddForm | ChangeForm,
    given: operations.HelperForm,
    *,
    conflict: bool = False,
    renew_form: RenewForm | None = None,
    remove_form: RemoveForm | None = None,
) -> str:
    helper = given.helper
    return render_template(
        "helper.html",
        form=form,
        client=given.client,
        name=given.name,
        helper=helper,
        conflict=conflict,
        renew_form=renew_form or RenewForm.empty(shown=helper.version if helper else None),
        remove_form=remove_form or RemoveForm.empty(),
        as_of=today(),
    )

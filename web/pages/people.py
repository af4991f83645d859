"""The administrator's page: accounts and teams; no client's data."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import people as operations
from application import rights
from domain.refusal import Refused
from domain.roles import Role
from web.context import as_uuid, new_id, services, viewer
from web.forms import sentence
from web.permissions import access
from web.words import choices

page = Blueprint("people", __name__)


@page.route("/people", methods=["GET", "POST"])
@access(operations.all_people)
def people() -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _add()
            return redirect(url_for("people.people"), 303)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    found = operations.all_people(services(), viewer())
    html = render_template(
        "people.html",
        accounts=found.accounts,
        teams=found.teams,
        team_names={t.team_id: t.name for t in found.teams},
        roles=choices("role"),
        errors=errors,
        posted=request.form,
    )
    return (html, 400) if errors else html


ACTIONS = {
    "revoke": operations.log_out_everywhere,
    "close": operations.close_account,
    "open": operations.open_account,
}


@page.post("/people/<uuid:account_id>/<action>")
@access(rights.MANAGE_PEOPLE)
def change(account_id: UUID, action: str) -> Response:
    """Log somebody out everywhere, or close or open their account."""
    if action not in ACTIONS:
        abort(404)
    ACTIONS[action](services(), viewer(), account_id)
    return redirect(url_for("people.people"), 303)


def _add() -> None:
    form = request.form
    code = form.get("role", "")
    if code not in set(Role):
        raise Refused("Choose a role.", field="role")
    new = operations.NewAccount(
        account_id=new_id(),
        username=form.get("username", "").strip(),
        full_name=form.get("full_name", "").strip(),
        role=Role(code),
        team_id=as_uuid(form.get("team_id")),
        improves=form.get("improves") == "yes",
        password=form.get("password", ""),
    )
    operations.add_account(services(), viewer(), new)

"""The administrator's page: accounts and teams; no client's data."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import rights
from domain.refusal import Refused
from domain.roles import Role
from records import people as model
from records import sessions
from records.people import Account
from web.context import as_uuid, new_id, services, viewer
from web.forms import sentence
from web.permissions import access
from web.words import choices

page = Blueprint("people", __name__)


@page.route("/people", methods=["GET", "POST"])
@access(rights.MANAGE_PEOPLE)
def people() -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _add()
            return redirect(url_for("people.people"), 303)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    with services().database.read() as connection:
        accounts = model.all_accounts(connection)
        teams = model.all_teams(connection)
    html = render_template(
        "people.html", accounts=accounts, teams=teams, team_names={t.team_id: t.name for t in teams},
        roles=choices("role"), errors=errors, posted=request.form,
    )  # fmt: skip
    return (html, 400) if errors else html


@page.post("/people/<uuid:account_id>/<action>")
@access(rights.MANAGE_PEOPLE)
def change(account_id: UUID, action: str) -> Response:
    """Log somebody out everywhere, or close or open their account."""
    if action not in ("revoke", "close", "open"):
        abort(404)
    if account_id == viewer().account_id and action == "close":
        raise Refused("You can't close your own account.")
    with services().database.write() as connection:
        if action != "revoke":
            model.set_active(connection, account_id, active=action == "open")
        if action != "open":
            sessions.revoke(connection, account_id)
    return redirect(url_for("people.people"), 303)


def _add() -> None:
    form = request.form
    code = form.get("role", "")
    if code not in set(Role):
        raise Refused("Choose a role.", field="role")
    username = form.get("username", "").strip()
    full_name = form.get("full_name", "").strip()
    for name, text in (("username", username), ("full_name", full_name)):
        if not text:
            raise Refused("Please fill this in.", field=name)
    account = Account(
        new_id(),
        username,
        full_name,
        Role(code),
        as_uuid(form.get("team_id")),
        form.get("improves") == "yes",
        True,
        None,
    )
    password = form.get("password", "")
    hashed = model.hash_password(password)
    with services().database.write() as connection:
        model.add_account(connection, account, password, password_hash=hashed)

"""The administrator's page: accounts and teams; no client's data."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from application import people as operations
from application import rights
from domain.refusal import Refused
from domain.roles import Role
from web.asked import asked
from web.context import as_page, new_id, services, viewer
from web.fields import ChosenIdField, CodeField, Needed, TickField
from web.forms import Form, sentence
from web.going import go
from web.language import _
from web.permissions import access

page = Blueprint("people", __name__)


class AccountForm(Form):
    full_name = StringField(_("Name"), default="", render_kw={"autocomplete": "off"})
    username = StringField(_("Username"), default="", render_kw={"autocomplete": "off"})
    password = PasswordField(
        _("First password"),
        default="",
        description=_("It works once: after logging in with it, your colleague chooses a new password."),
        render_kw={"autocomplete": "new-password"},
    )
    role = CodeField(_("Role"), [Needed(_("Choose a role."))], codes=Role, words="role")
    team_id = ChosenIdField(_("Team"))
    improves = TickField(_("Member of the improvement team"))

    def account(self) -> operations.NewAccount:
        self.check()
        return operations.NewAccount(
            account_id=new_id(),
            username=self.username.data.strip(),
            full_name=self.full_name.data.strip(),
            role=self.role.given,
            team_id=self.team_id.data,
            improves=self.improves.data,
            password=self.password.data,
        )


class SearchForm(Form):
    name = StringField(_("Name or username"), default="", render_kw={"autocomplete": "off"})
    page = StringField("", default="")


@page.route("/people", methods=["GET", "POST"])
@access(operations.all_people)
def people() -> str | Response | tuple[str, int]:
    form = AccountForm()
    if form.is_submitted():
        try:
            operations.add_account(services(), viewer(), form.account())
            return go(url_for("people.people"), 303)
        except Refused as refused:
            form.refuse(refused)
            return _page(form, SearchForm.empty()), 400
    return _page(form, SearchForm.empty(), asked("page", as_page) or 1)


@page.post("/people/search")
@access(operations.all_people)
def search() -> str | tuple[str, int]:
    """Those with this in their name: sent as a form, so that no name stands in an address; so is the further page."""
    form = SearchForm()
    if not form.validate():
        return _page(AccountForm.empty(), form), 400
    return _page(AccountForm.empty(), form, as_page(form.page.data) or 1, form.name.data.strip())


def _page(form: AccountForm, search_form: SearchForm, nth: int = 1, searched: str = "") -> str:
    found = operations.all_people(services(), viewer(), searched, page=nth)
    form.team_id.offer([("", "–"), *((team.team_id, team.name) for team in found.teams)])
    return render_template(
        "people.html",
        accounts=found.accounts,
        found=found.found,
        teams=found.teams,
        team_names={t.team_id: t.name for t in found.teams},
        form=form,
        search_form=search_form,
        searched=searched,
        page=nth,
        pages=max(1, -(-found.found // operations.SHOWN)),
    )


ACTIONS = {
    "revoke": operations.log_out_everywhere,
    "close": operations.close_account,
    "open": operations.open_account,
}


@page.get("/people/<uuid:account_id>/close")
@access(operations.account_to_close)
def close(account_id: UUID) -> str:
    """What hangs on an account, before it is closed."""
    return render_template("close_account.html", found=operations.account_to_close(services(), viewer(), account_id))


@page.route("/people/<uuid:account_id>/password", methods=["GET", "POST"])
@access(operations.give_password)
def password(account_id: UUID) -> str | tuple[str, int]:
    """Give somebody a one-time password, told on the page that follows and nowhere else."""
    account = operations.account_shown(services(), viewer(), account_id)
    given, wrong = None, []
    if request.method == "POST":
        try:
            given = operations.give_password(services(), viewer(), account_id)
        except Refused as refused:
            wrong = [sentence(refused)]
    html = render_template("one_time_password.html", account=account, password=given, wrong=wrong)
    return (html, 400) if wrong else html


@page.post("/people/<uuid:account_id>/<action>")
@access(rights.MANAGE_PEOPLE)
def change(account_id: UUID, action: str) -> Response:
    """Log somebody out everywhere, or close or open their account."""
    if action not in ACTIONS:
        abort(404)
    ACTIONS[action](services(), viewer(), account_id)
    return go(url_for("people.people"), 303)

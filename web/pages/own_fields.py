"""Fields of our own: what was introduced into the catalogue and retired, and deciding on more of it."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from application import introductions as operations
from domain.refusal import Refused
from web.context import as_uuid, colleagues, services, viewer
from web.freshness import recorded
from web.own_field_forms import FORMS, FieldForm, WithdrawForm
from web.permissions import access

page = Blueprint("own_fields", __name__, url_prefix="/own-fields")

# By its code what each form does.
CHANGES = {
    "field": lazy_gettext("Add a field"),
    "option": lazy_gettext("Add an option"),
    "group": lazy_gettext("Add a group"),
    "required": lazy_gettext("Change when a field is required"),
    "retire": lazy_gettext("Retire a field"),
}


@page.get("")
@access(operations.own_catalogue)
def own_fields() -> str:
    """What was changed, the latest first."""
    return _shown(WithdrawForm.empty())


@page.post("/withdraw")
@access(operations.withdraw_introduction)
def withdraw() -> Response | tuple[str, int]:
    """Take back what is planned."""
    sent = WithdrawForm()
    if sent.validate_on_submit():
        try:
            answer = operations.withdraw_introduction(services(), viewer(), sent.command(), sent.once)
            return recorded(answer.position, "own_fields.own_fields")
        except Refused as refused:
            sent.refuse(refused)
    return _shown(sent), 400


def _shown(sent: WithdrawForm) -> str:
    return render_template(
        "own_fields.html",
        found=operations.own_catalogue(services(), viewer()),
        sent=sent,
        withdrawal=WithdrawForm.empty(),
        changes=CHANGES,
        names=colleagues(),
        may_decide=viewer().decides_signals,
    )


@page.route("/<change>", methods=["GET", "POST"])
@access(operations.cost_of_asking)
def one(change: str) -> str | Response | tuple[str, int]:
    """The form of one kind of change."""
    form = (FORMS.get(change) or abort(404))()
    found, cost = operations.own_catalogue(services(), viewer()), None
    form.offer(found.planned)
    if form.validate_on_submit():
        try:
            if isinstance(form, FieldForm) and form.compares:
                form.must_be_sent()
                cost = operations.cost_of_asking(services(), viewer(), form.field())
            else:
                answer = operations.change_catalogue(services(), viewer(), form.command(), form.once)
                return recorded(answer.position, "own_fields.own_fields")
        except Refused as refused:
            form.refuse(refused)
    if not form.is_submitted():
        named = {name: as_uuid(request.args.get(name)) for name in ("signal", "meeting")}
        form = FORMS[change].empty(**named)
        form.offer(found.planned)
    html = render_template(
        "own_field.html",
        form=form,
        change=change,
        title=CHANGES[change],
        meetings=found.meetings,
        as_of=found.today,
        cost=cost,
        named_teams=[(team.name, asked) for team, asked in cost.teams] if cost else [],
        may_compare=isinstance(form, FieldForm),
    )
    return (html, 400) if form.is_submitted() and cost is None else html

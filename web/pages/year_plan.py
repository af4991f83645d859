"""The year plan: targets of the city and of teams with how far they are, and the form by which one is set."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField

from application import year_plan as operations
from application.team_figures import FIGURES
from domain.refusal import Refused
from domain.roles import Role
from web.asked import asked
from web.context import colleagues, services, today, viewer
from web.fields import DayField, Needed, WholeField, offered
from web.going import go
from web.language import _
from web.permissions import access
from web.public_texts import PublicForm, PublicTextField
from web.signal_fields import TeamField
from web.words import word

page = Blueprint("year_plan", __name__)


class TargetForm(PublicForm):
    figure = SelectField(
        lazy_gettext("Figure"),
        choices=lambda: offered((name, word("measure", name)) for name in FIGURES),
        validate_choice=False,
        default=FIGURES[0],
    )
    team = TeamField(lazy_gettext("Team"))
    number = WholeField(_("Target"), [Needed(_("Enter a whole number."))], render_kw={"min": 0, "required": True})
    from_on = DayField(_("From"), [Needed(_("Enter a day."))], render_kw={"required": True})
    reason = PublicTextField(lazy_gettext("Reason"), render_kw={"rows": 2, "maxlength": operations.LONGEST_REASON})


@page.get("/year-plan")
@access(operations.year_plan)
def year_plan() -> str:
    """The targets that begin in a year, with what the figure was then and is now."""
    return _page(TargetForm.empty(from_on=today()))


@page.post("/year-plan")
@access(operations.set_target)
def set_target() -> Response | tuple[str, int]:
    """Set what a figure should be from a day on, and why."""
    form = TargetForm()
    if form.validate():
        try:
            given = form.number.given, form.from_on.given, form.reason.data or "", form.once
            operations.set_target(services(), viewer(), form.figure.data or "", form.team.data, *given)
            return go(url_for("year_plan.year_plan", year=form.from_on.given.year), 303)
        except Refused as refused:
            form.refuse(refused)
    return _page(form), 400


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == len("2026") and text > "1000" else None


def _page(form: TargetForm) -> str:
    shown = operations.year_plan(services(), viewer(), asked("year", _year))
    form.team.offer(shown.teams)
    return render_template(
        "year_plan.html",
        found=shown,
        form=form,
        may_set=viewer().role is Role.PROCESS_MANAGER,
        names=colleagues(),
        as_of=today(),
    )

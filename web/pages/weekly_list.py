"""My weekly list: clients with missing, outdated or contradictory fields, each with its definition and form."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from application import several_fields
from application import weekly_list as view
from domain.calendar import Week
from domain.refusal import Refused, RefusedTogether
from web.asked import asked, asked_id
from web.context import colleagues, definitions, look, services, viewer
from web.field_answers import Answers, AnswersForm, FieldAnswer, refuse_parts
from web.fields import TextField
from web.freshness import recorded
from web.permissions import access

page = Blueprint("weekly_list", __name__)


class LineForm(AnswersForm):
    """What is said of one line of the list. `week`: of which list."""

    week = TextField("", default="", render_kw={"maxlength": 8})


@page.get("/weekly-list")
@access(view.weekly_list)
def weekly_list() -> str:
    """One's own list, or that of a colleague on leave for whom one stands in; the first line to be done stands open."""
    return _page(asked_id("coach"), asked("week", Week.parse), None)


@page.route("/weekly-list/<uuid:client_id>/<field_key>", methods=["GET", "POST"])
@access(view.weekly_list)
def line(client_id: UUID, field_key: str) -> str | Response | tuple[str, int]:
    """One's own list with this line open; once it is answered it is done, and the next one stands open."""
    field = definitions().catalogue.fields.get(field_key) or abort(404)
    form = LineForm()
    if not form.is_submitted():
        return _page(None, asked("week", Week.parse), (client_id, field_key))
    answers = Answers([FieldAnswer(field)])
    try:
        form.check()
        said = answers.said(client_id, form.known_on.given, form.source.given)
        answer = several_fields.register_several(services(), look(), client_id, said, form.once, again=answers.again)
        here = {"client_id": client_id, "field_key": field_key, "week": form.week.data or None}
        return recorded(answer.position, "weekly_list.line", **here, _anchor=f"line-{client_id}-{field_key}")
    except Refused as error:
        conflict = error if isinstance(error, RefusedTogether) else RefusedTogether([("", error)])
        html = _page(None, _week(form.week.data), (client_id, field_key), form, conflict)
        return html, 409 if conflict.conflicts else 400


def _week(text: str) -> Week | None:
    try:
        return Week.parse(text) if text else None
    except Refused:
        return None


def _page(
    coach_id: UUID | None,
    week: Week | None,
    at: tuple[UUID, str] | None,
    form: LineForm | None = None,
    refused: Refused | None = None,
) -> str:
    shown = view.weekly_list(services(), look(), coach_id, week, at, stay=refused is not None)
    parts = [FieldAnswer.of_fact(shown.opened[1], typed=refused is not None)] if shown.opened else []
    form = form or LineForm.empty(week=str(week or ""))
    conflicts = refuse_parts(form, parts, refused) if refused else frozenset()
    return render_template(
        "weekly_list.html",
        found=shown.found,
        weeks=shown.weeks,
        names=shown.names,
        colleague=colleagues().get(shown.coach_id) if shown.coach_id != viewer().account_id else None,
        colleagues=colleagues(),
        coach_id=shown.coach_id,
        may_record=shown.may_record,
        open_now=shown.open_now,
        gone=shown.gone,
        by_client=shown.by_client,
        done=shown.done,
        week=week and str(week),
        form=form,
        parts=parts,
        opened=(shown.opened[0], shown.opened[1].field.key) if shown.opened else None,
        conflicts=conflicts,
    )

"""My weekly list: clients with missing, outdated or contradictory fields, each with its definition and form."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from application import several_fields, signal_logging
from application import weekly_list as view
from domain.calendar import Week
from domain.catalogue import State
from domain.refusal import Refused, RefusedTogether
from feedback.signal import Kind, LogSignal
from web.asked import asked, asked_id, one_of
from web.context import as_page, colleagues, definitions, look, services, viewer
from web.field_answers import Answers, AnswersForm, FieldAnswer, refuse_parts
from web.fields import IdField, TextField
from web.forms import CommandForm
from web.freshness import recorded
from web.language import local
from web.permissions import access
from web.words import word

page = Blueprint("weekly_list", __name__)


class LineForm(AnswersForm):
    """What is said of one line of the list. `week`: of which list; `by`: how it is grouped; `coach`: whose, where it is
    that of a colleague for whom one stands in."""

    week = TextField("", default="", render_kw={"maxlength": 8})
    by = TextField("", default="", render_kw={"maxlength": 8})
    coach = IdField()


class WrongFlagForm(CommandForm):
    """A line that should not be on the list: of which field, and how it stood; never of whom."""

    field = TextField("", render_kw={"maxlength": 40})
    state = TextField("", render_kw={"maxlength": 16})


@page.get("/weekly-list")
@access(view.weekly_list)
def weekly_list() -> str:
    """One's own list, or that of a colleague on leave for whom one stands in; the first line to be done stands open."""
    return _page(asked_id("coach"), asked("week", Week.parse), None, page=asked("page", as_page))


@page.route("/weekly-list/<uuid:client_id>/<field_key>", methods=["GET", "POST"])
@access(view.weekly_list)
def line(client_id: UUID, field_key: str) -> str | Response | tuple[str, int]:
    """The list with this line open; once it is answered it is done, and the next one stands open."""
    field = definitions().catalogue.fields.get(field_key) or abort(404)
    form = LineForm()
    if not form.is_submitted():
        return _page(asked_id("coach"), asked("week", Week.parse), (client_id, field_key))
    answers = Answers([FieldAnswer(field)])
    try:
        form.check()
        said = answers.said(client_id, form.known_on.given, form.source.given)
        answer = several_fields.register_several(services(), look(), client_id, said, form.once, again=answers.again)
        here = {"client_id": client_id, "field_key": field_key, "week": form.week.data or None}
        here |= {"coach": form.coach.data}
        here |= {"by": "field"} if form.by.data == "field" else {}
        return recorded(answer.position, "weekly_list.line", **here, _anchor=row_of(client_id, field_key))
    except Refused as error:
        conflict = error if isinstance(error, RefusedTogether) else RefusedTogether([("", error)])
        html = _page(form.coach.data, _week(form.week.data), (client_id, field_key), form, conflict)
        return html, 409 if conflict.conflicts else 400


@page.post("/weekly-list/wrong")
@access(signal_logging.log_signal)
def wrong_flag() -> Response:
    """Log a signal about a line that should not be there, in one step."""
    form = WrongFlagForm()
    field = definitions().catalogue.fields.get(form.field.data or "") or abort(400)
    state = form.state.data if form.state.data in set(State) else abort(400)
    command = LogSignal(
        signal_id=form.once,
        viewer=viewer(),
        kind=Kind.DATA_QUALITY,
        page="weekly_list.weekly_list",
        field=field.key,
        definition_version=definitions().catalogue.version,
        seen=gettext(
            "Wrongly on the weekly list: %(field)s, %(state)s.",
            field=local(field.label),
            state=word("state", state),
        ),
    )
    answer = signal_logging.log_signal(services(), viewer(), command, None, form.once)
    return recorded(answer.position, "signals.mine")


def row_of(client_id: UUID, field_key: str) -> str:
    """Where a line stands on the page: by the first of the client's id, since a list has hundreds."""
    return f"line-{client_id.hex[:8]}-{field_key}"


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
    page: int | None = None,
) -> str:
    by_field = (form.by.data if form else one_of("by", ("client", "field"))) == "field"
    shown = view.weekly_list(
        services(), look(), coach_id, week, at, stay=refused is not None, by_field=by_field, page=page
    )
    parts = [FieldAnswer.of_fact(shown.opened[1], typed=refused is not None)] if shown.opened else []
    form = form or LineForm.empty(week=str(week or ""), by="field" if by_field else "", coach=coach_id)
    conflicts = refuse_parts(form, parts, refused) if refused else frozenset()
    return render_template(
        "weekly_list.html",
        found=shown.found,
        weeks=shown.weeks,
        names=shown.names,
        colleague=colleagues().get(shown.coach_id) if shown.coach_id != viewer().account_id else None,
        colleagues=colleagues(),
        coach_id=shown.coach_id,
        answerable=shown.answerable,
        open_now=shown.open_now,
        gone=shown.gone,
        groups=shown.groups,
        on_page=shown.on_page,
        page=shown.page,
        pages=shown.pages,
        by_field=by_field,
        fields_here={line.field for _key, lines in shown.on_page for line in lines},
        asking=shown.asking,
        built_late=shown.built_late,
        done=shown.done,
        week=week and str(week),
        form=form,
        parts=parts,
        opened=(shown.opened[0], shown.opened[1].field.key) if shown.opened else None,
        conflicts=conflicts,
        row_of=row_of,
    )

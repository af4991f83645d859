"""The quality officer's page: how complete the registrations are, what is misread, and files to look at together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField

from application import exemptions
from application import quality as operations
from domain.catalogue import State
from domain.client import ReviewOutcome
from domain.refusal import Refused
from web import plots
from web.asked import one_of
from web.context import colleagues, definitions, look, services, today, viewer
from web.forms import CommandForm, blank_to_none
from web.freshness import recorded
from web.language import _, day, language
from web.legend import changes_of_fields, marks
from web.pages.team import asked_monday
from web.permissions import access
from web.words import word

page = Blueprint("quality", __name__)


class ReviewForm(CommandForm):
    chosen_by = StringField("", default="")
    outcome = RadioField(
        _("Result"),
        choices=lambda: {outcome.value: word("review_outcome", outcome) for outcome in ReviewOutcome},
        default="",
        validate_choice=False,
        render_kw={"required": True},
    )
    note = StringField(_("Note"), render_kw={"maxlength": 1000})


MULTIPLES = 8  # small lines of the fields that are on most lists


@page.get("/quality")
@access(operations.quality)
def quality() -> str:
    return _page()


def _page(sent: ReviewForm | None = None, of: UUID | None = None) -> str:
    """The page; where a form about the file `of` a client was refused, what was sent stands in it."""
    week = asked_monday()
    shown, catalogue = (
        operations.quality(services(), look(), week, everything=one_of("all", {"yes"}) is not None),
        definitions().catalogue,
    )
    by_field = shown.listed_by_field
    since = changes_of_fields()
    changed = {key: plots.changed_in([d for d, _ in by_field[key]], since.get(key, ())) for key in by_field}
    most = sorted(by_field, key=lambda key: -by_field[key][-1][1])[:MULTIPLES]
    highest = max((n for key in most for _, n in by_field[key]), default=0)
    return render_template(
        "quality.html",
        as_of=today(),
        exemptions_to_read=exemptions.count_to_read(services(), viewer()),
        fields=[f for f in catalogue if f.key in shown.recorded],
        states=shown.states,
        contradicted=shown.contradicted,
        listed=shown.listed,
        monday=shown.monday,
        everybody=shown.everybody,
        State=State,
        names=shown.names,
        trend=plots.lines(
            [(word("measure", name), points) for name, points in shown.trend.items() if points], marks(fields=True)
        ),
        sparks={
            key: (plots.spark([n for _, n in points]), points[0][1], points[-1][1], changed[key])
            for key, points in by_field.items()
        },
        highest=highest,
        multiples_table=_by_week([by_field[key] for key in most if key in catalogue]),
        multiples_heads=[catalogue[key].label.in_(language()) for key in most if key in catalogue],
        multiples=[
            (catalogue[key].label.in_(language()), path, [n for _, n in by_field[key]], changed[key])
            for key in most
            if key in catalogue and (path := plots.spark([n for _, n in by_field[key]], highest))
        ],
        then=shown.then,
        week=week,
        mondays=shown.mondays,
        misread=shown.misread,
        by_rule=shown.by_rule,
        by_chance=shown.by_chance,
        reviewed=shown.reviewed,
        review_count=shown.review_count,
        field_count=len(by_field),
        colleagues=colleagues(),
        language=language,
        form=ReviewForm.empty(),
        sent=sent,
        sent_of=(of, sent.chosen_by.data) if sent else None,
    )


def _by_week(fields: Sequence[Sequence[tuple[date, int]]]) -> list[list[object]]:
    """The numbers of several fields beside each other, a row a week, the latest first."""
    numbers = [dict(points) for points in fields]
    weeks = sorted({monday for of in numbers for monday in of}, reverse=True)
    return [[day(monday), *(of.get(monday) for of in numbers)] for monday in weeks]


@page.post("/clients/<uuid:client_id>/review")
@access(operations.review_file)
def review(client_id: UUID) -> Response | tuple[str, int]:
    """Note what came of looking at a file together."""
    form = ReviewForm()
    try:
        answer = operations.review_file(
            services(),
            look(),
            client_id,
            form.chosen_by.data,
            form.outcome.data,
            blank_to_none(form.note.data),
            form.once,
        )
    except Refused as refused:
        form.refuse(refused)
        return _page(form, client_id), 400
    return recorded(answer.position, "quality.quality")

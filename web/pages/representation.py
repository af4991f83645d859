"""Whom the dashboard hides: groups of a team or the city beside everybody else, and by which groups to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from application import representation as operations
from application import representation_offers
from domain.filters import day_of
from domain.intervals import Estimate
from domain.refusal import Refused
from domain.representation import HIDDEN_BY, LONGEST_REASON, MEASURES, SHARES, Row
from web import plots
from web.asked import asked, asked_id, one_of
from web.context import colleagues, definitions, services, viewer
from web.fields import Marked
from web.going import go
from web.groups_described import group_label
from web.language import local, number
from web.offers_described import described
from web.permissions import access
from web.public_texts import PublicForm, PublicTextField
from web.words import WORDS, word

page = Blueprint("representation", __name__)

# The measures of each table.
TABLES = {
    "unknown": ("fields_not_asked", "field_declined", "field_not_relevant", "field_out_of_date"),
    "contact": ("not_seen", "weeks_unseen", "no_contact", "contacts", "minutes"),
    "offers": ("never_offered", "not_offered_lately", "no_workshop", "no_plan", "weeks_to_plan", "exits_to_work"),
}
MOST_LINES = 6


class ChooseForm(PublicForm):
    characteristics = SelectMultipleField(
        lazy_gettext("Characteristics"),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    why = PublicTextField(
        lazy_gettext("Why these"), [Marked()], render_kw={"maxlength": LONGEST_REASON, "required": True}
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """A group for whom something is worse than for everybody else: what, in sentences; and what a signal says."""

    group: str
    people: int
    sentences: Sequence[str]
    measure: str
    field: str

    @property
    def text(self) -> str:
        """As a signal says it."""
        who = gettext("%(group)s, %(number)s open clients", group=self.group, number=number(self.people))
        return "\n".join([f"{who}:", *self.sentences])


@page.get("/representation")
@access(operations.representation)
def representation() -> str:
    fields = definitions().catalogue.fields
    by = [key for key in (one_of("by", fields), one_of("beside", fields)) if key]
    team = asked_id("team")
    found = operations.representation(services(), viewer(), team, by, asked("day", day_of))
    measure = one_of("measure", MEASURES) or HIDDEN_BY[-1]
    there = sorted((row for row in found.rows if row.number != 0), key=_in_order)
    shown = [row for row in there if row.number is not None]
    return render_template(
        "representation.html",
        found=found,
        rows=[(label(row), row) for row in shown],
        too_few=[label(row) for row in there if row.number is None],
        tables=TABLES,
        measures=MEASURES,
        measure=measure,
        told=told,
        people=plots.bars([(label(row), row.number, None) for row in shown]),
        trend=plots.lines(_over_time(found, measure)),
        differ=[finding(row, row.differs) for row in shown if row.differs],
        hidden_groups=[finding(row, row.hidden_by) for row in found.hidden],
        left_out=representation_offers.left_out(services(), viewer(), team),
        described=described,
        group_label=lambda key, group: group_label(fields[key], group) if key in fields else group,
        labels={field.key: local(field.label) for field in found.looked_at},
    )


@page.route("/representation/choose", methods=["GET", "POST"])
@access(operations.choose_characteristics)
def choose() -> str | Response | tuple[str, int]:
    """Choose by which characteristics reports look, and say why."""
    form = ChooseForm()
    found = operations.choosing(services(), viewer())
    form.characteristics.choices = [(field.key, local(field.label)) for field in found.fields]
    if not form.is_submitted():
        form.characteristics.data = list(found.chosen)
    elif form.validate():
        try:
            operations.choose_characteristics(
                services(), viewer(), form.characteristics.data or [], form.why.data or "", form.once
            )
            return go("/representation/choose", 303)
        except Refused as refused:
            form.refuse(refused)
    html = render_template("representation_choose.html", form=form, found=found, names=colleagues(), labels=_labels())
    return (html, 400) if form.is_submitted() else html


def label(row: Row) -> str:
    """A group as people read it."""
    fields = definitions().catalogue.fields
    parts = [group_label(fields[key], group) for key, group in row.groups if key in fields]
    return ", ".join(parts)


def told(name: str, estimate: Estimate | None) -> str:
    """A number with its interval, a share in percent."""
    if estimate is None:
        return "–"
    value, low, high = (number(round(each)) for each in (estimate.value, estimate.low, estimate.high))
    if name in SHARES:
        return str(gettext("%(value)s%% (%(low)s to %(high)s)", value=value, low=low, high=high))
    return str(gettext("%(value)s (%(low)s to %(high)s)", value=value, low=low, high=high))


def finding(row: Row, names: Sequence[str]) -> Finding:
    """What is worse for a group than for everybody else."""
    sentences = [
        gettext(
            "%(measure)s: %(here)s. Everybody else: %(others)s.",
            measure=in_front(str(word("measure", name))),
            here=told(name, row.here.get(name)),
            others=told(name, row.others.get(name)),
        )
        for name in names
    ]
    return Finding(label(row), row.number or 0, sentences, names[0], row.groups[0][0])


def in_front(text: str) -> str:
    """As the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def _over_time(found: operations.Representation, measure: str) -> list[tuple[str, list[tuple[date, int]]]]:
    """The measure of the largest groups in each report."""
    largest = sorted(found.rows, key=lambda row: -(row.number or 0))[:MOST_LINES]
    by_day = [
        (day, {row.key: row.here[measure] for row in rows if measure in row.here}) for day, rows in found.over_time
    ]
    return [
        (label(row), [(day, round(told[row.key].value)) for day, told in by_day if row.key in told]) for row in largest
    ]


def _in_order(row: Row) -> list[tuple[int, str]]:
    """Groups as the catalogue orders their answers; what is unknown last."""
    fields, found = definitions().catalogue.fields, []
    for key, group in row.groups:
        codes = [*WORDS["effect_group"], *WORDS["children_group"]]
        if key in fields and fields[key].kind.answers:
            codes = [answer.code for answer in fields[key].kind.answers]
        codes += list(WORDS["group_unknown"])
        found.append((codes.index(group) if group in codes else len(codes), group))
    return found


def _labels() -> dict[str, str]:
    return {key: local(field.label) for key, field in definitions().catalogue.fields.items()}

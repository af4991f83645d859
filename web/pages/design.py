"""The design system: every component in all its states, on one page of the demonstration and of the tests."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, render_template, url_for
from flask_babel import gettext
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from application.paths import Waiting
from web import plots
from web.confirmations import tell
from web.forms import Form
from web.language import _
from web.path_graph import graph
from web.permissions import access, in_demonstration
from web.static_files import icons
from web.stylesheet import tokens
from web.words import choices

page = Blueprint("design", __name__)

FIRST = date(2026, 1, 5)


class ExampleForm(Form):
    text = StringField(_("Name"), validators=[InputRequired()], description=_("As the person writes it."))
    day = DateField(_("Day"))
    started_by = SelectField(_("Initiated by"), choices=lambda: choices("started_by"))
    channel = RadioField(_("Channel"), choices=lambda: choices("channel"))
    note = TextAreaField(_("Note"))
    sure = BooleanField(_("I am sure"))


@page.get("/design")
@access(in_demonstration)
def design() -> str:
    named = tokens()
    wrong = ExampleForm.empty(channel="office")
    for field in (wrong.text, wrong.day, wrong.channel):
        field.errors = [gettext("This field is required.")]
    # As on a page that follows on something that was done.
    tell(gettext("Saved."), way=gettext("Correct or remove"), href="#forms")
    return render_template(
        "design.html",
        form=ExampleForm.empty(channel="phone"),
        wrong=wrong,
        colours=[name for name in named if name.startswith("--basis-color-")],
        sizes=[name for name in named if name.startswith("--basis-text-font-size-")],
        spaces=[name for name in named if name.startswith("--basis-space-block-")],
        values=named,
        icons=icons(),
        **_plotted(),
    )


def _plotted() -> dict[str, object]:
    """Invented figures, drawn in every way that there is."""
    weeks = [FIRST + timedelta(weeks=nth) for nth in range(20)]
    three = [
        (gettext("Open clients"), [(week, 160 + nth * nth % 17) for nth, week in enumerate(weeks)]),
        (gettext("Contact due"), [(week, 30 + nth * 7 % 11) for nth, week in enumerate(weeks)]),
        # Counted from a later week on.
        (gettext("No plan of action"), [(week, 90 - nth) for nth, week in enumerate(weeks) if nth > 5]),
    ]
    small = [(name, [number for _week, number in points]) for name, points in three]
    return {
        "trend": plots.lines(
            [three[0], three[2], three[1]], [(weeks[8], gettext("Definition"), url_for("definitions.definitions"))]
        ),
        "bars": plots.bars([(gettext("Team"), 120, None), (gettext("City"), 45, None), (gettext("News"), 3, None)]),
        "months": plots.pairs(
            (gettext("Team"), gettext("City")), [(week, 9, 4 + nth) for nth, week in enumerate(weeks[::4])]
        ),
        "strip": plots.strip([72, 85, 91, 91, 104, 118], (80, 120)),
        "graph": graph(
            ("intake", "plan", "closed_work"),
            {"intake": 40, "plan": 30, "closed_work": 12},
            [
                Waiting("intake", "plan", 25, 21, 60),
                Waiting("intake", "closed_work", 10, 90, None),
                Waiting("plan", "intake", 5, None, None),
            ],
        ),
        "spark": plots.spark(small[0][1]),
        "multiples": [
            (name, plots.spark(numbers, 200), numbers, [] if nth else plots.changed_in(weeks, [weeks[8]]))
            for nth, (name, numbers) in enumerate(small)
        ],
    }

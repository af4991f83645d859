"""The board of signals: in columns or as a list, filtered, searched, taken along; one's own; whose voice counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField

from application import signals as operations
from domain.calendar import local_day
from domain.refusal import Refused
from feedback.choice import AGES, CITY, MINE, Choice
from feedback.signal import Kind, SignalState, Within
from web import exports, plots
from web.asked import of_each
from web.context import colleagues, definitions, services, today, viewer
from web.fields import ChosenIdsField, IsThereField, TextField
from web.forms import CommandForm
from web.freshness import recorded
from web.going import go
from web.permissions import access
from web.signal_fields import TeamField
from web.words import WORDS

page = Blueprint("signals", __name__, url_prefix="/signals")

PAGES = sorted(WORDS["page"])


@dataclass(frozen=True, slots=True)
class Chosen(Choice):
    """What an address chooses of the signals; what it does not know is left out, and that is said. Words
    searched for stand in none."""

    view: str | None = None

    def arguments(self, **changed: str | None) -> dict[str, Any]:
        """The same, as an address has it, with some of it otherwise."""
        found = replace(self, **changed)
        return {f.name: value for f in fields(found) if (value := getattr(found, f.name))}

    @property
    def narrowed(self) -> bool:
        return bool(self.arguments(view=None))


def chosen() -> Chosen:
    """What this address chooses."""
    teams = {str(team.team_id) for team in operations.teams(services(), viewer())} | {CITY}
    known: dict[str, set[Any]] = {
        "kind": set(Kind),
        "state": set(SignalState),
        "field": set(definitions().catalogue.fields),
        "team": teams,
        "age": set(AGES),
        "clock": set(operations.CLOCKS),
        "mine": set(MINE),
        "view": {"list"},
    }
    return Chosen(**of_each({**known, "page": current_app.view_functions}))


class SearchForm(CommandForm):
    words = TextField(lazy_gettext("Search"), filters=[lambda text: (text or "").strip()])


class ViewForm(CommandForm):
    name = TextField(lazy_gettext("Save this filter as"))
    shared = IsThereField(lazy_gettext("share with the team"))


class BulkForm(CommandForm):
    signal = ChosenIdsField()
    step = HiddenField(default="")
    team = TeamField(lazy_gettext("Move to"))

    def validate(self, extra_validators: Any = None) -> bool:
        # Whether there is such a team is asked where some are moved to one.
        moves = bool(self.signal.data) and self.step.data == "assign"
        return not moves or super().validate(extra_validators)


class ExportForm(SearchForm):
    format = HiddenField()


@page.get("")
@access(operations.board)
def board() -> str:
    return _page(chosen())


@page.post("/search")
@access(operations.board)
def search() -> str | tuple[str, int]:
    """Search by words: sent as a form, so that what is searched for stands in no address and no log."""
    form = SearchForm()
    if not form.validate():
        return _page(chosen(), searching=form), 400
    return _page(chosen(), form.words.data)


def _page(asked: Chosen, words: str = "", bulk: BulkForm | None = None, searching: SearchForm | None = None) -> str:
    found = operations.board(services(), viewer(), asked, words, as_list=asked.view == "list")
    bulk = bulk or BulkForm.empty()
    bulk.team.offer(found.teams)
    return render_template(
        "signals_board.html",
        asked=asked,
        words=words,
        rows=found.rows,
        total=found.total,
        columns=found.columns,
        kinds=list(Kind),
        states=operations.COLUMNS,
        ages=AGES,
        mine=MINE,
        pages=PAGES,
        teams=found.teams,
        clocks=found.clocks,
        views=found.views,
        closing=found.closing,
        names=colleagues(),
        bulk=bulk,
        searching=searching or SearchForm.empty(words=words),
        saving=ViewForm.empty(),
        selected=set(bulk.signal.data or ()),
        usual=Within(),
        otherwise={kind: days for kind, days in found.within.items() if days != Within()},
        found_many=found.found_many,
    )


@page.post("/views")
@access(operations.save_view)
def save_view() -> Response:
    """Keep this choice under a name, for oneself or for the team."""
    asked = chosen()
    query = url_for("signals.board", **asked.arguments()).partition("?")[2]
    form = ViewForm()
    operations.save_view(services(), viewer(), form.name.data, query, shared=form.shared.data)
    return go(url_for("signals.board", **asked.arguments()), 303)


@page.post("/views/<uuid:view_id>/remove")
@access(operations.remove_view)
def remove_view(view_id: UUID) -> Response:
    operations.remove_view(services(), viewer(), view_id)
    return go(url_for("signals.board"), 303)


@page.post("/bulk")
@access(operations.take_step_with_many)
def bulk() -> Response | tuple[str, int]:
    """Take one step with many signals, or move them to a team: all of them, or none and why."""
    asked = chosen()
    form = BulkForm()
    if form.validate():
        try:
            ids, team = form.signal.data, form.team.data
            answer = operations.take_step_with_many(services(), viewer(), form.step.data, ids, team, form.once)
            return recorded(answer.position, "signals.board", **asked.arguments())
        except Refused as refused:
            form.refuse(refused)
    form.form_errors.append(gettext("Nothing was changed."))
    return _page(asked, bulk=form), 400


@page.get("/mine")
@access(operations.own_signals)
def mine() -> str:
    found = operations.own_signals(services(), viewer())
    return render_template("signals_mine.html", rows=found.by_name, nameless=found.without_name, asked=found.asked)


@page.post("/export")
@access(operations.exported)
def export() -> Response:
    """What the board shows, as a file: no reporter, and nothing by team and role together."""
    form = ExportForm()
    form.must_be_sent()
    rows = operations.exported(services(), viewer(), chosen(), form.words.data)
    columns = (
        "kind",
        "state",
        "logged_on",
        "page",
        "field",
        "figure",
        "support",
        "due_on",
        "delivered_on",
        "seen",
        "expected",
        "reason",
    )
    table = [
        [local_day(row.logged_at) if name == "logged_on" else getattr(row, name) for name in columns] for row in rows
    ]
    about = [(gettext("Made on"), today()), (gettext("Signals"), len(table))]
    sheet = exports.Sheet(gettext("Signals"), about, columns, table)
    return exports.answer(sheet, exports.kind_of(form.format.data), f"werkpad-signals-{today().isoformat()}")


@page.get("/voices")
@access(operations.who_is_heard)
def whose_voice() -> str:
    """Whose voice counts: by kind, by role in the city and by team, never crossed, and no group under five."""
    found = operations.who_is_heard(services(), viewer())
    return render_template(
        "whose_voice.html",
        found=found.groups,
        steps=found.steps,
        clocks=found.clocks,
        bars=_bars,
        teams={str(team_id): name for team_id, name in found.teams.items()},
    )


def _bars(rows: Sequence[tuple[str, int | None]]) -> list[plots.Bar]:
    """A bar for each group, as far as its number may be shown."""
    return plots.bars([(name, number, None) for name, number in rows if number is not None])

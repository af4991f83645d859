"""The board of signals: in columns or as a list, filtered, searched, taken along; one's own; whose voice counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from application import rights
from database.rows import Row
from domain.calendar import local_day
from domain.refusal import Refused
from feedback import board as model
from feedback import clocks, voices
from feedback.choice import AGES, CITY, MINE, Choice
from feedback.news import asked_whether_it_helped, reported_without_name
from feedback.signal import AssignSignal, Kind, MoveSignal, SignalCommand, SignalState, Within
from records import people, saved_views
from web import exports, plots
from web.context import as_uuid, colleagues, command_id, definitions, moment, new_id, services, today, viewer
from web.forms import sentence
from web.freshness import recorded
from web.handing import team_or_city
from web.permissions import access
from web.words import WORDS

page = Blueprint("signals", __name__, url_prefix="/signals")

CLOCKS = ("near", "passed")
BULK = ("triage", "discuss", "assign")
PAGES = sorted(WORDS["page"])
IN_A_COLUMN, ON_A_LIST = 20, 100
COLUMNS = (
    SignalState.LOGGED, SignalState.REOPENED, SignalState.NEEDS_ANSWER, SignalState.TRIAGED,
    SignalState.IN_DISCUSSION, SignalState.ACCEPTED, SignalState.PLANNED, SignalState.DELIVERED,
    SignalState.CONFIRMED, SignalState.DECLINED, SignalState.DUPLICATE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen(Choice):
    """What an address chooses of the signals; what it does not know is left out. Words searched for stand in none."""

    view: str | None = None

    def arguments(self, **changed: str | None) -> dict[str, Any]:
        """The same, as an address has it, with some of it otherwise."""
        found = replace(self, **changed)
        return {f.name: value for f in fields(found) if (value := getattr(found, f.name))}

    @property
    def wanted(self) -> list[Any]:
        """What holds of the signals chosen, for the viewer now."""
        return self.conditions(viewer().account_id, services().clock())

    @property
    def narrowed(self) -> bool:
        return bool(self.arguments(view=None))


def chosen() -> Chosen:
    """What this address chooses."""
    teams = {str(team.team_id) for team in _teams()} | {CITY}
    known: dict[str, set[Any]] = {
        "kind": set(Kind), "state": set(SignalState), "field": set(definitions().catalogue.fields), "team": teams,
        "age": set(AGES), "clock": set(CLOCKS), "mine": set(MINE), "view": {"list"},
    }  # fmt: skip
    given = {name: request.args.get(name) for name in known}
    page_name = request.args.get("page")
    return Chosen(
        **{name: value for name, value in given.items() if value in known[name]},
        page=page_name if page_name in current_app.view_functions else None,
    )


@page.get("")
@access(rights.LOG_SIGNALS)
def board() -> str:
    return _page(chosen())


@page.post("/search")
@access(rights.LOG_SIGNALS)
def search() -> str:
    """Search by words: sent as a form, so that what is searched for stands in no address and no log."""
    return _page(chosen(), request.form.get("words", "").strip())


def _page(asked: Chosen, words: str = "", errors: Sequence[str] = ()) -> str:
    as_of, me = today(), viewer()
    conditions = asked.wanted
    columns: list[tuple[SignalState, int, list[Row]]] = []
    listed: list[Row] = []
    with services().database.read() as connection:
        if words:
            listed = model.search(connection, words, conditions)
            total = len(listed)
            columns = model.by_state(listed, COLUMNS, IN_A_COLUMN)
        elif asked.view == "list":
            listed, total = model.board(connection, conditions, ON_A_LIST), model.count(connection, *conditions)
        else:
            columns = model.columns(connection, COLUMNS, conditions, IN_A_COLUMN)
            total = sum(number for _, number, _ in columns)
        if asked.view == "list":
            columns, rows = [], listed[:ON_A_LIST]
        else:
            rows = [row for *_, found in columns for row in found]
        without_clock = replace(asked, clock=None).wanted
        clock_counts = {c: model.count(connection, *without_clock, model.clock_is(c, as_of)) for c in CLOCKS}
        views = saved_views.of(connection, me.account_id, me.team_id, "signals")
        within = clocks.within(connection)
    shown = {row["signal_id"]: row for row in opened(rows, ["seen"])}
    return render_template(
        "signals_board.html", asked=asked, words=words, rows=list(shown.values()), total=total,
        columns=[(state, number, [shown[row["signal_id"]] for row in found]) for state, number, found in columns],
        kinds=list(Kind), states=COLUMNS, ages=AGES, mine=MINE, pages=PAGES, teams=_teams(), clocks=clock_counts,
        views=views, names=colleagues(), errors=errors, usual=Within(),
        otherwise={kind: days for kind, days in within.items() if days != Within()},
        found_many=bool(words) and total == model.MOST_FOUND,
    )  # fmt: skip


def _teams() -> list[people.Team]:
    with services().database.read() as connection:
        return people.all_teams(connection)


@page.post("/views")
@access(rights.LOG_SIGNALS)
def save_view() -> Response:
    """Keep this choice under a name, for oneself or for the team."""
    asked, me = chosen(), viewer()
    query = url_for("signals.board", **asked.arguments()).partition("?")[2]
    with services().database.write() as connection:
        saved_views.save(
            connection, me.account_id, me.team_id, "signals", request.form.get("name", ""), query,
            shared="shared" in request.form, now=services().clock(),
        )  # fmt: skip
    return redirect(url_for("signals.board", **asked.arguments()), 303)


@page.post("/views/<uuid:view_id>/remove")
@access(rights.LOG_SIGNALS)
def remove_view(view_id: UUID) -> Response:
    with services().database.write() as connection:
        saved_views.remove(connection, viewer().account_id, view_id)
    return redirect(url_for("signals.board"), 303)


@page.post("/bulk")
@access(rights.TRIAGE_SIGNALS)
def bulk() -> Response | tuple[str, int]:
    """Take one step with many signals, or move them to a team: all of them, or none and why."""
    asked = chosen()
    ids = list(dict.fromkeys(s for text in request.form.getlist("signal") if (s := as_uuid(text))))
    step = request.form.get("step", "")
    try:
        if not ids:
            raise Refused("Choose at least one signal.")
        if step not in BULK:
            raise Refused("Choose what to do with them.")
        own = command_id()
        parts = []
        for nth, signal_id in enumerate(ids):
            part_id = own if nth == 0 else new_id()
            parts.append(services().desk.parts([_bulk_command(step, signal_id)], moment(), part_id))
        answer = services().desk.together(parts)
    except Refused as refused:
        return _page(asked, errors=[sentence(refused), gettext("Nothing was changed.")]), 400
    return recorded(answer.position, "signals.board", **asked.arguments())


def _bulk_command(step: str, signal_id: UUID) -> SignalCommand:
    if step != "assign":
        return MoveSignal(signal_id=signal_id, viewer=viewer(), transition=step)
    with services().database.read() as connection:
        team = team_or_city(connection, request.form.get("team", ""))
    return AssignSignal(signal_id=signal_id, viewer=viewer(), team=team)


@page.get("/mine")
@access(rights.LOG_SIGNALS)
def mine() -> str:
    me = viewer().account_id
    with services().database.read() as connection:
        rows = model.reported_by(connection, me)
        nameless = reported_without_name(connection, services().desk, me)
        asked = asked_whether_it_helped(connection, services().desk, me, today())
    return render_template(
        "signals_mine.html", rows=opened(rows), nameless=opened(nameless), asked=opened(asked),
    )  # fmt: skip


@page.post("/export")
@access(rights.LOG_SIGNALS)
def export() -> Response:
    """What the board shows, as a file: no reporter, and nothing by team and role together."""
    command_id()
    conditions, words = chosen().wanted, request.form.get("words", "").strip()
    with services().database.read() as connection:
        found = model.search(connection, words, conditions) if words else model.board(connection, conditions, None)
    rows = opened(found)
    columns = (
        "kind", "state", "logged_on", "page", "field", "figure", "support", "due_on", "delivered_on", "seen",
        "expected", "reason",
    )  # fmt: skip
    table = [[local_day(row["logged_at"]) if name == "logged_on" else row[name] for name in columns] for row in rows]
    about = [(gettext("Made on"), today()), (gettext("Signals"), len(table))]
    sheet = exports.Sheet(gettext("Signals"), about, columns, table)
    return exports.answer(sheet, request.form.get("format", "csv"), f"werkpad-signals-{today().isoformat()}")


@page.get("/voices")
@access(rights.LOG_SIGNALS)
def whose_voice() -> str:
    """Whose voice counts: by kind, by role in the city and by team, never crossed, and no group under five."""
    with services().database.read() as connection:
        found = voices.by_group(connection)
        clock_counts = {c: model.count(connection, model.clock_is(c, today())) for c in CLOCKS}
    return render_template(
        "whose_voice.html", found=found, steps=voices.STEPS, teams={str(t.team_id): t.name for t in _teams()},
        clocks=clock_counts, bars=_bars,
    )  # fmt: skip


def _bars(rows: Sequence[tuple[str, int | None]]) -> list[plots.Bar]:
    """A bar for each group, as far as its number may be shown."""
    return plots.bars([(name, number, None) for name, number in rows if number is not None])


def opened(rows: Sequence[Row], texts: Sequence[str] = ("seen", "expected", "reason")) -> list[Row]:
    """Signals with those of their texts opened that are shown, and how their clock stands."""
    opener, as_of = services().log.opener([row["signal_id"] for row in rows]), today()
    return [
        row | {"clock": clocks.standing(row["due_on"], as_of)} | {name: opener.text(row[name]) for name in texts}
        for row in rows
    ]


def chosen_rows(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """These signals, opened, by id."""
    return {row["signal_id"]: row for row in opened(list(model.some(connection, ids).values()))}

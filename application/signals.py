"""The board of signals: chosen, searched and exported; filters kept; one step with many; one's own; who is heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct
from sqlalchemy import Connection

from application import rights
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.refusal import Refused
from domain.roles import Viewer
from domain.working_days import WorkingDays
from eventlog.commands import Answer, CommandContext
from feedback import board as model
from feedback import clocks, voices
from feedback.board import SignalRow
from feedback.choice import Choice
from feedback.news import asked_whether_it_helped, reported_without_name
from feedback.signal import AssignSignal, Kind, MoveSignal, SignalCommand, SignalState, Within
from feedback.voices import Voice
from projections.closing_days import Closing, closing_ahead, working_days
from records import people, saved_views
from records.people import Team
from records.saved_views import SavedView

CLOCKS = ("near", "passed")
# What can be done with many at once.
BULK = ("triage", "discuss", "assign")
IN_A_COLUMN, ON_A_LIST = 20, 100
COLUMNS = (
    SignalState.LOGGED,
    SignalState.REOPENED,
    SignalState.NEEDS_ANSWER,
    SignalState.TRIAGED,
    SignalState.IN_DISCUSSION,
    SignalState.ACCEPTED,
    SignalState.PLANNED,
    SignalState.DELIVERED,
    SignalState.CONFIRMED,
    SignalState.DECLINED,
    SignalState.DUPLICATE,
)
PAGE = "signals"
TEXTS = ("seen", "expected", "reason")


class SignalShown(Struct, frozen=True):
    """A signal as everybody may see it, opened, and how its clock stands: "passed", "near", or None."""

    signal_id: UUID
    kind: str
    state: str
    state_on: date
    page: str
    field: str | None
    figure: str | None
    filter: str | None
    reporter: UUID | None
    nameless: bool
    logged_by: UUID | None
    role: str | None
    imported: bool
    logged_at: datetime
    handled_by: UUID | None
    person: UUID | None
    support: int
    comments: int
    due_on: date | None
    clock: str | None
    duplicate_of: UUID | None
    planned_for: date | None
    delivered_on: date | None
    helped_yes: int
    helped_partly: int
    helped_no: int
    news_on: date
    seen: str | None
    expected: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Board:
    """The signals chosen: in columns by state, each with how many there are, or all on one list in `rows`.

    `clocks` has how many of them are near or past their day, whatever clock was chosen; `closing` the days ahead on
    which clocks stand still; `found_many` where a search found more than are shown.
    """

    columns: Sequence[tuple[SignalState, int, Sequence[SignalShown]]]
    rows: Sequence[SignalShown]
    total: int
    clocks: Mapping[str, int]
    views: Sequence[SavedView]
    within: Mapping[Kind, Within]
    teams: Sequence[Team]
    closing: Sequence[Closing]
    found_many: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the signals chosen, and how many there are in all."""

    rows: Sequence[SignalShown]
    total: int


@dataclass(frozen=True, slots=True)
class OwnSignals:
    """What somebody reported by name and without, and of what they are asked whether it helped."""

    by_name: Sequence[SignalShown]
    without_name: Sequence[SignalShown]
    asked: Sequence[SignalShown]


@dataclass(frozen=True, slots=True)
class WhoIsHeard:
    """How far signals of each group came, step by step; how many clocks are near or past; and the teams' names."""

    steps: Sequence[str]
    groups: Mapping[str, Sequence[Voice]]
    clocks: Mapping[str, int]
    teams: Mapping[UUID, str]


@needs(rights.LOG_SIGNALS)
def board(services: Services, viewer: Viewer, choice: Choice, words: str, *, as_list: bool) -> Board:
    """The signals chosen, with all of these words if there are any: on one list or in columns, the first of them."""
    columns: list[tuple[SignalState, int, list[SignalRow]]] = []
    listed: list[SignalRow] = []
    with services.database.read() as connection:
        days = working_days(connection)
        closing = closing_ahead(connection, services.today)
        conditions = choice.conditions(viewer.account_id, services.clock(), days)
        if words:
            listed = model.search(connection, words, services.log.marks(), conditions)
            total = len(listed)
            columns = model.by_state(listed, COLUMNS, IN_A_COLUMN)
        elif as_list:
            listed, total = model.board(connection, conditions, ON_A_LIST), model.count(connection, *conditions)
        else:
            columns = model.columns(connection, COLUMNS, conditions, IN_A_COLUMN)
            total = sum(number for _, number, _ in columns)
        if as_list:
            columns, rows = [], listed[:ON_A_LIST]
        else:
            rows = [row for *_, found in columns for row in found]
        any_clock = replace(choice, clock=None).conditions(viewer.account_id, services.clock(), days)
        clock_counts = {c: model.count(connection, *any_clock, model.clock_is(c, services.today, days)) for c in CLOCKS}
        views = saved_views.of(connection, viewer.account_id, viewer.team_id, PAGE)
        within = clocks.within(connection)
        every_team = people.all_teams(connection)
    shown = {row.signal_id: row for row in opened(services, rows, ["seen"], days)}
    return Board(
        [(state, number, [shown[row.signal_id] for row in found]) for state, number, found in columns],
        list(shown.values()),
        total,
        clock_counts,
        views,
        within,
        every_team,
        closing,
        found_many=bool(words) and total == model.MOST_FOUND,
    )


@needs(rights.LOG_SIGNALS)
def part_of_board(services: Services, viewer: Viewer, choice: Choice, *, offset: int, limit: int) -> Part:
    """A part of the signals chosen, those with most support and the oldest first."""
    with services.database.read() as connection:
        conditions = choice.conditions(viewer.account_id, services.clock(), working_days(connection))
        rows = model.board(connection, conditions, limit, offset=offset)
        total = model.count(connection, *conditions)
    return Part(opened(services, rows), total)


@needs(rights.LOG_SIGNALS)
def exported(services: Services, viewer: Viewer, choice: Choice, words: str) -> list[SignalShown]:
    """All signals chosen, as far as they have all of these words, to take out of the system."""
    with services.database.read() as connection:
        conditions = choice.conditions(viewer.account_id, services.clock(), working_days(connection))
        found = (
            model.search(connection, words, services.log.marks(), conditions, everything=True)
            if words
            else model.board(connection, conditions)
        )
    return opened(services, found)


@needs(rights.LOG_SIGNALS)
def teams(services: Services, viewer: Viewer) -> list[Team]:
    """The teams that look after signals, beside the city."""
    with services.database.read() as connection:
        return people.all_teams(connection)


@needs(rights.LOG_SIGNALS)
def save_view(services: Services, viewer: Viewer, name: str, query: str, *, shared: bool) -> None:
    """Keep what an address chooses under a name, for oneself or for the team.

    Raises:
        Refused: it has no name, or there are too many.
    """
    with services.database.write() as connection:
        saved_views.save(
            connection, viewer.account_id, viewer.team_id, PAGE, name, query, shared=shared, now=services.clock()
        )


@needs(rights.LOG_SIGNALS)
def remove_view(services: Services, viewer: Viewer, view_id: UUID) -> None:
    """Remove a filter that one kept; another's stays."""
    with services.database.write() as connection:
        saved_views.remove(connection, viewer.account_id, view_id)


@needs(rights.TRIAGE_SIGNALS)
def take_step_with_many(
    services: Services, viewer: Viewer, step: str, signal_ids: Sequence[UUID], team: UUID | None, command_id: UUID
) -> Answer:
    """Take one step with many signals, or move them to a team (None: the city): all of them, or none.

    Raises:
        Refused: none is chosen, there is no such step or team, or it can't be taken with one of them.
    """
    if not signal_ids:
        raise Refused("Choose at least one signal.")
    if step not in BULK:
        raise Refused("Choose what to do with them.")
    if step == "assign":
        with services.database.read() as connection:
            require_team(connection, team)
    now = CommandContext(services.clock(), viewer.account_id)
    parts: list[Any] = []
    for nth, signal_id in enumerate(signal_ids):
        part_id = uuid5(command_id, str(signal_id)) if nth else command_id
        parts.append(services.signal_handler.parts([_one_of_many(viewer, step, signal_id, team)], now, part_id))
    return services.signal_handler.together(parts)


def _one_of_many(viewer: Viewer, step: str, signal_id: UUID, team: UUID | None) -> SignalCommand:
    if step == "assign":
        return AssignSignal(signal_id=signal_id, viewer=viewer, team=team)
    return MoveSignal(signal_id=signal_id, viewer=viewer, transition=step)


@needs(rights.LOG_SIGNALS)
def own_signals(services: Services, viewer: Viewer) -> OwnSignals:
    """What the viewer reported, by name and without, and what they are asked about."""
    me = viewer.account_id
    with services.database.read() as connection:
        by_name = model.reported_by(connection, me)
        without_name = reported_without_name(connection, services.signal_handler, me)
        asked = asked_whether_it_helped(connection, services.signal_handler, me, services.today)
    return OwnSignals(*(opened(services, rows) for rows in (by_name, without_name, asked)))


@needs(rights.LOG_SIGNALS)
def who_is_heard(services: Services, viewer: Viewer) -> WhoIsHeard:
    """How far signals come: by kind, by role in the city and by team, never crossed, and no group under five."""
    with services.database.read() as connection:
        days = working_days(connection)
        named = {team.team_id: team.name for team in people.all_teams(connection)}
        groups = voices.by_group(connection, list(named))
        clock_counts = {c: model.count(connection, model.clock_is(c, services.today, days)) for c in CLOCKS}
    return WhoIsHeard(voices.STEPS, groups, clock_counts, named)


def opened(
    services: Services, rows: Sequence[SignalRow], texts: Sequence[str] = TEXTS, days: WorkingDays | None = None
) -> list[SignalShown]:
    """Signals with those of their texts opened that are shown, the others left out, and how their clock stands by the
    working days, which are looked up where nobody has them yet."""
    if days is None:
        with services.database.read() as connection:
            days = working_days(connection)
    opener, as_of = services.log.opener([row.signal_id for row in rows]), services.today
    return [
        part_of(
            SignalShown,
            row,
            clock=clocks.standing(row.due_on, as_of, days),
            **{name: opener.text(getattr(row, name)) if name in texts else None for name in TEXTS},
        )
        for row in rows
    ]


def chosen_rows(services: Services, connection: Connection, signal_ids: Sequence[UUID]) -> dict[UUID, SignalShown]:
    """These signals, opened, by id."""
    rows = list(model.by_id(connection, signal_ids).values())
    return {row.signal_id: row for row in opened(services, rows, days=working_days(connection))}


def require_team(connection: Connection, team_id: UUID | None) -> None:
    """Raises Refused where this is no team; None is the city."""
    if team_id is not None and team_id not in {team.team_id for team in people.all_teams(connection)}:
        raise Refused("Choose a team, or the city.", field="team")


def triages(connection: Connection, person: UUID | None) -> bool:
    """Whether this is somebody who works here and triages signals."""
    account = people.account(connection, person) if person else None
    return account is not None and account.active and account.viewer.triages_signals


def require_triager(connection: Connection, person: UUID | None) -> None:
    """Raises Refused where this is nobody who triages signals; None is nobody in particular."""
    if person is not None and not triages(connection, person):
        raise Refused("Choose somebody who triages signals.", field="person")
